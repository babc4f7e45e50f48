"""The rotation plan: who comes home from which place, and who takes over."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text.dates import today_here
from deployments.models import Deployment, DeploymentState
from deployments.queries.lists.listing import Filters, Listing, ListRow
from deployments.queries.lists.people import VIEW_TOURS, named_like
from deployments.queries.rotation import Relay, relays_of


def ending(filters: Filters) -> QuerySet[Deployment]:
    """Live tours that end on the days asked for, first to end first."""
    tours = Deployment.objects.filter(
        named_like(filters),
        state__in=DeploymentState.live_states(),
        last_day__range=(filters.on, filters.until),
        **filters.by_path("posting__mission__operation", "officer__police_service"),
    )
    return tours.select_related("officer__user", "posting__mission__operation").order_by("last_day", "pk")


def plan_rows(tours: Sequence[Deployment], filters: Filters) -> Iterable[ListRow]:
    relays = relays_of(tours, today_here())
    for tour in tours:
        relay = relays[tour.pk]
        cells = (
            tour.posting.title,
            tour.posting.reference,
            tour.posting.mission.operation.name,
            str(tour.officer),
            tour.last_day,
            str(relay.named.officer) if relay.named else "",
            str(relay.likely.officer) if relay.likely else "",
            relay.successor.first_day if relay.successor else None,
            relay.gap,
            relay.overlap,
            missing(relay),
        )
        yield ListRow(tour, cells)


def missing(relay: Relay) -> str:
    """What the handover still lacks, in words; "" for nothing."""
    if relay.successor is None:
        return gettext("A successor")
    if not relay.is_named:
        return gettext("The successor is not named")
    return gettext("The place is only reserved") if relay.successor.state == DeploymentState.RESERVED else ""


LISTS = (
    Listing(
        name="rotation-plan",
        title=_("Rotation plan"),
        description=_("Who comes home from which place, who is named or likely to take over, and what is missing."),
        permission=VIEW_TOURS,
        columns=(
            _("Posting"), _("Reference"), _("Operation"), _("Officer"), _("Last day"), _("Named successor"),
            _("Likely successor"), _("First day of the successor"), _("Gap in days"), _("Overlap in days"),
            _("What is missing"),
        ),
        records=ending,
        rows=plan_rows,
        filters=("on", "until", "operation", "service", "q"),
        days_ahead=180,
    ),
)  # fmt: skip
