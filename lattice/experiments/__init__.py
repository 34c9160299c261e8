"""Experiments: result files, the paper's tables, and the cold-start protocol on held-out items."""
