"""The desk's pages for what the public reads: programmes, operations, missions, countries, organizations, help."""

from missions.admin import help, missions, operations, places

__all__ = ["help", "missions", "operations", "places"]
