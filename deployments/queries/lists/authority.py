"""The list of numbers with the instruments that set them."""

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deployments.models import Paper
from deployments.queries.lists.listing import Filters, Listing, ListRow, PapersCell
from missions.models import AuthorizedStrength


def numbers(filters: Filters) -> QuerySet[AuthorizedStrength]:
    """Every version of every number, latest first; withdrawn ones too."""
    found = AuthorizedStrength.objects.all()
    if filters.operation is not None:
        found = found.filter(Q(operation=filters.operation) | Q(mission__operation=filters.operation))
    if filters.state:
        found = found.filter(withdrawn_at__isnull=filters.state == "in-force")
    related = ("programme", "operation", "mission", "recorded_by", "withdrawn_by")
    papers = Prefetch("papers", Paper.objects.kept())
    return found.select_related(*related).prefetch_related(papers).order_by("-effective_from", "-pk")


def number_rows(versions: Sequence[AuthorizedStrength], filters: Filters) -> Iterable[ListRow]:
    for version in versions:
        cells = (
            version.level.name,
            version.maximum,
            version.effective_from,
            version.instrument_name,
            str(version.recorded_by or gettext("the portal")),
            timezone.localdate(version.recorded_at),
            timezone.localdate(version.withdrawn_at) if version.withdrawn_at else None,
            version.note,
            PapersCell(version.papers.all()),
        )
        yield ListRow(version.level, cells)


LISTS = (
    Listing(
        name="numbers",
        title=_("Numbers and instruments"),
        description=_("Every authorized number with the instrument that set it, by whom it was recorded, and what was withdrawn."),
        permission="missions.view_authorizedstrength",
        columns=(
            _("Programme, operation or mission"), _("Number"), _("From"), _("Instrument"), _("Recorded by"),
            _("Recorded"), _("Withdrawn"), _("Note"), _("Papers"),
        ),
        records=numbers,
        rows=number_rows,
        filters=("operation", "state"),
        states=(("in-force", _("Not withdrawn")), ("withdrawn", _("Withdrawn"))),
    ),
)  # fmt: skip
