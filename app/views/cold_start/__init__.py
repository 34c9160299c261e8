"""The Cold start page."""
