"""The desk's pages for what the public reads: programmes, operations, missions, countries, organizations."""

from missions.admin import missions, operations, places

__all__ = ["missions", "operations", "places"]
