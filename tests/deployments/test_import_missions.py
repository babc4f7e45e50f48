"""A list of missions brings their status and numbers by date, and whether they are published; all of it or nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.history.acts import history_of
from core.tabular import FileRefused
from deployments.admin.import_rows import LONGEST_SHOWN, excerpts
from deployments.imports import IMPORTS, run_import
from missions.models import AuthorizedStrength, Mission, MissionTerms
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
HEADER = "code,name_en,name_fr,operation,is_published,status,authorized,effective_from,instrument"
TODAY = day("2026-11-24")
MALI = "minusma,MINUSMA,MINUSMA,mali"


@pytest.fixture(autouse=True)
def mali():
    return factories.operation(22, code="mali", name_en="Mali", name_fr="Mali")


def run(*lines: str, by=SYSTEM, header: str = HEADER, **options):
    data = "\n".join((header, *lines)).encode()
    return run_import(IMPORTS["missions"], data, by=by, file_name="missions.csv", today=TODAY, **options)


def refused(*lines: str, **options) -> list[str]:
    """The sentences of the refusal; nothing may be left behind."""
    before = counts()
    with pytest.raises(FileRefused) as caught:
        run(*lines, **options)
    assert counts() == before
    return caught.value.sentences()


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Mission, MissionTerms, AuthorizedStrength))


def dated(mission: Mission) -> tuple[list, list]:
    """Its status and its number by day."""
    return (
        list(mission.terms.standing().values_list("effective_from", "status")),
        list(mission.strengths.standing().values_list("effective_from", "maximum", "instrument")),
    )


def test_a_mission_comes_with_its_days():
    report = run(
        f"{MALI},no,active,8,2020-01-01,Order 1",
        f"{MALI},no,suspended,6,2022-01-01,Order 2",
        "minusma,,,,,closed,none,2024-01-01,Order 3",
        "eutm,EUTM,EUTM,Mali,,,,,",
    )
    assert [line.created for line in report.lines] == [True, False, False, True]
    mission = Mission.objects.get(code="minusma")
    assert dated(mission) == (
        [(day("2020-01-01"), "active"), (day("2022-01-01"), "suspended"), (day("2024-01-01"), "closed")],
        [
            (day("2020-01-01"), 8, "Order 1"),
            (day("2022-01-01"), 6, "Order 2"),
            (day("2024-01-01"), None, "Order 3"),
        ],
    )
    assert not mission.is_published
    other = Mission.objects.get(code="eutm")
    assert (dated(other), other.is_published) == (([], []), True)
    assert sorted(set(history_of(mission).values_list("verb", flat=True))) == ["import", "set-strength", "set-terms"]


def test_the_same_list_again_changes_nothing_and_a_later_day_adds_one():
    lines = (f"{MALI},,active,8,2020-01-01,Order 1", f"{MALI},,closed,none,2024-01-01,Order 3")
    run(*lines)
    again = run(*lines, "minusma,,,,,active,7,2025-01-01,Order 4")
    assert [bool(line.changes) for line in again.lines] == [False, False, True]
    mission = Mission.objects.get()
    assert mission.strengths.on(TODAY).first().maximum == 7
    assert mission.terms.on(TODAY).first().status == "active"


def test_further_days_of_a_recorded_mission_need_no_names_and_those_of_an_unknown_one_are_refused():
    run(f"{MALI},,active,8,2020-01-01,Order 1")
    run("MINUSMA,,,,,closed,none,2024-01-01,Order 3")
    assert dated(Mission.objects.get())[1][-1] == (day("2024-01-01"), None, "Order 3")
    (sentence,) = refused("eutm,,,,,closed,,2024-01-01,")
    assert sentence == "Line 2, code: No mission has this code: its first line has its names and its operation."


def test_further_days_ask_no_query_for_a_line(mali):
    def queries(days: int, year: int) -> int:
        lines = [f"m{n},,,,,,{n % 9},{year}-01-{n + 1:02},Order {year} {n}" for n in range(days)]
        with CaptureQueriesContext(connection) as asked:
            assert run(*lines).changed == days
        return len(asked)

    for n in range(20):
        factories.mission(mali, code=f"m{n}")
    assert queries(20, 2023) <= queries(2, 2022) + 2


def test_terms_of_a_day_take_the_place_of_those_of_the_same_day():
    mission = factories.mission(code="minusma", name_en="MINUSMA", name_fr="MINUSMA")
    factories.terms(mission, "active", day("2020-01-01"))
    mission.operation.code = "other"
    mission.operation.save()
    run("minusma,MINUSMA,MINUSMA,other,,suspended,,2020-01-01,")
    assert dated(mission)[0] == [(day("2020-01-01"), "suspended")]


def test_a_mission_has_no_more_than_its_operation():
    (sentence,) = refused(f"{MALI},,active,30,2020-01-01,Order 1")
    assert "22" in sentence
    run(f"{MALI},,active,8,2020-01-01,Order 1")
    (sentence,) = refused(f"{MALI},,active,30,2021-01-01,Order 1")
    assert "22" in sentence


def test_what_is_wrong_is_said_at_its_line():
    lines = (
        f"{MALI},,active,8,2020-01-01,Order 1",
        f"{MALI},,active,9,2020-01-01,Order 2",  # the same day
        "minusma,Another name,,,,active,7,2021-01-01,Order 3",
        "minusma,,,,,active,6,2022-01-01,",  # no instrument
        "minusma,,,,,paused,5,2023-01-01,Order 5",
        "minusma,,,,,,5,,Order 6",  # no day
        "minusma,MINUSMA,MINUSMA,mali,,,,,",  # again, without a day
    )
    said = refused(*lines)
    assert [sentence.partition(",")[0] for sentence in said] == [f"Line {n}" for n in (3, 4, 5, 6, 7, 8)]


def test_a_published_mission_is_not_taken_off_by_a_list():
    run(MALI + ",yes,,,,")
    assert "act of its own" in refused(MALI + ",no,,,,")[0]
    assert run(MALI + ",,,,,").changed == 0


def test_numbers_need_an_approver(editor):
    data = f"{MALI},,active,8,2020-01-01,Order 1"
    assert {sentence.partition(":")[0] for sentence in refused(data, by=editor)} == {
        "Line 2, status",
        "Line 2, authorized",
    }
    run(MALI + ",,,,,", by=editor)
    assert Mission.objects.get().is_published


def test_an_operation_comes_as_a_draft():
    factories.country("ML")
    head = "code,name_en,name_fr,countries,published,status,authorized,effective_from,instrument"
    data = f"{head}\nniger,Niger,Niger,ML,non,active,4,2026-01-01,Order 9".encode()
    run_import(IMPORTS["operations"], data, by=SYSTEM, file_name="operations.csv", today=TODAY)
    data = data.replace(b",non,", b",oui,")
    with pytest.raises(FileRefused, match="act of its own"):
        run_import(IMPORTS["operations"], data, by=SYSTEM, file_name="operations.csv", today=TODAY)


TEXTS = "code,name_en,name_fr,operation,host_countries,subject_countries,languages,summary_en,summary_fr,position"


def test_a_mission_comes_with_its_countries_languages_and_texts():
    factories.country("ML")
    run(
        "minusma,MINUSMA,MINUSMA,mali,Mali;Niger,,French; Arabic,What police do,Ce que font les policiers,4",
        header=TEXTS,
    )
    mission = Mission.objects.get()
    assert sorted(mission.host_countries.values_list("code", flat=True)) == ["ML", "NE"]
    assert (mission.languages, mission.position) == (["fr", "ar"], 4)
    assert (mission.summary_en, mission.summary_fr) == ("What police do", "Ce que font les policiers")

    report = run("minusma,MINUSMA,MINUSMA,mali,NE,XK,fr,What police do,Ce que font les policiers,4", header=TEXTS)
    changes = {change.column: (change.before, change.after) for change in report.lines[0].changes}
    assert changes == {
        "host_countries": ("ML;NE", "NE"),
        "subject_countries": ("", "XK"),
        "languages": ("fr;ar", "fr"),
    }
    assert list(mission.host_countries.values_list("code", flat=True)) == ["NE"]
    assert list(mission.subject_countries.values_list("code", flat=True)) == ["XK"]


def test_unknown_countries_and_a_text_in_one_language_are_refused_at_their_cell():
    found = refused("minusma,MINUSMA,MINUSMA,mali,Atlantis,,Klingon,,,", header=TEXTS)
    assert ["Atlantis" in sentence or "Klingon" in sentence for sentence in found] == [True, True]
    found = refused("minusma,MINUSMA,MINUSMA,mali,,,,English alone,,", header=TEXTS)
    assert any("English and French" in sentence for sentence in found)


def test_of_long_texts_the_preview_shows_where_they_differ():
    same, rest = "a" * 5_000, "z" * 4_000
    before, after = excerpts(f"{same}old{rest}", f"{same}new{rest}")
    assert [text.strip("…a")[:4] for text in (before, after)] == ["oldz", "newz"]
    assert max(len(before), len(after)) <= LONGEST_SHOWN + 2
    assert excerpts("", f"{same}new") == ("", f"{same[:LONGEST_SHOWN]}…")
    assert excerpts("Up to 22", "Up to 30") == ("Up to 22", "Up to 30")
    assert excerpts(same, f"{same}b") == (f"…{'a' * 40}", f"…{'a' * 40}b")
