"""The Item graph page."""
