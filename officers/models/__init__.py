"""Who can serve."""

from officers.models.officer import Officer, PoliceService
from officers.models.user import User

__all__ = ["Officer", "PoliceService", "User"]
