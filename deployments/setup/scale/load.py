"""Synthetic volume for measuring: operations, officers and tours of duty in an empty database, the same every time.

The guards are away while it loads, in the one transaction that also puts them back (docs/performance.md).
"""

import datetime
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Refusal
from core.text.dates import today_here
from deployments.limits import guards
from deployments.models import Deployment, DeploymentState, Posting, Release
from deployments.setup.scale.records import SyntheticRecords
from deployments.setup.scale.writing import BATCH, make, written
from missions.models import AuthorizedStrength, Mission, Operation, OperationTerms, Programme
from officers.models import Officer, PoliceService, User

SEED = 20261124
BEGINNING = datetime.date(1970, 1, 1)
LONGEST_TOUR = 365
RECENT = 200
SERVICES = 10
POSTINGS_EACH = 2
INSTRUMENT = "Synthetic"
HOLD = 14


@dataclass(frozen=True)
class Volume:
    """How much to make. Of the deployments ``current`` cover today and ``planned`` are to come, each with an officer of
    its own; the rest are past. ``applications`` come with their documents, assessments, acts and mails, and then the
    tours have acts as well; without them there are tours alone.
    """

    operations: int
    officers: int
    deployments: int
    current: int
    planned: int = 0
    applications: int = 0

    @property
    def past(self) -> int:
        return self.deployments - self.current - self.planned

    @classmethod
    def of(cls, operations: int, officers: int, deployments: int) -> "Volume":
        """A volume of the usual shape: at most half of the officers, and a tenth of the tours, are out today; for a
        quarter of those a successor is planned, and every officer applies twice.
        """
        current = min(officers // 2, deployments // 10)
        return cls(operations, officers, deployments, current, planned=current // 4, applications=2 * officers)


@dataclass
class _Peaks:
    """The most at once, by posting, by operation and for the programme."""

    steps: dict[tuple[Any, ...], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, first: datetime.date, last: datetime.date, *levels: tuple[Any, ...]) -> None:
        for level in levels:
            self.steps[level][first.toordinal()] += 1
            self.steps[level][last.toordinal() + 1] -= 1

    def of(self, level: tuple[Any, ...]) -> int:
        steps = self.steps[level]
        return max(itertools.accumulate(steps[day] for day in sorted(steps)), default=0)


def load_scale(volume: Volume, *, today: datetime.date | None = None) -> None:
    """Fill an empty database, and put every guard back, in one transaction.

    Every level gets exactly the number that its fullest day needs. Raises Refusal where the database holds an
    operation, officer or deployment, or where the tours do not fit between 1970 and today.
    """
    _check(volume)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL statement_timeout = 0; SET CONSTRAINTS ALL IMMEDIATE")
        guards.drop(connection)
        _ScaleLoader(volume, today or today_here()).load()
        guards.install(connection)
        cursor.execute("ANALYZE")


def _check(volume: Volume) -> None:
    taken = [m._meta.verbose_name_plural for m in (Operation, Officer, Deployment) if m.objects.exists()]
    if taken:
        raise Refusal(
            _("Synthetic volume goes into an empty database only: there are %(names)s.")
            % {"names": ", ".join(str(name) for name in taken)}
        )
    if min(volume.operations, volume.officers) < 1 or volume.deployments < 0:
        raise Refusal(_("Ask for at least one operation and one officer."))
    if volume.current + volume.planned > min(volume.officers, volume.deployments):
        raise Refusal(_("There cannot be more current tours than officers or deployments."))


class _ScaleLoader:
    def __init__(self, volume: Volume, today: datetime.date) -> None:
        self.volume, self.today = volume, today
        self.random = random.Random(SEED)
        self.peaks = _Peaks()
        slots = -(-volume.past // volume.officers)
        self.slot = min(LONGEST_TOUR, ((today - BEGINNING).days - RECENT) // max(slots, 1))
        if self.slot < 2:
            raise Refusal(_("So many tours do not fit: ask for more officers."))

    def load(self) -> None:
        programme, _made = Programme.objects.get_or_create(
            code=settings.DEFAULT_PROGRAMME, defaults={"name_en": "Programme", "name_fr": "Programme"}
        )
        postings = self._operations(programme)
        officers = self._officers()
        self._releases(officers)
        records = SyntheticRecords(self.today, self.random)
        for batch in written(Deployment, self._tours(officers, postings)):
            if self.volume.applications:
                records.acts_on_tours(batch)
        records.of_people(officers, postings, self.volume.applications)
        for posting in postings:
            posting.places = max(1, self.peaks.of(("posting", posting.pk)))
        Posting.objects.bulk_update(postings, ["places"], batch_size=BATCH)
        owners = {("operation", posting.mission.operation_id) for posting in postings} | {("programme", programme.pk)}
        make(AuthorizedStrength, (self._number(*owner) for owner in sorted(owners)))

    def _number(self, level: str, key: int) -> AuthorizedStrength:
        return AuthorizedStrength(
            **{f"{level}_id": key},
            effective_from=BEGINNING,
            maximum=self.peaks.of((level, key)),
            instrument=INSTRUMENT,
        )

    def _operations(self, programme: Programme) -> list[Posting]:
        wanted = range(self.volume.operations)
        operations = make(
            Operation,
            (
                Operation(
                    code=f"s-{n}", name_en=f"Operation {n}", name_fr=f"Opération {n}", position=n, programme=programme
                )
                for n in wanted
            ),
        )
        make(OperationTerms, (OperationTerms(operation=o, effective_from=BEGINNING) for o in operations))
        missions = make(
            Mission,
            (
                Mission(code=o.code, operation=o, name_en=f"Mission {o.code}", name_fr=f"Mission {o.code}")
                for o in operations
            ),
        )
        return make(
            Posting,
            (self._posting(mission, n) for mission in missions for n in range(POSTINGS_EACH)),
        )

    def _posting(self, mission: Mission, n: int) -> Posting:
        """Open for applications, with a tour planned for a year that begins within the next."""
        first = self.today + datetime.timedelta(days=self.random.randint(60, LONGEST_TOUR))
        return Posting(
            reference=f"{mission.code}-{n}",
            mission=mission,
            title_en=f"Advisor {n}",
            title_fr=f"Conseil {n}",
            opens_at=timezone.now() - datetime.timedelta(days=30),
            closes_at=timezone.now() + datetime.timedelta(days=60),
            tour_first_day=first,
            tour_last_day=first + datetime.timedelta(days=LONGEST_TOUR - 1),
        )

    def _officers(self) -> list[Officer]:
        services = make(
            PoliceService,
            (PoliceService(code=f"s-{n}", name_en=f"Service {n}", name_fr=f"Service {n}") for n in range(SERVICES)),
        )
        users = make(
            User,
            (
                User(email=f"s{n}@example.org", given_name="Robin", family_name=f"Officer {n}", password="!")  # noqa: S106
                for n in range(self.volume.officers)
            ),
        )
        return make(
            Officer,
            (
                Officer(
                    user=user,
                    police_service=services[n % SERVICES],
                    service_number=f"{n:07}",
                    rank="Constable",
                    member_since=self.today - datetime.timedelta(days=self.random.randint(1_500, 10_000)),
                    has_convictions=False,
                    has_open_investigations=False,
                )
                for n, user in enumerate(users)
            ),
        )

    def _releases(self, officers: list[Officer]) -> None:
        """Every service has released its officers, from the beginning to well after the last tour."""
        until = self.today + datetime.timedelta(days=5 * LONGEST_TOUR)
        make(
            Release,
            (
                Release(officer=o, police_service=o.police_service, first_day=BEGINNING, last_day=until)
                for o in officers
            ),
        )

    def _tours(self, officers: list[Officer], postings: list[Posting]) -> Iterator[Deployment]:
        ahead = self.volume.current + self.volume.planned
        for n in range(self.volume.deployments):
            index = n if n < ahead else n - ahead
            posting = self.random.choice(postings)
            tour = Deployment(officer=officers[index % len(officers)], posting=posting, **self._when(n))
            operation = posting.mission.operation
            self.peaks.add(
                tour.first_day,
                tour.last_day,
                ("posting", posting.pk),
                ("operation", operation.pk),
                ("programme", operation.programme_id),
            )
            yield tour

    def _when(self, n: int) -> dict[str, Any]:
        """Days and state of tour number ``n``: first those under way, then those to come, then the past ones."""
        if n < self.volume.current:
            first, last = self._current()
            return {"first_day": first, "last_day": last, "state": DeploymentState.IN_MISSION}
        if n < self.volume.current + self.volume.planned:
            return self._planned(n)
        first, last = self._past((n - self.volume.current - self.volume.planned) // self.volume.officers)
        return {"first_day": first, "last_day": last, "state": DeploymentState.CLOSED}

    def _current(self) -> tuple[datetime.date, datetime.date]:
        return (
            self.today - datetime.timedelta(days=self.random.randrange(RECENT)),
            self.today + datetime.timedelta(days=self.random.randrange(LONGEST_TOUR)),
        )

    def _planned(self, n: int) -> dict[str, Any]:
        """To come within a year: every second one confirmed, the others held for an answer."""
        first = self.today + datetime.timedelta(days=self.random.randint(1, LONGEST_TOUR))
        last = first + datetime.timedelta(days=self.random.randint(RECENT, LONGEST_TOUR))
        days = {"first_day": first, "last_day": last}
        if n % 2:
            return {**days, "state": DeploymentState.PREPARATION}
        hold = self.today + datetime.timedelta(days=self.random.randrange(HOLD))
        return {**days, "state": DeploymentState.RESERVED, "hold_until": hold}

    def _past(self, slot: int) -> tuple[datetime.date, datetime.date]:
        """Days inside the officer's slot number ``slot``, counted back: slots do not overlap."""
        end = self.today - datetime.timedelta(days=RECENT + slot * self.slot)
        length = self.random.randint(self.slot // 2, self.slot - 1)
        return end - datetime.timedelta(days=length), end - datetime.timedelta(days=1)
