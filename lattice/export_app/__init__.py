"""Write trained models as a static site: one folder that any web host, or a browser alone, can show."""

from lattice.export_app.export import ExportOptions, export_app

__all__ = ["ExportOptions", "export_app"]
