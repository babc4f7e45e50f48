"""The ledger of nominations on the pages of an application and of an officer."""

from collections import Counter

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.desk.site import Panel
from deployments.models import Nomination
from deployments.queries.nominations import NominationCounts, whole


def nominations_panel(nominations: QuerySet[Nomination], *, is_counted: bool = False) -> list[Panel]:
    """Nominations, latest first, with what was answered, and how often; nothing where there are none."""
    rows = list(whole(nominations).order_by("-pk"))
    counts = NominationCounts(Counter(row.answer for row in rows)) if is_counted else None
    context = {"nominations": rows, "counts": counts}
    return [Panel("nominations", _("Nominations"), "admin/deployments/nominations.html", context)] if rows else []
