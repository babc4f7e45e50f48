"""Lists of papers: what expires, and what is left to do before a departure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deployments.models import Deployment, DeploymentState
from deployments.queries.checklists import lines_of, with_checklist
from deployments.queries.lists.listing import Filters, Listing, ListRow
from deployments.queries.lists.people import VIEW_TOURS, named_like, officer_cells
from officers.models import QualificationGrant


def expiring(filters: Filters) -> QuerySet[QualificationGrant]:
    """Qualifications that end on the days asked for and are not held again from another grant; soonest end first."""
    ending = QualificationGrant.objects.not_renewed().filter(
        named_like(filters),
        valid_until__range=(filters.on, filters.until),
        **filters.by_path(service="officer__police_service"),
    )
    return ending.select_related("officer__user", "officer__police_service", "qualification").order_by(
        "valid_until", "officer__user__sort_key", "pk"
    )


def expiring_rows(grants: Sequence[QualificationGrant], filters: Filters) -> Iterable[ListRow]:
    live = Deployment.objects.filter(
        officer__in={grant.officer_id for grant in grants}, state__in=DeploymentState.live_states()
    )
    tours = defaultdict(list)
    for tour in live.select_related("posting__mission__operation").order_by("first_day"):
        tours[tour.officer_id].append(tour)
    for grant in grants:
        until = grant.valid_until
        endangered = next((tour for tour in tours[grant.officer_id] if until and tour.last_day > until), None)
        service, number = grant.officer.police_service, grant.officer.service_number
        cells = (
            str(grant.officer),
            str(service),
            number,
            str(grant),
            until,
            endangered.posting.title if endangered else "",
            endangered.first_day if endangered else None,
            endangered.last_day if endangered else None,
        )
        yield ListRow(endangered or grant.officer, cells)


def preparing(filters: Filters) -> QuerySet[Deployment]:
    """Tours before departure or back home that have a checklist, soonest departure first."""
    tours = with_checklist().filter(
        named_like(filters),
        **filters.by_path("posting__mission__operation", "officer__police_service"),
    )
    return tours.select_related("officer__user", "officer__police_service", "posting__mission__operation").order_by(
        "first_day", "pk"
    )


def checklist_rows(tours: Sequence[Deployment], filters: Filters) -> Iterable[ListRow]:
    """A line for each item of each tour; what is not done by its day is late."""
    for line in lines_of(tours):
        mark = line.mark
        cells = (
            *officer_cells(line.tour.officer)[:2],
            line.tour.posting.title,
            line.tour.first_day,
            line.item.text,
            line.due_on,
            mark.done_on if mark else None,
            str(mark.done_by) if mark else "",
            mark.note if mark else "",
            gettext("Late") if line.is_late(filters.on) else "",
        )
        yield ListRow(line.tour, cells, is_read=bool(mark and mark.note))


LISTS = (
    Listing(
        name="pre-departure",
        title=_("Pre-departure checklist"),
        description=_("What is done and what is left for every tour before its departure and after the return, by when, and what is late."),
        permission=VIEW_TOURS,
        columns=(
            _("Officer"), _("Police service"), _("Posting"), _("Departure"), _("Item"), _("Due"), _("Done"),
            _("By whom"), _("Note"), _("Late"),
        ),
        records=preparing,
        rows=checklist_rows,
        filters=("on", "operation", "service", "q"),
    ),
    Listing(
        name="expiring-papers",
        title=_("Expiring papers"),
        description=_("Passports, licences, clearances and other qualifications that end soon, and the tour that each endangers."),
        permission=VIEW_TOURS,
        columns=(
            _("Officer"), _("Police service"), _("Service number"), _("What"), _("Until"), _("Posting"),
            _("First day"), _("Last day"),
        ),
        records=expiring,
        rows=expiring_rows,
        filters=("on", "until", "service", "q"),
        days_ahead=180,
    ),
)  # fmt: skip
