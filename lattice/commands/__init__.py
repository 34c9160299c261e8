"""The commands of `python -m lattice`, as plain functions; `lattice.cli` puts them together."""
