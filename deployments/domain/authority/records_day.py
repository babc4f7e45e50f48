"""The first day for which the portal answers of an operation: days before it meet no number, no terms, no release."""

import datetime

from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.dates import today_here
from deployments.domain.verbs.authority import MAY_SET_STRENGTH, TermsVerb
from deployments.limits.days import check_day, check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.refusals import iso
from missions.models import Operation

__all__ = ["set_records_day"]


@requires(MAY_SET_STRENGTH)
@locked_transaction
def set_records_day(
    operation: Operation, *, by: Actor, records_from: datetime.date, reason: str, today: datetime.date | None = None
) -> Operation:
    """From ``records_from`` (inclusive) on every wall holds; before it tours only keep to one officer, one tour a day.

    Not after today, nor after the operation's first number; once set, it only moves earlier, over days that meet their
    numbers. Raises NotPermitted, and Refusal for any other day or a missing reason.
    """
    check_reason(reason)
    today = today or today_here()
    check_day(records_from, today, field="records_from")
    operation = Operation.objects.get(pk=operation.pk)
    _check_earlier(operation, records_from, today)
    before, operation.records_from = operation.records_from, records_from
    operation.records_set_on = operation.records_set_on or today
    operation.save()
    was = before.isoformat() if before else ""
    record_act(
        operation,
        TermsVerb.SET_RECORDS_DAY,
        by=by,
        reason=reason,
        from_state=was,
        to_state=records_from.isoformat(),
        effective_from=records_from.isoformat(),
    )
    return operation


def _check_earlier(operation: Operation, day: datetime.date, today: datetime.date) -> None:
    first = operation.strengths.standing().values_list("effective_from", flat=True).first()
    now = operation.records_from
    words = ""
    if day > today:
        words = _("The records begin today at the latest.")
    elif now is not None and day >= now:
        words = _("The records begin on %(day)s: that day only moves earlier.") % {"day": iso(now)}
    elif first is not None and day > first:
        words = _("The first number holds from %(day)s: the records begin then at the latest.") % {"day": iso(first)}
    if words:
        raise Refusal(words, code="records_day", field="records_from")


def note_earlier_records(operation: Operation, day: datetime.date, *, by: Actor, reason: str) -> None:
    """Keep in both histories that a number from ``day`` took the records with it (the guards moved them)."""
    was = operation.records_from
    operation = Operation.objects.get(pk=operation.pk)
    operation.save()
    record_act(
        operation,
        TermsVerb.SET_RECORDS_DAY,
        by=by,
        reason=reason,
        from_state=was.isoformat() if was else "",
        to_state=day.isoformat(),
        effective_from=day.isoformat(),
    )
