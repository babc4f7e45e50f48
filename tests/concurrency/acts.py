"""What contenders do, each known by its name alone so that another process can do it too."""

from core.actors import SYSTEM
from deployments.domain import authority, releases, tours
from deployments.domain.tours import RoomQuery, make_room
from deployments.domain.tours.released import ReleaseMissing
from deployments.limits.releases import without_release
from deployments.limits.rule import Span
from deployments.models import Deployment, Posting, Release
from missions.models import Operation
from officers.models import Officer
from tests.factories import day

TODAY = day("2026-11-24")
DAYS = {"first_day": day("2028-01-01"), "last_day": day("2028-06-30")}
PAST = {"first_day": day("2015-01-01"), "last_day": day("2015-12-31")}


def reserve(posting: int, officer: int) -> None:
    tours.reserve(by=SYSTEM, officer=_officer(officer), posting=_posting(posting), today=TODAY, **DAYS)


def record(posting: int, officer: int) -> None:
    tours.record_tour(
        by=SYSTEM, officer=_officer(officer), posting=_posting(posting), state="preparation", today=TODAY, **DAYS
    )


def extend(tour: int) -> None:
    tours.extend(_tour(tour), by=SYSTEM, last_day=DAYS["last_day"], reason="Asked for", today=TODAY)


def change_dates(tour: int) -> None:
    tours.change_dates(_tour(tour), by=SYSTEM, reason="Asked for", today=TODAY, **DAYS)


def transfer(tour: int, posting: int) -> None:
    tours.transfer(_tour(tour), by=SYSTEM, posting=_posting(posting), reason="Asked for", today=TODAY, **DAYS)


def reinstate(tour: int) -> None:
    tours.reinstate(_tour(tour), by=SYSTEM, reason="Asked for", today=TODAY)


def write_a_row(posting: int, officer: int) -> None:
    """Past every door: only the guards in the database are in the way."""
    Deployment.objects.create(posting_id=posting, officer_id=officer, **DAYS)


def prepare(tour: int) -> None:
    tours.prepare(_tour(tour), by=SYSTEM, today=TODAY)


def make_firm(tour: int) -> None:
    """Past every door: only the guards in the database are in the way."""
    Deployment.objects.filter(pk=tour).update(state="preparation")


def give_release(officer: int) -> None:
    releases.give(_officer(officer), by=SYSTEM, today=TODAY, **DAYS)


def withdraw_release(release: int) -> None:
    releases.withdraw(Release.objects.get(pk=release), by=SYSTEM, reason="Needed at home", today=TODAY)


def look_at_release(tour: int) -> None:
    """Raises ReleaseMissing where no release covers the days of the tour now."""
    found = _tour(tour)
    days = [Span(found.first_day, found.last_day)]
    if without_release(found.officer, found.posting, days):
        raise ReleaseMissing(found.officer, days)


def lower(operation: int, maximum: int) -> None:
    authority.set_strength(
        Operation.objects.get(pk=operation),
        by=SYSTEM,
        effective_from=DAYS["first_day"],
        maximum=maximum,
        instrument="Order",
        acknowledge_lowering=True,
        today=TODAY,
    )


def record_past(posting: int, officer: int) -> None:
    tours.record_tour(
        by=SYSTEM,
        officer=_officer(officer),
        posting=_posting(posting),
        state="closed",
        today=TODAY,
        **PAST,
    )


def begin_records(operation: int, first: str = "2015-06-01") -> None:
    authority.set_records_day(
        Operation.objects.get(pk=operation), by=SYSTEM, records_from=day(first), reason="Asked for", today=TODAY
    )


def write_a_past_row(posting: int, officer: int) -> None:
    """Past every door, having looked before."""
    Deployment.objects.create(posting_id=posting, officer_id=officer, state="closed", **PAST)


def check_and_then_write(posting: int, officer: int) -> None:
    """What a portal without gate and guards does: it looks whether there is room, and writes."""
    make_room(RoomQuery(_officer(officer), _posting(posting), Span(*DAYS.values()), TODAY))
    write_a_row(posting, officer)


def _officer(pk: int) -> Officer:
    return Officer.objects.select_related("user").get(pk=pk)


def _posting(pk: int) -> Posting:
    return Posting.objects.select_related("mission__operation__programme").get(pk=pk)


def _tour(pk: int) -> Deployment:
    return Deployment.objects.get(pk=pk)
