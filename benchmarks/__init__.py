"""Reproduction and speed programs; their results lie in results/ as data files."""
