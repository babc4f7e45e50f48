"""The desk's own lists as tables for a download: the headings, and the rows one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from deployments.models import Application, ApplicationState, Deployment
from deployments.openings.opening import Opening
from deployments.queries.boards import BoardRow
from deployments.queries.rotation import STAGES, Coming, Relay
from missions.models import Operation

Sheet = tuple[Sequence[str], Iterator[Sequence[Any]]]


def free_words(row: BoardRow) -> int | str | None:
    """Places free, or why there is no such number."""
    if row.takes_nobody:
        return _("taking nobody")
    return _("no number") if row.authorized is None else row.free


def board_sheet(rows: Iterable[BoardRow]) -> Sheet:
    """The strength board."""
    head = (
        _("Operation"), _("Status"), _("Authorized"), _("Committed"), _("Places free"), _("Over by"), _("Over from"),
        _("Next home"), _("Last day"),
    )  # fmt: skip
    return head, (
        (
            row.operation.name,
            row.terms.get_status_display() if row.terms else "",
            _("no number") if row.authorized is None else row.authorized,
            row.committed,
            free_words(row),
            row.over.over_by if row.over else None,
            row.over.first_day if row.over else None,
            row.next_to_end.officer if row.next_to_end else None,
            row.next_to_end.last_day if row.next_to_end else None,
        )
        for row in rows
    )


def counted_tours_sheet(tours: QuerySet[Deployment]) -> Sheet:
    """Tours that count at a level."""
    head = (_("Officer"), _("Mission"), _("Posting"), _("First day"), _("Last day"), _("State"))
    return head, (
        (
            *(tour.officer, tour.posting.mission, tour.posting.reference),
            *(tour.first_day, tour.last_day, tour.get_state_display()),
        )
        for tour in tours.iterator(chunk_size=2000)
    )


def pipelines_sheet(
    openings: Iterable[Opening], counts: Mapping[int, Mapping[str, int]], states: Sequence[str]
) -> Sheet:
    """Postings with their applicants by state."""
    head = (_("Posting"), _("Opening"), _("Places left"), *(str(ApplicationState(state).label) for state in states))
    return head, (
        (
            opening.posting,
            opening.state.label,
            _("taking nobody") if opening.takes_nobody else opening.places_left,
            *(counts[opening.posting.pk][state] for state in states),
        )
        for opening in openings
    )


def roster_sheet(entries: Iterable[Application]) -> Sheet:
    """The stand-by roster."""
    head = (_("Officer"), _("Police service"), _("Qualified for"), _("Until"))
    return head, (
        (entry.officer, entry.officer.police_service, entry.posting.reference, entry.qualified_until)
        for entry in entries
    )


def rotations_sheet(rows: Iterable[tuple[Operation, Coming]]) -> Sheet:
    """Operations with how many come home when."""
    stages = (_("Home within %(days)s days") % {"days": stage} for stage in STAGES)
    head = (
        _("Operation"), _("Under way"), *stages, _("No successor named"),
        _("Of these with a likely one"), _("Over by"), _("Over from"),
    )  # fmt: skip
    return head, (
        (
            operation.name,
            coming.under_way,
            *coming.ending,
            coming.unfollowed,
            coming.likely,
            coming.over.over_by if coming.over else None,
            coming.over.first_day if coming.over else None,
        )
        for operation, coming in rows
    )


def relays_sheet(relays: Iterable[Relay]) -> Sheet:
    """The tours of an operation with who follows."""
    head = (
        _("Posting"), _("Officer"), _("State"), _("First day"), _("Last day"), _("Days left"),
        _("Named successor"), _("Likely successor"), _("First day of the successor"), _("Gap in days"), _("Overlap in days"),
    )  # fmt: skip
    return head, (
        (
            relay.tour.posting.reference,
            relay.tour.officer,
            relay.tour.get_state_display(),
            relay.tour.first_day,
            relay.tour.last_day,
            relay.days_left,
            relay.named.officer if relay.named else None,
            relay.likely.officer if relay.likely else None,
            relay.successor.first_day if relay.successor else None,
            relay.gap,
            relay.overlap,
        )
        for relay in relays
    )
