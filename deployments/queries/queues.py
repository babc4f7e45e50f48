"""What waits at the desk: one named queue for each kind of matter, for whoever has the permission to act on it.

The pages that count a queue and the lists that show it ask here, so that a count and its list are always the same.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, DateField, F, Min, Model, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.models import OutboxMail
from deployments.limits.releases import tours_without_release
from deployments.models import (
    Application,
    ApplicationState,
    Deployment,
    DeploymentState,
    ExtensionRequest,
    ExtensionState,
    ProposalState,
    StrengthProposal,
)
from deployments.queries.checklists import due_lines
from deployments.queries.expiring import ending_inside
from deployments.queries.rotation import STAGES, Unnamed, unfollowed
from deployments.queries.taking_nobody import first_closed_days
from deployments.queries.uncleared import tours_not_cleared_any_more
from officers.models import PoliceService

ASSESS, SELECT, DEPLOY, MAIL = "deployments.assess", "deployments.select", "deployments.deploy", "core.view_outboxmail"
NUMBERS = "deployments.set_strength"
LAPSING_DAYS = 3


@dataclass
class QueueContext:
    """A day, with what several queues ask of it and is found once."""

    today: datetime.date

    @cached_property
    def unfollowed(self) -> list[Unnamed]:
        return unfollowed(self.today)

    @cached_property
    def unreleased(self) -> list[int]:
        """Tours to come or under way with days for which a release is needed and none is in force."""
        return [tour.pk for tour in tours_without_release(DeploymentState.live_states())]

    @cached_property
    def uncleared(self) -> list[int]:
        """Tours to come or under way of which something asked is not met any more."""
        return tours_not_cleared_any_more(self.today)

    @cached_property
    def checklists(self) -> dict[datetime.date, list[int]]:
        """Tours with items of the checklist that are late or due soon, by the first such day."""
        first: dict[int, datetime.date] = {}
        for line in due_lines(self.today):
            first.setdefault(line.tour.pk, line.due_on)
        return _by_day(first)

    @cached_property
    def closed(self) -> dict[datetime.date, list[int]]:
        """Tours to begin with days on which terms take nobody, by the first such day."""
        return _by_day(first_closed_days(self.today))

    def unfollowed_within(self, days: int) -> list[Unnamed]:
        until = self.today + datetime.timedelta(days=days)
        return [each for each in self.unfollowed if each.tour.last_day <= until]


@dataclass(frozen=True)
class Queue:
    """``find`` gives the waiting records with ``due``: since when they wait or, with ``is_deadline``, by when to act.

    ``is_listed``: its records appear under the oldest items; a queue that is part of another is only counted.
    ``line`` says there what waits, where the title says more than is true of each record. ``note`` adds a few words to
    the count.
    """

    name: str
    title: str | Promise
    permission: str
    model: type[Model]
    find: Callable[[QueueContext], QuerySet[Any]]
    is_deadline: bool = False
    is_listed: bool = True
    line: str | Promise = ""
    note: Callable[[QueueContext], str] = lambda context: ""


@dataclass(frozen=True)
class WaitingItem:
    """One matter: its queue, its record, and since or until when."""

    queue: Queue
    record: Model
    due: datetime.date


@dataclass(frozen=True)
class FilledQueue:
    """A queue with how many records wait in it, and the first of them."""

    queue: Queue
    count: int
    first: tuple[WaitingItem, ...]
    note: str = ""


def to_screen() -> Q:
    """Applications that wait for the desk's screening: released, or of a service that releases nobody."""
    return Q(state=ApplicationState.ENDORSED) | Q(
        state=ApplicationState.SUBMITTED, officer__police_service__needs_release=False
    )


def _tours(due: str, **wanted: Any) -> QuerySet[Deployment]:
    return Deployment.objects.filter(**wanted).annotate(due=F(due))


def _holds_lapsing(context: QueueContext) -> QuerySet[Deployment]:
    until = context.today + datetime.timedelta(days=LAPSING_DAYS)
    return _tours("hold_until", state=DeploymentState.RESERVED, hold_until__lte=until)


def _overdue(context: QueueContext) -> QuerySet[Deployment]:
    return _tours("last_day", state=DeploymentState.IN_MISSION, last_day__lt=context.today)


def _to_prepare(context: QueueContext) -> QuerySet[Deployment]:
    return _tours("first_day", state=DeploymentState.RESERVED, hold_until=None)


def _departed(context: QueueContext) -> QuerySet[Deployment]:
    return _tours("first_day", state=DeploymentState.PREPARATION, first_day__lte=context.today)


def _by_day(days: dict[int, datetime.date]) -> dict[datetime.date, list[int]]:
    by_day: dict[datetime.date, list[int]] = {}
    for pk, day in days.items():
        by_day.setdefault(day, []).append(pk)
    return by_day


def _due_on(by_day: dict[datetime.date, list[int]]) -> QuerySet[Any]:
    """The tours of each day, due on it."""
    days = [When(pk__in=pks, then=Value(day)) for day, pks in by_day.items()]
    tours = [pk for pks in by_day.values() for pk in pks]
    return Deployment.objects.filter(pk__in=tours).annotate(due=Case(*days, output_field=DateField()))


def _checklists(context: QueueContext) -> QuerySet[Any]:
    return _due_on(context.checklists)


def _closed(context: QueueContext) -> QuerySet[Any]:
    return _due_on(context.closed)


def _unreleased(context: QueueContext) -> QuerySet[Deployment]:
    return _tours("first_day", pk__in=context.unreleased)


def _uncleared(context: QueueContext) -> QuerySet[Any]:
    return _tours("first_day", pk__in=context.uncleared)


def _expiring(context: QueueContext) -> QuerySet[Any]:
    """Live tours in which a qualification that the posting asks for ends, without a later grant of it."""
    first = ending_inside(context.today).order_by().values("officer").annotate(first=Min("valid_until")).values("first")
    live = Deployment.objects.filter(state__in=DeploymentState.live_states(), last_day__gte=context.today)
    return live.annotate(due=Subquery(first)).filter(due__isnull=False)


def _extensions(context: QueueContext) -> QuerySet[Deployment]:
    asked = Deployment.objects.filter(extensions__state=ExtensionState.OPEN)
    return asked.annotate(due=F("extensions__asked_at"))


def extensions_before_service(services: Iterable[PoliceService | int]) -> QuerySet[ExtensionRequest]:
    """The extensions that wait for the word of one of the police services, oldest first."""
    waiting = ExtensionRequest.objects.filter(state=ExtensionState.OPEN, service_agreed_at=None)
    own = waiting.filter(deployment__officer__police_service__in=services).order_by("asked_at", "pk")
    return own.select_related("deployment__officer__user", "deployment__posting__mission__operation")


def _given_up(context: QueueContext) -> QuerySet[OutboxMail]:
    return OutboxMail.objects.given_up().annotate(due=F("created_at"))


def _of_applications(name: str, title: Promise, permission: str, wanted: Q, *, is_listed: bool = True) -> Queue:
    def find(context: QueueContext) -> QuerySet[Any]:
        return Application.objects.filter(wanted).annotate(due=F("state_since"))

    return Queue(name, title, permission, Application, find, is_listed=is_listed)


def _of_tours(name: str, title: Promise, find: Callable[[QueueContext], QuerySet[Deployment]]) -> Queue:
    """Something to do by a day."""
    return Queue(name, title, DEPLOY, Deployment, find, is_deadline=True)


def _at_home(name: str, title: Promise, state: str) -> Queue:
    return Queue(name, title, DEPLOY, Deployment, lambda context: _tours("last_day", state=state))


def _ending(days: int, title: Promise) -> Queue:
    def find(context: QueueContext) -> QuerySet[Any]:
        return _tours("last_day", pk__in=[each.tour.pk for each in context.unfollowed_within(days)])

    def likely(context: QueueContext) -> str:
        number = sum(each.has_likely for each in context.unfollowed_within(days))
        words = ngettext("%(number)s with a likely one", "%(number)s with a likely one", number)
        return words % {"number": number} if number else ""

    is_listed, line = days == max(STAGES), _("Comes home, no successor named")
    return Queue(f"ending-{days}", title, DEPLOY, Deployment, find, True, is_listed, line, likely)


def _proposals(context: QueueContext) -> QuerySet[StrengthProposal]:
    return StrengthProposal.objects.filter(state=ProposalState.OPEN).annotate(due=F("proposed_at"))


SHOWN_WITH: dict[type[Model], tuple[str, ...]] = {
    Application: ("officer__user", "posting__mission__operation"),
    Deployment: ("officer__user", "posting__mission__operation"),
    StrengthProposal: ("programme", "operation", "mission"),
}
NEEDS_RELEASE = Q(state=ApplicationState.SUBMITTED, officer__police_service__needs_release=True)
UNTOLD = ~Q(state=ApplicationState.DRAFT) & ~Q(shown_state=F("state"))
QUEUES: dict[str, Queue] = {
    queue.name: queue
    for queue in (
        _of_applications("screening", _("Applications to screen"), ASSESS, to_screen()),
        _of_applications("assessment", _("Assessments to begin"), ASSESS, Q(state=ApplicationState.SCREENED_IN)),
        _of_applications("results", _("Assessments under way"), ASSESS, Q(state=ApplicationState.IN_ASSESSMENT)),
        _of_applications("telling", _("Decisions to tell the applicant"), ASSESS, UNTOLD),
        _of_applications(
            "nomination", _("Qualified, to nominate"), ASSESS, Q(state=ApplicationState.QUALIFIED), is_listed=False
        ),
        _of_applications(
            "release", _("Waiting for the release by a police service"), ASSESS, NEEDS_RELEASE, is_listed=False
        ),
        _of_applications("selection", _("Nominated, to select"), SELECT, Q(state=ApplicationState.NOMINATED)),
        _of_applications(
            "acceptance",
            _("Waiting for the officer to accept"),
            SELECT,
            Q(state=ApplicationState.SELECTED),
            is_listed=False,
        ),
        _of_tours("holds", _("Holds about to lapse"), _holds_lapsing),
        _of_tours("overdue", _("Overdue returns"), _overdue),
        _of_tours("preparation", _("Confirmed, to prepare"), _to_prepare),
        _of_tours("departure", _("Departed, to check in"), _departed),
        _of_tours("checklist", _("Checklists with items that are due"), _checklists),
        _of_tours("unreleased", _("Tours with days without a release"), _unreleased),
        _of_tours("uncleared", _("Tours with something asked that is not met any more"), _uncleared),
        _of_tours("closed", _("Tours to begin on days on which terms take nobody"), _closed),
        _of_tours("expiring", _("Qualifications that end inside a tour"), _expiring),
        Queue("extensions", _("Extensions asked for"), DEPLOY, Deployment, _extensions),
        _ending(30, _("Home within 30 days, no successor named")),
        _ending(60, _("Home within 60 days, no successor named")),
        _ending(90, _("Home within 90 days, no successor named")),
        _ending(120, _("Home within 120 days, no successor named")),
        _at_home("reintegration", _("Home, to reintegrate"), DeploymentState.ENDED),
        _at_home("closing", _("Reintegrated, to close"), DeploymentState.REINTEGRATION),
        Queue("numbers", _("Higher numbers to confirm"), NUMBERS, StrengthProposal, _proposals),
        Queue("mail", _("Mails given up"), MAIL, OutboxMail, _given_up),
    )
}


def first_items(queue: Queue, context: QueueContext, most: int) -> FilledQueue:
    """The queue at present: how many wait, and the first ``most`` of them, oldest first. Two queries.

    A queue may hold thousands: they are counted, and put in order, without what the rows show.
    """
    found = queue.find(context)
    first = found.order_by("due", "pk").values("pk")[:most]
    rows = found.filter(pk__in=first).select_related(*SHOWN_WITH.get(queue.model, ())).order_by("due", "pk")
    waiting = tuple(WaitingItem(queue, row, _day(row.due)) for row in rows)
    return FilledQueue(queue, found.count(), waiting, queue.note(context))


def oldest_first(filled: Iterable[FilledQueue], most: int) -> list[WaitingItem]:
    """The first ``most`` matters of all listed queues together, by the day since or until when."""
    matters = [waiting for each in filled if each.queue.is_listed for waiting in each.first]
    return sorted(matters, key=lambda waiting: waiting.due)[:most]


def _day(moment: datetime.date) -> datetime.date:
    return timezone.localdate(moment) if isinstance(moment, datetime.datetime) else moment
