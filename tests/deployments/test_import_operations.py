"""import_operations: a list changes operations, their terms and their numbers, as a person would: all of it or nothing."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import NotPermitted, StalePage
from core.tabular import FileRefused
from deployments.imports import OPERATIONS, run_import
from missions.models import AuthorizedStrength, Operation, OperationTerms
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
HEADER = "code,name_en,name_fr,countries,languages,armed,status,authorized,effective_from,instrument"
TODAY = day("2026-11-24")


@pytest.fixture(autouse=True)
def world():
    programme = factories.programme()
    factories.strength(programme, 150)
    for code in ("ML", "HT", "DO", "UA"):
        factories.country(code)


@pytest.fixture
def mali():
    return factories.operation(22, code="mali", name_en="Mali", name_fr="Mali", is_armed=True, languages=["fr"])


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *lines)).encode()


def run(*lines: str, by=SYSTEM, header: str = HEADER, **options):
    return run_import(OPERATIONS, csv(*lines, header=header), by=by, file_name="editions.csv", today=TODAY, **options)


def refused(*lines: str, **options) -> list[str]:
    """The sentences of the refusal; nothing may be left behind."""
    before = counts()
    with pytest.raises(FileRefused) as caught:
        run(*lines, **options)
    assert counts() == before
    return caught.value.sentences()


def counts() -> tuple:
    return (
        sorted(Operation.objects.values_list("code", "name_en")),
        AuthorizedStrength.objects.count(),
        OperationTerms.objects.count(),
    )


def number(operation: Operation, on: str) -> int | None:
    return operation.strengths.on(day(on)).first().maximum


def status(operation: Operation, on: str) -> str:
    return operation.terms.on(day(on)).first().status


def said(report) -> list[tuple]:
    return [(line.line, change.column, change.before, change.after) for line in report.lines for change in line.changes]


MALI_30 = "mali,Mali,Mali,,fr,yes,active,30,2027-04-01,Order 7"
CARIBBEAN = "caribbean,Caribbean,Caraïbes,HT;do,en; FR,Non,Active,12.0,2027-04-01,Order 8"


def test_a_new_operation_is_published_at_the_end_of_the_current_ones(mali):
    mali.position = 4
    mali.save()
    report = run(CARIBBEAN, "ukraine,Ukraine,Ukraine,UA,,,suspended,0,2027-04-01,Order 9")
    made = Operation.objects.get(code="caribbean")
    assert (made.name_fr, made.position, made.category, made.is_published) == ("Caraïbes", 5, "current_operation", True)
    assert made.programme.code == "cpa"
    assert sorted(made.countries.values_list("code", flat=True)) == ["DO", "HT"]
    terms = made.terms.get()
    assert (terms.status, terms.is_armed, terms.languages) == ("active", False, ["en", "fr"])
    assert terms.effective_from == day("2027-04-01")
    strength = made.strengths.get()
    assert (strength.maximum, strength.instrument) == (12, "Order 8")
    assert "editions.csv, 2" in strength.note
    ukraine = Operation.objects.get(code="ukraine")
    assert (ukraine.position, number(ukraine, "2027-05-01"), ukraine.terms.get().is_armed) == (6, 0, None)
    assert [line.created for line in report.lines] == [True, True]
    assert (2, "authorized", "", "12") in said(report)


def test_only_what_differs_on_the_day_is_recorded_and_a_second_time_nothing(mali):
    report = run(MALI_30)
    assert said(report) == [(2, "authorized", "22", "30"), (2, "instrument", "Order", "Order 7")]
    assert (number(mali, "2027-03-31"), number(mali, "2027-04-01")) == (22, 30)
    assert mali.terms.count() == 1
    again = run(MALI_30)
    assert (said(again), again.changed) == ([], 0)
    assert mali.strengths.count() == 2


def test_terms_that_begin_on_that_very_day_are_replaced(mali):
    line = f"mali,Mali,Mali,,fr,yes,suspended,,{factories.START},"
    assert said(run(line)) == [(2, "status", "active", "suspended")]
    assert status(mali, factories.START.isoformat()) == "suspended"
    assert [each.withdrawn_at is None for each in mali.terms.order_by("pk")] == [False, True]


def test_an_empty_number_changes_none_and_needs_no_instrument(mali):
    report = run("mali,Mali (Sahel),Mali (Sahel),ML,fr;en,no,reassessment,,2027-04-01,")
    assert said(report) == [
        (2, "name_en", "Mali", "Mali (Sahel)"),
        (2, "name_fr", "Mali", "Mali (Sahel)"),
        (2, "countries", "", "ML"),
        (2, "status", "active", "reassessment"),
        (2, "armed", "yes", "no"),
        (2, "languages", "fr", "fr;en"),
    ]
    assert (number(mali, "2027-04-01"), mali.strengths.count()) == (22, 1)
    assert (status(mali, "2027-03-31"), status(mali, "2027-04-01")) == ("active", "reassessment")
    assert mali.history.latest().history_change_reason == "Import: editions.csv, 2"


def test_an_edition_of_the_future_leaves_every_earlier_day_as_it_read(mali):
    """Numbers change on one day, later one is suspended with its number, one closes, a region takes the place."""
    haiti = factories.operation(20, code="haiti", name_en="Haiti", name_fr="Haïti", is_armed=False, languages=["fr"])
    lines = [
        CARIBBEAN.replace("2027-04-01", "2028-01-01"),
        "haiti,Haiti,Haïti,,fr,no,closed,,2028-01-01,",
        "mali,Mali,Mali,,fr,yes,suspended,,2027-09-01,",
        MALI_30,
    ]
    run(*lines)
    assert [number(mali, on) for on in ("2026-11-24", "2027-04-01", "2027-09-01")] == [22, 30, 30]
    assert [status(mali, on) for on in ("2026-11-24", "2027-08-31", "2027-09-01")] == ["active", "active", "suspended"]
    assert [status(haiti, on) for on in ("2027-12-31", "2028-01-01")] == ["active", "closed"]
    assert number(haiti, "2028-01-01") == 20
    assert Operation.objects.get(code="caribbean").strengths.get().effective_from == day("2028-01-01")


def test_lines_of_one_operation_may_stand_in_any_order(mali):
    lines = [
        "mali,Mali,Mali,,fr,yes,active,30,2027-10-01,Order 9",
        "mali,Mali,Mali,,fr,yes,active,30,2027-12-01,Order 10",
        "mali,Mali,Mali,,fr,yes,active,25,2027-04-01,Order 8",
        "mali,Mali,Mali,,fr,yes,active,22,2027-02-01,Order 7",
    ]
    report = run(*lines)
    assert said(report) == [
        *((2, "authorized", "25", "30"), (2, "instrument", "Order 8", "Order 9")),
        (3, "instrument", "Order 9", "Order 10"),
        *((4, "authorized", "22", "25"), (4, "instrument", "Order 7", "Order 8")),
        (5, "instrument", "Order", "Order 7"),
    ]
    assert [number(mali, on) for on in ("2027-03-31", "2027-04-01", "2027-10-01")] == [22, 25, 30]


def test_a_number_is_judged_on_the_days_that_it_will_hold_once_the_whole_list_does(mali):
    """Eleven are committed from July: 10 until June and 22 from July is no lowering under them."""
    posting = factories.posting(factories.mission(mali))
    for _ in range(11):
        factories.deployment(posting, "2027-07-01", "2028-06-30", state="reserved")
    run(
        "mali,Mali,Mali,,fr,yes,active,10,2027-04-01,Order 7",
        "mali,Mali,Mali,,fr,yes,active,20,2027-07-01,Order 8",
    )
    assert [number(mali, on) for on in ("2027-04-01", "2027-07-01")] == [10, 20]
    assert not mali.strengths.exclude(acknowledged_peak=None).exists()


def test_a_lowering_under_commitment_says_who_and_when_and_needs_the_flag(mali):
    posting = factories.posting(factories.mission(mali))
    ada = factories.officer(user=factories.user(given_name="Ada", family_name="Roy"))
    factories.deployment(posting, "2027-01-01", "2027-12-31", officer=ada, state="reserved")
    factories.deployment(posting, "2027-03-01", "2027-10-31", state="reserved")
    line = MALI_30.replace(",30,", ",1,")
    (sentence,) = refused(line)
    assert sentence.startswith("Line 2, authorized: ")
    assert "Ada Roy" in sentence
    assert "2027" in sentence
    assert "1 authorized, 2 committed" in sentence
    report = run(line, acknowledge_lowering=True)
    assert (2, "accepted strength", "", "2") in said(report)
    assert mali.strengths.get(maximum=1).acknowledged_peak == 2


def test_missions_above_the_new_number_come_down_and_the_report_names_them(mali):
    mission = factories.mission(mali, code="minusma")
    factories.strength(mission, 15)
    report = run(MALI_30.replace(",30,", ",10,"))
    assert (2, "authorized (minusma)", "15", "10") in said(report)
    assert mission.strengths.on(day("2027-04-01")).first().maximum == 10


def test_a_dry_run_says_the_same_and_leaves_nothing(mali):
    before = counts()
    tried = run(CARIBBEAN, MALI_30, dry_run=True)
    assert counts() == before
    assert not history_of(mali).exists()
    assert tried.fingerprint() == run(CARIBBEAN, MALI_30).fingerprint()


def test_what_was_agreed_to_is_done_or_nothing(mali):
    agreed = run(MALI_30, dry_run=True).fingerprint()
    factories.strength(mali, 25, day("2027-01-01"))
    with pytest.raises(StalePage):
        run(MALI_30, expected=agreed)
    assert number(mali, "2027-04-01") == 25
    run(MALI_30, expected=run(MALI_30, dry_run=True).fingerprint())
    assert number(mali, "2027-04-01") == 30


def test_a_backdated_number_is_explained_by_the_file_and_its_instrument(mali):
    run(MALI_30.replace("2027-04-01", "2026-01-01"))
    assert mali.strengths.get(maximum=30).note == "Import: editions.csv, 2, Order 7"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (MALI_30.replace("Order 7", ""), "Line 2, instrument: The number changes: name the instrument."),
        (MALI_30.replace(",30,", ",151,"), "Line 2, authorized: Mali cannot have 151: Programme has 150"),
        (MALI_30.replace(",30,", ",-1,"), "Line 2, authorized: Not a whole number from 0 to 100000: “-1”."),
        (MALI_30.replace(",30,", ",1e9,"), "Line 2, authorized: Not a whole number"),
        (MALI_30.replace(",30,", ",9999999999999,"), "Line 2, authorized: Not a whole number"),
        (MALI_30.replace(",30,", ",100001,"), "Line 2, authorized: Not a whole number"),
        (MALI_30.replace(",30,", ",100000,"), "Line 2, authorized: Mali cannot have 100"),
        (MALI_30.replace(",30,", ",1.000,"), "Line 2, authorized: Not a whole number"),
        (MALI_30.replace(",30,", ",22.5,"), "Line 2, authorized: Not a whole number"),
        (MALI_30.replace(",30,", ",twenty,"), "Line 2, authorized: Not a whole number"),
        (MALI_30.replace(",30,", ",٢٢,"), "Line 2, authorized: Not a whole number"),
        (MALI_30.replace("2027-04-01", "3/4/2027"), "Line 2, effective_from: “3/4/2027” can be read in two ways."),
        (MALI_30.replace("2027-04-01", "2027-02-30"), "Line 2, effective_from: Not a day"),
        (MALI_30.replace("2027-04-01", "2027-4-31"), "Line 2, effective_from: Not a day"),
        (MALI_30.replace("2027-04-01", ""), "Line 2, effective_from: Not a day"),
        (MALI_30.replace("2027-04-01", "1027-04-01"), "Line 2, effective_from: "),
        (MALI_30.replace("2027-04-01", "2327-04-01"), "Line 2, effective_from: "),
        (MALI_30.replace(",yes,", ",maybe,"), "Line 2, armed: Not yes or no: “maybe”."),
        (MALI_30.replace("active", "open"), "Line 2, status: “open” is not one of: active, suspended, reassessment"),
        (MALI_30.replace("active", ""), "Line 2, status: “” is not one of"),
        (MALI_30.replace(",,fr", ",ML;ZZ,fr"), "Line 2, countries: Unknown country code: ZZ."),
        (MALI_30.replace(",fr,", ",fr;xx,"), "Line 2, languages: Unknown language code: xx."),
        (MALI_30.replace("mali,Mali,Mali", "mali,Mali,"), "Line 2, name_fr: This cell may not be empty."),
        (MALI_30.replace("mali,Mali", f"mali,{'M' * 151}"), "Line 2, name_en: Longer than 150 characters."),
        (MALI_30.replace("Order 7", "O" * 201), "Line 2, instrument: Longer than 200 characters."),
        (MALI_30.replace("mali,", "new place,"), "Line 2, code: "),
        (MALI_30.replace("mali,", ","), "Line 2, code: This cell may not be empty."),
    ],
)
def test_bad_cells_are_refused_at_their_line_and_column(mali, line, sentence):
    assert any(found.startswith(sentence) for found in refused(line))


def test_lines_that_contradict_each_other_are_refused(mali):
    assert refused(MALI_30, MALI_30) == ["Line 3, code: Line 2 says the same operation and day."]
    other = MALI_30.replace("Mali,Mali", "Mali,Le Mali").replace("2027-04-01", "2027-05-01")
    assert "Names or countries differ from line 2" in refused(MALI_30, other)[0]


def test_one_bad_line_keeps_every_good_one_out_and_all_bad_lines_are_told(mali):
    found = refused(CARIBBEAN, MALI_30.replace(",30,", ",151,"), CARIBBEAN.replace("caribbean", "no code"))
    assert [sentence[:7] for sentence in found] == ["Line 3,", "Line 4,"]


def test_the_same_number_by_another_instrument_is_a_version_of_its_own(mali):
    run(MALI_30)
    assert run(MALI_30.replace("Order 7", "order  7")).changed == 0
    assert "30 (Order 7)" in refused(MALI_30.replace("Order 7", "Order 8"))[0]
    later = MALI_30.replace("2027-04-01", "2027-06-01")
    assert run(later).changed == 0
    assert said(run(later.replace("Order 7", "Order 8"))) == [(2, "instrument", "Order 7", "Order 8")]
    assert list(mali.strengths.order_by("effective_from").values_list("maximum", "instrument")) == [
        *((22, "Order"), (30, "Order 7"), (30, "Order 8")),
    ]


def test_a_number_on_record_since_a_day_stays_so(mali):
    data = f"{HEADER},first_day_known\n{MALI_30},no\n".encode()
    run_import(OPERATIONS, data, by=SYSTEM, file_name="editions.csv", today=TODAY)
    assert not mali.strengths.get(maximum=30).is_first_day_known


def test_a_day_that_has_a_number_already_is_not_written_over(mali):
    run(MALI_30)
    assert "already" in refused(MALI_30.replace(",30,", ",31,"))[0]


def test_whoever_may_not_set_numbers_is_told_at_the_line(mali, editor, approver, auditor):
    assert refused(MALI_30, by=editor) == ["Line 2, authorized: Your role does not include this change."]
    assert refused(MALI_30.replace("active,30", "closed,"), by=editor)[0].startswith("Line 2, status: Your role")
    run("mali,Mali,Le Mali,ML,fr,yes,active,22,2027-04-01,", by=editor)
    mali.refresh_from_db()
    assert (mali.name_fr, mali.history.latest().history_user) == ("Le Mali", editor)
    run(MALI_30.replace("Mali,Mali,,", "Mali,Le Mali,ML,"), by=approver)
    assert mali.strengths.get(maximum=30).recorded_by == approver
    with pytest.raises(NotPermitted):
        run(MALI_30, by=auditor)


# --- The command --------------------------------------------------------------------------------------


def command(path, *options: str) -> str:
    out = StringIO()
    call_command("import_operations", str(path), *options, stdout=out)
    return out.getvalue()


def test_the_command_prints_what_each_line_changes(mali, approver, tmp_path):
    path = tmp_path / "editions.csv"
    path.write_bytes(csv(MALI_30, CARIBBEAN))
    tried = command(path, "--dry-run").splitlines()
    assert tried[0].split() == ["Line", "Record", "From", "Column", "Before", "After"]
    assert tried[1].split() == ["2", "mali", "2027-04-01", "authorized", "22", "30"]
    assert tried[2].split() == ["2", "mali", "2027-04-01", "instrument", "Order", "Order", "7"]
    assert tried[3].split() == ["3", "caribbean", "2027-04-01", "(new)"]
    assert tried[-1] == "2 lines would change something. This was a dry run: nothing was changed."
    assert number(mali, "2027-04-01") == 22
    assert command(path, "--by", approver.email.upper()).splitlines()[-1] == "2 lines changed something."
    assert mali.strengths.get(maximum=30).recorded_by == approver
    assert "2 mali" in " ".join(command(path).split())
    assert "(no change)" in command(path)


def test_the_command_fails_with_the_lines_at_fault(mali, tmp_path):
    path = tmp_path / "editions.csv"
    path.write_bytes(csv(MALI_30.replace("active", "open"), CARIBBEAN.replace("HT", "QQ")))
    with pytest.raises(CommandError) as caught:
        command(path)
    assert str(caught.value).splitlines()[1:] == [
        "Line 2, status: “open” is not one of: active, suspended, reassessment, closed.",
        "Line 3, countries: Unknown country code: QQ. Use ISO 3166-1 codes such as ML.",
    ]
    for wrong, word in (((tmp_path / "none.csv",), "no such file"), ((tmp_path,), "not a file")):
        with pytest.raises(CommandError, match=word):
            command(*wrong)
    with pytest.raises(CommandError, match="No account has the address nobody@example.org"):
        command(path, "--by", "nobody@example.org")


def test_the_command_lowers_only_with_the_flag(mali, tmp_path):
    posting = factories.posting(factories.mission(mali))
    later = datetime.date(2027, 6, 1)
    factories.deployment(posting, "2027-05-01", later.isoformat(), state="reserved")
    path = tmp_path / "editions.csv"
    path.write_bytes(csv(MALI_30.replace(",30,", ",0,")))
    with pytest.raises(CommandError, match="committed"):
        command(path)
    assert "accepted strength" in command(path, "--acknowledge-lowering")
    assert number(mali, "2027-04-01") == 0


def test_the_summary_has_no_day_so_that_one_line_may_say_it():
    first = "mali,Mali,Mali,ML,fr,yes,active,{},{},Order 1,{}"
    lines = (first.format(20, "2024-01-01", "What,Quoi"), first.format(22, "2025-01-01", ","))
    options = {"header": f"{HEADER},summary_en,summary_fr"}
    run(*lines, **options)
    operation = Operation.objects.get(code="mali")
    assert (operation.summary_en, operation.summary_fr) == ("What", "Quoi")
    assert not any(line.does_anything for line in run(*lines, **options).lines)
    (found,) = refused(lines[0], first.format(22, "2025-01-01", "Another,Autre"), **options)
    assert "differs from line 2" in found


def test_a_summary_in_one_language_alone_is_refused_in_words():
    line = "mali,Mali,Mali,ML,fr,yes,active,20,2024-01-01,Order 1,English alone,"
    (found,) = refused(line, header=f"{HEADER},summary_en,summary_fr")
    assert "line 2" in found.lower() and "English and French" in found
