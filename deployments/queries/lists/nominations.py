"""The list of nominations: who was proposed to which organization, and what it answered."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text.folded import fold, words_of
from deployments.models import HostAnswer, Nomination, latest_answer
from deployments.queries.lists.listing import Filters, Listing, ListRow
from deployments.queries.lists.people import OFFICER_COLUMNS, VIEW_APPLICATIONS, named_like, officer_cells
from deployments.queries.nominations import whole


def nominations(filters: Filters) -> QuerySet[Nomination]:
    """Nominations, latest first; where days are asked for, those sent on one of them."""
    found = Nomination.objects.filter(
        named_like(filters, "application__officer__"),
        **filters.by_path("application__posting__mission__operation", "application__officer__police_service"),
    )
    if filters.organization is not None:
        found = found.filter(organization=filters.organization)
    for word in words_of(fold(filters.posting).split()):
        found = found.filter(application__posting__search_text__contains=word)
    if filters.sent_from is not None:
        found = found.filter(sent_on__gte=filters.sent_from)
    if filters.sent_until is not None:
        found = found.filter(sent_on__lte=filters.sent_until)
    if filters.state:
        found = found.annotate(now=latest_answer()).filter(now=filters.state)
    return whole(found).order_by("-pk")


def nomination_rows(found: Sequence[Nomination], filters: Filters) -> Iterable[ListRow]:
    for nomination in found:
        application, latest = nomination.application, nomination.latest
        cells = (
            str(nomination.organization or gettext("not on record")),
            application.posting.reference,
            application.posting.title,
            application.posting.mission.operation.name,
            *officer_cells(application.officer),
            nomination.sent_on or gettext("not on record"),
            str(nomination.sent_by or gettext("not on record")),
            str(nomination.answer.label),
            latest.answered_on if latest else None,
            latest.get_reason_code_display() if latest else "",
        )
        yield ListRow(application, cells)


LISTS = (
    Listing(
        name="nominations",
        title=_("Nominations"),
        description=_("Who was proposed to which organization for which posting, what it answered, when and why."),
        permission=VIEW_APPLICATIONS,
        columns=(
            _("Organization"), _("Posting"), _("Role"), _("Operation"), *OFFICER_COLUMNS, _("Sent"), _("Sent by"),
            _("Answer"), _("Answered"), _("Reason"),
        ),
        records=nominations,
        rows=nomination_rows,
        filters=("sent_from", "sent_until", "organization", "posting", "operation", "service", "state", "q"),
        states=tuple(HostAnswer.choices),
        state_label=_("Answer"),
    ),
)  # fmt: skip
