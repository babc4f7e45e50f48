"""The list of releases: which service lets whom go, for which days, and what was taken back."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deployments.models import Release
from deployments.queries.lists.listing import Filters, Listing, ListRow
from deployments.queries.lists.people import OFFICER_COLUMNS, VIEW_TOURS, named_like, officer_cells


def releases(filters: Filters) -> QuerySet[Release]:
    """Releases that cover a day of those asked for, the first to end first; one for any posting is of every operation."""
    found = Release.objects.filter(
        named_like(filters),
        first_day__lte=filters.until,
        last_day__gte=filters.on,
        **filters.by_path(service="police_service"),
    )
    if filters.operation is not None:
        found = found.filter(Q(posting=None) | Q(posting__mission__operation=filters.operation))
    if filters.state:
        found = found.filter(withdrawn_at__isnull=filters.state == "in-force")
    related = ("officer__user", "officer__police_service", "police_service", "posting", "given_by", "withdrawn_by")
    return found.select_related(*related).order_by("last_day", "pk")


def release_rows(found: Sequence[Release], filters: Filters) -> Iterable[ListRow]:
    for release in found:
        cells = (
            str(release.police_service),
            *officer_cells(release.officer),
            release.first_day,
            release.last_day,
            release.posting.reference if release.posting else gettext("Any posting"),
            release.letter_number,
            release.letter_date,
            str(release.given_by or gettext("the portal")),
            timezone.localdate(release.given_at),
            timezone.localdate(release.withdrawn_at) if release.withdrawn_at else None,
            str(release.withdrawn_by or "") if release.withdrawn_at else "",
            release.withdrawal_reason,
        )
        yield ListRow(release.officer, cells)


LISTS = (
    Listing(
        name="releases",
        title=_("Releases"),
        description=_("Which police service lets whom go, for which days, by which letter, and what was withdrawn."),
        permission=VIEW_TOURS,
        columns=(
            _("Released by"), *OFFICER_COLUMNS, _("First day"), _("Last day"), _("Posting"), _("Letter"),
            _("Date of the letter"), _("Given by"), _("Given"), _("Withdrawn"), _("Withdrawn by"), _("Reason"),
        ),
        records=releases,
        rows=release_rows,
        filters=("on", "until", "operation", "service", "state", "q"),
        states=(("in-force", _("Not withdrawn")), ("withdrawn", _("Withdrawn"))),
        days_ahead=365,
    ),
)  # fmt: skip
