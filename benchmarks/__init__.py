"""Reproduction and speed programs; their results are in results/ as data files."""
