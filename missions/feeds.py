"""The public table as CSV."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.tabular.sheets import csv_response
from core.text.bilingual import one_or_both
from core.text.languages import language_names
from missions.dated import DatedOperation
from missions.models import TermsStatus
from missions.templatetags.missions import armed


def operations_csv(operations: Iterable[DatedOperation], day: datetime.date) -> HttpResponse:
    """The rows of the public table on ``day``: words for people, then codes and days for machines."""
    head = (
        _("Country/region"),
        _("Language of operation"),
        _("Armed or unarmed"),
        _("Authorized police deployments"),
        _("Status"),
        _("Code"),
        _("Country codes"),
        _("Language codes"),
        _("In force from"),
        _("On record since"),
        _("Instrument"),
        _("As of"),
    )
    return csv_response(f"operations-{day.isoformat()}.csv", head, (_row(each, day) for each in operations))


def _row(operation: DatedOperation, day: datetime.date) -> tuple[Any, ...]:
    since = operation.authorized_from.isoformat() if operation.authorized_from else ""
    return (
        operation.name,
        capfirst(language_names(operation.languages or ())),
        armed(operation.is_armed),
        _("No record") if operation.authorized is None else operation.authorized,
        TermsStatus(operation.status).label if operation.status else "",
        operation.code,
        " ".join(country.code for country in operation.countries.all()),
        " ".join(operation.languages or ()),
        since if operation.is_first_day_known else "",
        since,
        one_or_both(operation, "instrument"),
        day.isoformat(),
    )
