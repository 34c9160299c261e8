"""A checkpoint behind HTTP: the application, requests answered together, and processes that share memory."""

from lattice.serving.app import create_app

__all__ = ["create_app"]
