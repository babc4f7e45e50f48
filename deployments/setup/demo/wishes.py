"""The demonstration's wishes: written by the officers of ``deployments/setup/data/demo.toml`` themselves."""

import datetime
from collections import Counter
from typing import Any

from deployments.domain import wishes
from deployments.models import OfficerWish, RoleProfile
from missions.models import Operation
from officers.models import Officer


def make_wishes(rows: list[dict[str, Any]], *, today: datetime.date, made: Counter[str]) -> None:
    """The wishes of the file, as long as none of the demonstration exists; who writes one may be asked again, if it says so."""
    listed = Officer.objects.filter(user__email__in=[row["officer"] for row in rows]).select_related("user")
    officers = {officer.user.email: officer for officer in listed}
    if OfficerWish.objects.filter(officer__in=officers.values()).exists():
        return
    for row in rows:
        officer = officers.get(row["officer"])
        operation = Operation.objects.filter(code=row.get("operation", "")).first()
        role = RoleProfile.objects.filter(code=row.get("role", "")).first()
        if officer is None or not (operation or role):
            continue
        from_day = today + datetime.timedelta(days=row["from"]) if "from" in row else None
        wishes.add_wish(officer, by=officer.user, operation=operation, role=role, from_day=from_day, today=today)
        if row["may_be_asked"]:
            wishes.set_may_be_asked(officer, by=officer.user, may_be_asked=True)
        made["wish"] += 1
