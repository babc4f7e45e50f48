"""Lists of people: who is deployed, who is on the stand-by roster, who came home."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text.folded import fold, has_word, words_of
from core.text.languages import language_names
from deployments.models import Application, ApplicationState, Appraisal, Deployment, DeploymentState
from deployments.queries.languages import languages_of_all
from deployments.queries.lists.listing import Filters, Listing, ListRow
from deployments.queries.wishes import wishes_of_all
from missions.models import OperationTerms
from officers.models import Officer

VIEW_TOURS, VIEW_APPLICATIONS = "deployments.view_deployment", "deployments.view_application"
LIVE = [state for state in DeploymentState.choices if state[0] in DeploymentState.live_states()]
HOME = [DeploymentState.ENDED, DeploymentState.REINTEGRATION, DeploymentState.CLOSED]
OFFICER_COLUMNS = (_("Officer"), _("Police service"), _("Service number"), _("Rank"))


def officer_cells(officer: Officer) -> tuple[Any, ...]:
    """Name, service, number and rank, as OFFICER_COLUMNS name them."""
    return str(officer), str(officer.police_service), officer.service_number, officer.rank


def named_like(filters: Filters, path: str = "officer__") -> Q:
    """Officers whose name holds every word asked for."""
    found = Q()
    for word in words_of(fold(filters.q).split()):
        found &= has_word(f"{path}user__search_text", word)
    return found


def _tours(filters: Filters) -> QuerySet[Deployment]:
    tours = Deployment.objects.filter(
        named_like(filters), **filters.by_path("posting__mission__operation", "officer__police_service")
    )
    if filters.state:
        tours = tours.filter(state=filters.state)
    return tours.select_related("officer__user", "officer__police_service", "posting__mission__operation")


def nominal_roll(filters: Filters) -> QuerySet[Deployment]:
    """Tours to come or under way that occupy the day asked for, by operation and name."""
    on_day = Deployment.objects.on(filters.on).filter(state__in=DeploymentState.live_states())
    order = ("posting__mission__operation__position", "posting__mission__operation", "officer__user__sort_key", "pk")
    return _tours(filters).filter(pk__in=on_day.values("pk")).order_by(*order)


def roll_rows(tours: Sequence[Deployment], filters: Filters) -> Iterable[ListRow]:
    terms = {
        held.operation_id: held
        for held in reversed(
            OperationTerms.objects.on(filters.on).filter(
                operation__in={tour.posting.mission.operation_id for tour in tours}
            )
        )
    }
    for tour in tours:
        mission = tour.posting.mission
        held = terms.get(mission.operation_id)
        of_operation = held.is_armed if held else None
        armed = of_operation if tour.posting.is_armed is None else tour.posting.is_armed
        cells = (
            *officer_cells(tour.officer),
            mission.operation.name,
            mission.name,
            tour.posting.reference,
            tour.posting.title,
            {True: gettext("Armed"), False: gettext("Unarmed"), None: ""}[armed],
            language_names(held.languages) if held else "",
            tour.first_day,
            tour.last_day,
            (tour.last_day - filters.on).days,
            tour.get_state_display(),
        )
        yield ListRow(tour, cells)


def standing_by(filters: Filters) -> QuerySet[Application]:
    """The stand-by roster on the day asked for, soonest end first."""
    entries = Application.objects.filter(
        named_like(filters),
        state=ApplicationState.QUALIFIED,
        **filters.by_path("posting__mission__operation", "officer__police_service"),
    )
    return entries.select_related("officer__user", "officer__police_service", "posting").order_by(
        "qualified_until", "pk"
    )


def roster_rows(entries: Sequence[Application], filters: Filters) -> Iterable[ListRow]:
    officers = {entry.officer_id for entry in entries}
    languages = languages_of_all([entry.officer for entry in entries], filters.on)
    wishes = wishes_of_all(officers)
    tours = Deployment.objects.consuming().filter(officer__in=officers)
    busy_until = dict(
        tours.filter(last_day__gte=filters.on).order_by().values_list("officer").annotate(last=Max("last_day"))
    )
    last_tours = {tour.officer_id: tour for tour in tours.filter(last_day__lt=filters.on).order_by("last_day")
                  .select_related("posting__mission__operation")}  # fmt: skip
    for entry in entries:
        until = busy_until.get(entry.officer_id)
        last = last_tours.get(entry.officer_id)
        cells = (
            *officer_cells(entry.officer),
            "; ".join(languages[entry.officer_id]),
            entry.posting.title,
            entry.qualified_until,
            until + datetime.timedelta(days=1) if until else filters.on,
            last.posting.mission.operation.name if last else "",
            last.last_day if last else None,
            "; ".join(wishes[entry.officer_id]),
        )
        yield ListRow(entry, cells)


def came_home(filters: Filters) -> QuerySet[Deployment]:
    """Tours that have ended by the day asked for, latest return first."""
    return _tours(filters).filter(state__in=HOME, last_day__lte=filters.on).order_by("-last_day", "pk")


def home_rows(tours: Sequence[Deployment], filters: Filters) -> Iterable[ListRow]:
    appraisals = dict(Appraisal.objects.filter(deployment__in=tours).values_list("deployment", "outcome"))
    outcomes = dict(Appraisal._meta.get_field("outcome").flatchoices)
    for tour in tours:
        cells = (
            *officer_cells(tour.officer),
            tour.posting.mission.operation.name,
            tour.posting.title,
            tour.first_day,
            tour.last_day,
            tour.get_end_reason_display(),
            str(outcomes.get(appraisals.get(tour.pk), "")),
            tour.get_state_display(),
            gettext("Yes") if tour.officer.may_be_asked else gettext("not said"),
        )
        yield ListRow(tour, cells)


LISTS = (
    Listing(
        name="nominal-roll",
        title=_("Nominal roll"),
        description=_("Everybody with a place on a day, by operation."),
        permission=VIEW_TOURS,
        columns=(
            *OFFICER_COLUMNS, _("Operation"), _("Mission"), _("Posting"), _("Role"), _("Armed or unarmed"),
            _("Language of operation"), _("First day"), _("Last day"), _("Days left"), _("State"),
        ),
        records=nominal_roll,
        rows=roll_rows,
        filters=("on", "operation", "service", "state", "q"),
        states=tuple(LIVE),
    ),
    Listing(
        name="stand-by-roster",
        title=_("Stand-by roster"),
        description=_("Qualified officers: their languages, until when they stand by, and from when they are free."),
        permission=VIEW_APPLICATIONS,
        columns=(
            *OFFICER_COLUMNS, _("Languages (reading/writing/speaking)"), _("Qualified for"), _("Until"),
            _("Free from"), _("Last operation"), _("Home since"), _("Wishes"),
        ),
        records=standing_by,
        rows=roster_rows,
        filters=("operation", "service", "q"),
    ),
    Listing(
        name="came-home",
        title=_("Those who came home"),
        description=_("Tours that have ended, with the reason, the appraisal and what is still open."),
        permission=VIEW_TOURS,
        columns=(
            *OFFICER_COLUMNS, _("Operation"), _("Posting"), _("First day"), _("Last day"), _("End"), _("Appraisal"),
            _("Follow-up"), _("May be asked again"),
        ),
        records=came_home,
        rows=home_rows,
        filters=("on", "operation", "service", "state", "q"),
        states=tuple((state.value, state.label) for state in HOME),
    ),
)  # fmt: skip
