"""Rows of the ledger of nominations: added along the verbs of an application, in their transaction, and never changed."""

import datetime
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from core.actors import Actor
from core.database.bulk import create_rows
from core.refusals import Refusal
from core.text.dates import in_words, today_here
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.limits.days import check_day
from deployments.models import Application, ApplicationState, HostAnswer, Nomination, NominationAnswer, ReasonCode
from missions.models import Organization

S, V = ApplicationState, ApplicationVerb
# What it means for the nomination when an application leaves the state "nominated".
LEAVING: dict[str, HostAnswer] = {
    V.SELECT: HostAnswer.ACCEPTED,
    V.REFUSE: HostAnswer.DECLINED,
    V.EXPIRE: HostAnswer.NO_ANSWER,
    V.NOT_SELECT: HostAnswer.TAKEN_BACK,
    V.WITHDRAW: HostAnswer.TAKEN_BACK,
    V.STAND_DOWN: HostAnswer.TAKEN_BACK,
}
# The same for an application that came in a list, by the state in which it is.
ENDED_AS: dict[str, HostAnswer] = {
    S.NOMINATED: HostAnswer.WAITING,
    S.SELECTED: HostAnswer.ACCEPTED,
    S.ACCEPTED: HostAnswer.ACCEPTED,
    S.REFUSED_BY_HOST: HostAnswer.DECLINED,
    S.EXPIRED: HostAnswer.NO_ANSWER,
}


def add_nomination(
    application: Application, *, by: Actor, organization: Organization | None, sent_on: datetime.date | None
) -> Nomination:
    """The application is proposed to ``organization``, by default the one that leads the mission, by default today.

    Raises Refusal for a day after today, or before the application was handed in.
    """
    today = today_here()
    if sent_on is not None:
        _check_past(sent_on, today, field="sent_on")
    return Nomination.objects.create(
        application=application,
        organization=organization or application.posting.mission.lead_organization,
        sent_on=sent_on or today,
        sent_by_id=by.pk,
    )


def add_answer(
    application: Application,
    verb: ApplicationVerb,
    *,
    by: Actor,
    before: str,
    reason: str = "",
    answered_on: datetime.date | None = None,
) -> None:
    """Record what ``verb`` means for the nomination of an application that was in the state ``before``.

    A refusal after the selection counts too; an application that comes back to "nominated" waits for an answer again.

    Raises Refusal for a day after today, or before the nomination was sent.
    """
    answer = LEAVING.get(verb) if before == S.NOMINATED or verb == V.REFUSE else None
    if application.state == S.NOMINATED and verb in (V.REINSTATE, V.TAKE_BACK):
        answer = HostAnswer.WAITING
    nomination = application.nominations.order_by("-pk").prefetch_related("answers").first() if answer else None
    if answer is None or nomination is None:
        return
    if before == S.SELECTED and nomination.answer != HostAnswer.ACCEPTED:
        return  # the place was given without asking again: this nomination was over
    today = today_here()
    if answered_on is not None:
        _check_past(answered_on, today, field="answered_on", since=nomination.sent_on)
    NominationAnswer.objects.create(
        nomination=nomination,
        answer=answer,
        answered_on=answered_on or today,
        reason_code=application.reason_code,
        reason=reason,
        recorded_by_id=by.pk,
    )


def insert_nominations(listed: Iterable[tuple[Application, Mapping[str, datetime.date | None]]]) -> None:
    """The nominations of applications that came in a list with the days of their states, each with its answer."""
    came = [each for each in listed if S.NOMINATED in each[1]]
    rows = [
        Nomination(
            application=application,
            organization_id=application.posting.mission.lead_organization_id,
            sent_on=days[S.NOMINATED],
        )
        for application, days in came
    ]
    create_rows(Nomination, rows)
    answers = [_past_answer(nomination, days) for nomination, (_one, days) in zip(rows, came, strict=True)]
    NominationAnswer.objects.bulk_create([each for each in answers if each], batch_size=500)


def _past_answer(nomination: Nomination, days: Mapping[str, datetime.date | None]) -> NominationAnswer | None:
    """What became of a nomination, as far as the list says; None while it waits."""
    application = nomination.application
    ended_as = ENDED_AS.get(application.state, HostAnswer.TAKEN_BACK)
    is_accepted = ended_as == HostAnswer.ACCEPTED or (S.SELECTED in days and ended_as != HostAnswer.DECLINED)
    if is_accepted:
        return NominationAnswer(nomination=nomination, answer=HostAnswer.ACCEPTED, answered_on=days.get(S.SELECTED))
    if ended_as == HostAnswer.WAITING:
        return None
    code = application.reason_code or (ReasonCode.HOST_DECISION if ended_as == HostAnswer.DECLINED else "")
    day = days.get(application.state)
    return NominationAnswer(nomination=nomination, answer=ended_as, answered_on=day, reason_code=code)


def _check_past(day: datetime.date, today: datetime.date, *, field: str, since: datetime.date | None = None) -> None:
    check_day(day, today, field=field)
    if day > today:
        raise Refusal(_("This day is in the future."), code="bad_value", field=field)
    if since and day < since:
        raise Refusal(
            _("The nomination was sent on %(day)s: no answer came before.") % {"day": in_words(since)},
            code="bad_value",
            field=field,
        )
