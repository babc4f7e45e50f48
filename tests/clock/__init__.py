"""The day on which the tests run.

It is the real day, or the one that TEST_TODAY names (``TEST_TODAY=2028-02-29 make test``): ``sitecustomize`` moves the
clock of the tests' process and of every Python process that they start. A test that is about today asks here and
counts from it; one that is about days of a calendar is marked with its own day (``on("2026-11-24")``).
"""

import datetime

from core.text.dates import today_here
from tests.clock.sitecustomize import HOUR

__all__ = ["HOUR", "around", "today"]


def today() -> datetime.date:
    """The tests' day, where the portal is."""
    return today_here()


def around(days: int) -> datetime.date:
    """The day that many days after the tests' day, or before it."""
    return today() + datetime.timedelta(days=days)
