"""What the first page after log-in shows of one's own profile."""

from typing import Any

from officers.domain import expiry, profile
from officers.models import User
from officers.views.own import officer_of


def overview(user: User) -> dict[str, Any]:
    """What the first page shows of the profile of ``user``."""
    officer = officer_of(user, whole=True)
    if officer is None:
        return {"officer": None}
    return {
        "officer": officer,
        "missing": profile.completeness(officer).missing,
        "endings": expiry.endings(officer.grants.all()),
    }
