"""A made-up desk moves in: its files go into an empty portal in the order of docs/moving-in.md, with no row left over."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from core.actors import SYSTEM
from deployments.domain.authority.records_day import set_records_day
from deployments.imports import IMPORTS
from deployments.limits import audit
from deployments.models import Deployment, Release
from missions.models import Mission, Operation
from officers.models import Officer
from tests.made_up_desk import RECORDS_FROM, TODAY, MadeUpDesk

pytestmark = [pytest.mark.django_db, pytest.mark.on(TODAY.isoformat())]
# What the files leave open, as the pages would ask: a column of the desk's own, how days are written.
ANSWERS = {"officers": ["--ignore", "Bureau"], "releases": ["--days", "day-first"]}


def move_in(desk: MadeUpDesk, folder) -> None:
    for kind, path in desk.write(folder).items():
        if kind == "deployments":
            for code, begin in RECORDS_FROM.items():
                operation = Operation.objects.get(code=code)
                set_records_day(operation, by=SYSTEM, records_from=begin, reason="Moving in", today=TODAY)
        if kind in ANSWERS:
            with pytest.raises(CommandError, match="Answer with"):
                call_command("import_list", kind, str(path))
        call_command("import_list", kind, str(path), *ANSWERS.get(kind, []))


def per_year() -> Counter[tuple[str, int]]:
    rows = Deployment.objects.values_list("posting__mission__operation__code", "first_day__year")
    return Counter(rows)


def moved_in(desk: MadeUpDesk, folder) -> None:
    move_in(desk, folder)
    counts = [model.objects.count() for model in (Mission, Officer, Deployment)]
    assert counts == [12, len(desk.officers), len(desk.tours)]
    assert per_year() == desk.per_year()
    assert Release.objects.exists()
    assert audit.breaches() == []
    assert Deployment.objects.filter(first_day__year__lt=2010).exists()
    assert set(IMPORTS) - set(desk.write(folder)) == {"applications", "assessments"} & set(IMPORTS)


def test_a_small_desk_moves_in(tmp_path, capsys):
    moved_in(MadeUpDesk(officers=60, tours=150), tmp_path)


@pytest.mark.prove
@pytest.mark.part_volume
def test_a_desk_of_400_officers_and_900_tours_moves_in(tmp_path, capsys):
    moved_in(MadeUpDesk(), tmp_path)
