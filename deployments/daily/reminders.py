"""What the desk, coordinators and officers are reminded of: one digest per person; nothing is repeated."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.mail.outbox import queue_mail
from core.models import HistoryEntry
from core.text.dates import in_words
from deployments.domain.stakes import postings_at_stake
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Application, ApplicationState, Deployment, DeploymentState, Reminder
from deployments.queries.checklists import ChecklistLine, due_lines, with_checklist
from deployments.queries.expiring import ends_inside
from deployments.queries.queues import LAPSING_DAYS, extensions_before_service, to_screen
from deployments.queries.rotation import STAGES, unfollowed
from officers.models import Coordinator, QualificationGrant, User

WAITING_DAYS = 14
# What happened while the daily run was missed is reminded of as far back as this.
LATE_DAYS = 30
DESK, APPROVERS = "deployments.assess", "deployments.deploy"


@dataclass(frozen=True)
class DigestItem:
    """Something to remind of: ``key`` names it and its stage; ``words`` gives the line in the active language."""

    key: str
    words: str
    url: str


Source = Callable[[datetime.date], Iterable[DigestItem]]


def stage(days: int) -> int | None:
    """The nearest stage that ``days`` ahead has reached; None further ahead or past."""
    return next((each for each in STAGES if 0 <= days <= each), None)


def send_digests(*, today: datetime.date) -> int:
    """Queues one mail to each person who has something new to be reminded of; how many mails.

    Safe to repeat, and to run twice at once: what a person was reminded of and the mail are recorded together.
    """
    sent = 0
    for person, sources in _audiences(today).items():
        with translation.override(person.language):
            items = [item for find in sources for item in find(today)]
        with suppress(IntegrityError), transaction.atomic():
            sent += _send_digest(person, items)
    return sent


def _send_digest(person: User, items: list[DigestItem]) -> bool:
    """Whether a mail was queued. Raises IntegrityError where another run mails the person at this very moment."""
    sent = set(Reminder.objects.filter(user=person, key__in=[item.key for item in items]).values_list("key", flat=True))
    new = [item for item in items if item.key not in sent]
    if new:
        Reminder.objects.bulk_create(Reminder(user=person, key=item.key) for item in new)
        queue_mail(to=person, template="deployments/digest", context={"matters": new})
    return bool(new)


def _audiences(today: datetime.date) -> dict[User, list[Source]]:
    """What each person is reminded of, all the roles of a person together."""
    found: dict[User, list[Source]] = defaultdict(list)
    for person in holders(APPROVERS):
        found[person] += [tours_ending, overdue, holds_lapsing, holds_lapsed, expiring_in_tour, checklist_due]
    for person in holders(DESK):
        found[person].append(waiting_at_desk)
    services: dict[User, list[int]] = defaultdict(list)
    for coordinator in Coordinator.objects.on(today).filter(user__is_active=True).select_related("user"):
        services[coordinator.user].append(coordinator.police_service_id)
    for person, of_person in services.items():
        found[person] += [
            partial(waiting_for_release, of_person, person),
            partial(extensions_waiting, of_person, person),
        ]
    for person in {application.officer.user for application in _lapsing_applications(today)}:
        found[person].append(partial(to_accept, person))
    for person in {line.tour.officer.user for line in _officers_lines(today) if line.tour.officer.user.is_active}:
        found[person].append(partial(own_checklist_due, person))
    return found


def holders(permission: str) -> QuerySet[User]:
    """Active staff whose roles include ``permission``."""
    app, codename = permission.split(".")
    wanted = Permission.objects.get(content_type__app_label=app, codename=codename)
    return User.objects.filter(Q(groups__permissions=wanted) | Q(user_permissions=wanted), is_active=True).distinct()


def tours_ending(today: datetime.date) -> Iterator[DigestItem]:
    """Tours that end within 120 days and for which no successor is named, by stage."""
    likely = {each.tour.pk: each.has_likely for each in unfollowed(today)}
    ending = _live().filter(pk__in=likely)
    for tour in ending.order_by("last_day", "pk"):
        reached = stage((tour.last_day - today).days)
        words = _("%(officer)s comes home from %(posting)s on %(day)s; no successor is named.")
        if likely[tour.pk]:
            words = _("%(officer)s comes home from %(posting)s on %(day)s; no successor is named, one is likely.")
        yield DigestItem(f"tour-ends:{tour.pk}:{reached}", _said(words, tour, tour.last_day), _tour_url(tour))


def overdue(today: datetime.date) -> Iterator[DigestItem]:
    """Tours in mission whose last day has passed."""
    late = _live().filter(state=DeploymentState.IN_MISSION, last_day__lt=today)
    for tour in late.order_by("last_day", "pk"):
        words = _("%(officer)s was due home from %(posting)s on %(day)s: record the return, or extend.")
        yield DigestItem(f"overdue:{tour.pk}:{tour.last_day}", _said(words, tour, tour.last_day), _tour_url(tour))


def holds_lapsing(today: datetime.date) -> Iterator[DigestItem]:
    """Reservations whose hold runs out within three days."""
    soon = _live().filter(
        state=DeploymentState.RESERVED, hold_until__range=(today, today + datetime.timedelta(days=LAPSING_DAYS))
    )
    for tour in soon.order_by("hold_until", "pk"):
        if until := tour.hold_until:
            words = _("The place held for %(officer)s in %(posting)s is free again after %(day)s.")
            yield DigestItem(f"hold:{tour.pk}:{until}", _said(words, tour, until), _tour_url(tour))


def holds_lapsed(today: datetime.date) -> Iterator[DigestItem]:
    """Holds that ran out while nobody was warned, because the daily run was missed: the same key, other words."""
    past = (today - datetime.timedelta(days=LATE_DAYS), today - datetime.timedelta(days=1))
    lapsed = HistoryEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Deployment), verb=TourVerb.EXPIRE, object_id=OuterRef("pk")
    )
    gone = Deployment.objects.filter(Exists(lapsed), state=DeploymentState.CANCELLED, hold_until__range=past)
    for tour in gone.select_related("officer__user", "posting").order_by("hold_until", "pk"):
        if until := tour.hold_until:
            words = _("The place held for %(officer)s in %(posting)s was not accepted by %(day)s, and is free again.")
            yield DigestItem(f"hold:{tour.pk}:{until}", _said(words, tour, until), _tour_url(tour))


def expiring_in_tour(today: datetime.date) -> Iterator[DigestItem]:
    """Qualifications that a posting asks for and that end inside the tour, without a later grant."""
    live: dict[int, list[Deployment]] = defaultdict(list)
    for tour in _live().filter(last_day__gte=today).order_by("first_day", "pk"):
        live[tour.officer_id].append(tour)
    grants = QualificationGrant.objects.not_renewed().filter(
        officer__in=live,
        valid_until__range=(today, today + datetime.timedelta(days=max(STAGES))),
    )
    for grant in grants.select_related("qualification").order_by("valid_until", "pk"):
        for tour in live[grant.officer_id]:
            if (until := grant.valid_until) and ends_inside(grant, tour):
                words = _("%(what)s of %(officer)s ends on %(day)s, inside the tour in %(posting)s.")
                line = _said(words, tour, until, what=grant.qualification)
                yield DigestItem(f"expiring:{grant.pk}:{until}:{stage((until - today).days)}", line, _tour_url(tour))


def checklist_due(today: datetime.date) -> Iterator[DigestItem]:
    """Items of the checklist that are due within a week, and once more when they are late."""
    for line in due_lines(today):
        words = _("“%(item)s” for %(officer)s in %(posting)s is due on %(day)s.")
        if line.is_late(today):
            words = _("“%(item)s” for %(officer)s in %(posting)s was due on %(day)s.")
        yield DigestItem(
            _line_key(line, today), _said(words, line.tour, line.due_on, item=line.item), _tour_url(line.tour)
        )


def own_checklist_due(person: User, today: datetime.date) -> Iterator[DigestItem]:
    """What the officer has to do before the departure or after the return."""
    for line in _officers_lines(today):
        if line.tour.officer.user_id == person.pk:
            words = _("Please see to “%(item)s” for your tour in %(posting)s by the end of %(day)s.")
            if line.is_late(today):
                words = _("“%(item)s” for your tour in %(posting)s was due on %(day)s: please see to it now.")
            url = f"{settings.SITE_URL}{reverse('my-tour', args=[line.tour.pk])}"
            yield DigestItem(_line_key(line, today), _said(words, line.tour, line.due_on, item=line.item), url)


def _officers_lines(today: datetime.date) -> list[ChecklistLine]:
    """What officers themselves have to do, of tours that they see on their pages."""
    shown = with_checklist().filter(pk__in=Deployment.objects.prepared().values("pk"))
    return [line for line in due_lines(today, shown) if line.item.is_for_officer]


def _line_key(line: ChecklistLine, today: datetime.date) -> str:
    return f"checklist:{line.tour.pk}:{line.item.pk}:{line.due_on}:{'late' if line.is_late(today) else 'soon'}"


def waiting_at_desk(today: datetime.date) -> Iterator[DigestItem]:
    """Applications that wait for the desk for two weeks or longer, once for each state."""
    further_on = Q(state__in=[ApplicationState.SCREENED_IN, ApplicationState.IN_ASSESSMENT])
    for application in _waiting(to_screen() | further_on, today):
        words = _("The application of %(officer)s for %(posting)s waits since %(day)s.")
        url = settings.SITE_URL + reverse("admin:deployments_application_change", args=[application.pk])
        yield DigestItem(f"waiting:{application.pk}:{application.state}", _since(words, application), url)


def waiting_for_release(services: list[int], person: User, today: datetime.date) -> Iterator[DigestItem]:
    """Applications that wait for the coordinator's decision, at once and again after two weeks."""
    wanted = Q(state=ApplicationState.SUBMITTED, officer__police_service__in=services)
    wanted &= Q(officer__police_service__needs_release=True)
    wanted &= ~Q(posting__in=postings_at_stake(person).values("pk"))
    for application in _waiting(wanted, today, days=0):
        is_late = (today - timezone.localdate(application.state_since)).days >= WAITING_DAYS
        words = _("The application of %(officer)s for %(posting)s waits for your decision since %(day)s.")
        url = settings.SITE_URL + reverse("coordinated-application", args=[application.pk])
        yield DigestItem(f"release:{application.pk}:{'late' if is_late else 'new'}", _since(words, application), url)


def extensions_waiting(services: list[int], person: User, today: datetime.date) -> Iterator[DigestItem]:
    """Extensions that wait for the service's word, at once and again after two weeks."""
    at_stake = postings_at_stake(person).values("pk")
    for asked in extensions_before_service(services).exclude(deployment__posting__in=at_stake):
        asked_on = timezone.localdate(asked.asked_at)
        is_late = (today - asked_on).days >= WAITING_DAYS
        words = _("%(officer)s asks to stay in %(posting)s to %(day)s: say whether your police service agrees.")
        url = settings.SITE_URL + reverse("coordinated-tour", args=[asked.deployment_id])
        line = _said(words, asked.deployment, asked.last_day)
        yield DigestItem(f"extension:{asked.pk}:{'late' if is_late else 'new'}", line, url)


def to_accept(person: User, today: datetime.date) -> Iterator[DigestItem]:
    """Places that wait for the officer's acceptance and whose hold runs out within three days."""
    for application in _lapsing_applications(today).filter(officer__user=person).order_by("pk"):
        if application.deployment and (hold := application.deployment.hold_until):
            words = _("Please accept your place in %(posting)s before the end of %(day)s.")
            line = words % {"posting": application.posting.title, "day": in_words(hold)}
            url = settings.SITE_URL + reverse("my-application", args=[application.pk])
            yield DigestItem(f"accept:{application.pk}:{hold}", line, url)


def _lapsing_applications(today: datetime.date) -> QuerySet[Application]:
    until = today + datetime.timedelta(days=LAPSING_DAYS)
    lapsing = Application.objects.filter(state=ApplicationState.SELECTED, deployment__hold_until__range=(today, until))
    return lapsing.select_related("officer__user", "posting", "deployment").filter(officer__user__is_active=True)


def _live() -> QuerySet[Deployment]:
    live = Deployment.objects.filter(state__in=DeploymentState.live_states())
    return live.select_related("officer__user", "posting").prefetch_related("posting__qualification_requirements")


def _waiting(wanted: Q, today: datetime.date, days: int = WAITING_DAYS) -> QuerySet[Application]:
    before = today - datetime.timedelta(days=days)
    waiting = Application.objects.filter(wanted, state_since__date__lte=before)
    return waiting.select_related("officer__user", "posting").order_by("state_since", "pk")


def _said(words: str, tour: Deployment, day: datetime.date, **more: object) -> str:
    return words % {"officer": tour.officer, "posting": tour.posting, "day": in_words(day), **more}


def _since(words: str, application: Application) -> str:
    return words % {
        "officer": application.officer,
        "posting": application.posting,
        "day": in_words(timezone.localdate(application.state_since)),
    }


def _tour_url(tour: Deployment) -> str:
    return f"{settings.SITE_URL}{reverse('admin:deployments_deployment_change', args=[tour.pk])}"
