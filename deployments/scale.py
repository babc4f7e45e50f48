"""Synthetic volume for measuring: operations, officers and tours of duty in an empty database, the same every time.

The guards are away while it loads, in the one transaction that also puts them back (docs/performance.md).
"""

import collections
import datetime
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from core.dates import today_here
from core.refusals import Refusal
from deployments import guards
from deployments.models import Deployment, DeploymentState, Posting
from missions.models import AuthorizedStrength, Mission, Operation, OperationTerms, Programme
from officers.models import Officer, PoliceService, User

SEED = 20261124
BATCH = 5_000
BEGINNING = datetime.date(1970, 1, 1)
LONGEST_TOUR = 365
RECENT = 200
SERVICES = 10
POSTINGS_EACH = 2
INSTRUMENT = "Synthetic"
Made = TypeVar("Made", bound=models.Model)


@dataclass(frozen=True)
class Volume:
    """How much to make. ``current`` of the deployments cover today, each with an officer of its own; the rest are past."""

    operations: int
    officers: int
    deployments: int
    current: int

    @classmethod
    def of(cls, operations: int, officers: int, deployments: int) -> "Volume":
        """A volume of the usual shape: at most half of the officers, and a tenth of the tours, are out today."""
        return cls(operations, officers, deployments, current=min(officers // 2, deployments // 10))


@dataclass
class _Peaks:
    """The most at once, by posting, by operation and for the programme."""

    steps: dict[tuple, Counter] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, first: datetime.date, last: datetime.date, *levels: tuple) -> None:
        for level in levels:
            self.steps[level][first.toordinal()] += 1
            self.steps[level][last.toordinal() + 1] -= 1

    def of(self, level: tuple) -> int:
        steps = self.steps[level]
        return max(itertools.accumulate(steps[day] for day in sorted(steps)), default=0)


def load_scale(volume: Volume, *, today: datetime.date | None = None) -> None:
    """Fills an empty database, and puts every guard back, in one transaction.

    Every level gets exactly the number that its fullest day needs. Raises Refusal where the database holds an
    operation, officer or deployment, or where the tours do not fit between 1970 and today.
    """
    _check(volume)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL statement_timeout = 0; SET CONSTRAINTS ALL IMMEDIATE")
        guards.drop(connection)
        _Loader(volume, today or today_here()).load()
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
    if volume.current > min(volume.officers, volume.deployments):
        raise Refusal(_("There cannot be more current tours than officers or deployments."))


class _Loader:
    def __init__(self, volume: Volume, today: datetime.date) -> None:
        self.volume, self.today = volume, today
        self.random = random.Random(SEED)
        self.peaks = _Peaks()
        slots = -(-(volume.deployments - volume.current) // volume.officers)
        self.slot = min(LONGEST_TOUR, ((today - BEGINNING).days - RECENT) // max(slots, 1))
        if self.slot < 2:
            raise Refusal(_("So many tours do not fit: ask for more officers."))

    def load(self) -> None:
        programme, _made = Programme.objects.get_or_create(
            code=settings.DEFAULT_PROGRAMME, defaults={"name_en": "Programme", "name_fr": "Programme"}
        )
        postings = self._operations(programme)
        officers = self._officers()
        collections.deque(_written(Deployment, self._tours(officers, postings)), maxlen=0)
        for posting in postings:
            posting.places = max(1, self.peaks.of(("posting", posting.pk)))
        Posting.objects.bulk_update(postings, ["places"], batch_size=BATCH)
        owners = {("operation", posting.mission.operation_id) for posting in postings} | {("programme", programme.pk)}
        _make(AuthorizedStrength, (self._number(*owner) for owner in sorted(owners)))

    def _number(self, level: str, key: int) -> AuthorizedStrength:
        return AuthorizedStrength(
            **{f"{level}_id": key},
            effective_from=BEGINNING,
            maximum=self.peaks.of((level, key)),
            instrument=INSTRUMENT,
        )

    def _operations(self, programme: Programme) -> list[Posting]:
        wanted = range(self.volume.operations)
        operations = _make(
            Operation,
            (
                Operation(
                    code=f"s-{n}", name_en=f"Operation {n}", name_fr=f"Opération {n}", position=n, programme=programme
                )
                for n in wanted
            ),
        )
        _make(OperationTerms, (OperationTerms(operation=o, effective_from=BEGINNING) for o in operations))
        missions = _make(
            Mission,
            (
                Mission(code=o.code, operation=o, name_en=f"Mission {o.code}", name_fr=f"Mission {o.code}")
                for o in operations
            ),
        )
        return _make(
            Posting,
            (
                Posting(reference=f"{m.code}-{n}", mission=m, title_en=f"Adviser {n}", title_fr=f"Conseil {n}")
                for m in missions
                for n in range(POSTINGS_EACH)
            ),
        )

    def _officers(self) -> list[Officer]:
        services = _make(
            PoliceService,
            (PoliceService(code=f"s-{n}", name_en=f"Service {n}", name_fr=f"Service {n}") for n in range(SERVICES)),
        )
        users = _make(
            User,
            (
                User(email=f"s{n}@example.org", given_name="Robin", family_name=f"Officer {n}", password="!")
                for n in range(self.volume.officers)
            ),
        )
        return _make(
            Officer,
            (
                Officer(user=user, police_service=services[n % SERVICES], service_number=f"{n:07}")
                for n, user in enumerate(users)
            ),
        )

    def _tours(self, officers: list[Officer], postings: list[Posting]) -> Iterator[Deployment]:
        for n in range(self.volume.deployments):
            current = n < self.volume.current
            index = n if current else n - self.volume.current
            first, last = self._current() if current else self._past(index // len(officers))
            posting = self.random.choice(postings)
            operation = posting.mission.operation
            self.peaks.add(
                first,
                last,
                ("posting", posting.pk),
                ("operation", operation.pk),
                ("programme", operation.programme_id),
            )
            yield Deployment(
                officer=officers[index % len(officers)],
                posting=posting,
                first_day=first,
                last_day=last,
                state=DeploymentState.IN_MISSION if current else DeploymentState.CLOSED,
            )

    def _current(self) -> tuple[datetime.date, datetime.date]:
        return (
            self.today - datetime.timedelta(days=self.random.randrange(RECENT)),
            self.today + datetime.timedelta(days=self.random.randrange(LONGEST_TOUR)),
        )

    def _past(self, slot: int) -> tuple[datetime.date, datetime.date]:
        """Days inside the officer's slot number ``slot``, counted back: slots do not overlap."""
        end = self.today - datetime.timedelta(days=RECENT + slot * self.slot)
        length = self.random.randint(self.slot // 2, self.slot - 1)
        return end - datetime.timedelta(days=length), end - datetime.timedelta(days=1)


def _written(model: type[Made], records: Iterable[Made]) -> Iterator[list[Made]]:
    """Writes the records, and gives each batch once it stands."""
    remaining = iter(records)
    while batch := list(itertools.islice(remaining, BATCH)):
        yield model._default_manager.bulk_create(batch)


def _make(model: type[Made], records: Iterable[Made]) -> list[Made]:
    return list(itertools.chain.from_iterable(_written(model, records)))
