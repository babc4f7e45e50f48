"""An edition of the future: numbers rise, one operation halts, one closes, a region takes the place of a country.

Entered by clicks at the desk, and once more from a file; every day before, between and after reads as it should.
"""

import csv
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.history.acts import history_of
from missions.models import AuthorizedStrength, Country, Operation, OperationTerms
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY, RISE, HALT, REPLACE = "2026-11-24", "2027-04-01", "2028-01-15", "2029-06-30"

LISTED_EN = {
    "mali": ["Mali", "French", "Armed", "Up to 22"],
    "haiti": ["Haiti", "French", "Armed", "Up to 10"],
    "ukraine": ["Ukraine", "English", "Unarmed", "Up to 45"],
    "iraq": ["Iraq Under reassessment", "English", "Armed", "Up to 20"],
    "west-bank": ["West Bank", "English", "Unarmed", "Up to 7"],
    "drc": ["Democratic Republic of Congo", "French", "Unarmed", "Up to 15"],
}
LISTED_FR = {
    "mali": ["Mali", "Français", "Armée", "22 tout au plus"],
    "haiti": ["Haïti", "Français", "Armée", "10 tout au plus"],
    "ukraine": ["Ukraine", "Anglais", "Non armée", "45 tout au plus"],
    "iraq": ["Iraq En réévaluation", "Anglais", "Armée", "20 tout au plus"],
    "west-bank": ["Cisjordanie", "Anglais", "Non armée", "7 tout au plus"],
    "drc": ["République démocratique du Congo", "Français", "Non armée", "15 tout au plus"],
}
RISEN_EN = {
    "mali": ["Mali", "French", "Armed", "Up to 30"],
    "west-bank": ["West Bank", "English", "Unarmed", "Up to 12"],
    "drc": ["Democratic Republic of Congo", "French", "Unarmed", "Up to 25"],
}
RISEN_FR = {
    "mali": ["Mali", "Français", "Armée", "30 tout au plus"],
    "west-bank": ["Cisjordanie", "Anglais", "Non armée", "12 tout au plus"],
    "drc": ["République démocratique du Congo", "Français", "Non armée", "25 tout au plus"],
}
REGION_EN = ["Caribbean region", "English, French", "Unarmed", "Up to 14"]
REGION_FR = ["Région des Caraïbes", "Anglais, français", "Non armée", "14 tout au plus"]


def without(table: dict, *codes: str) -> dict:
    return {code: row for code, row in table.items() if code not in codes}


AFTER_RISE = {"en": LISTED_EN | RISEN_EN, "fr": LISTED_FR | RISEN_FR}
AFTER_HALT = {
    "en": without(AFTER_RISE["en"], "iraq") | {"ukraine": ["Ukraine Suspended", "English", "Unarmed", "Up to 45"]},
    "fr": without(AFTER_RISE["fr"], "iraq")
    | {"ukraine": ["Ukraine Suspendue", "Anglais", "Non armée", "45 tout au plus"]},
}
NO_RECORD = {"en": "No record", "fr": "Aucune donnée"}
DAYS = {
    "2019-10-16": {"en": {}, "fr": {}},
    "2019-10-17": {"en": LISTED_EN, "fr": LISTED_FR},
    "2023-02-28": {"en": LISTED_EN, "fr": LISTED_FR},
    TODAY: {"en": LISTED_EN, "fr": LISTED_FR},
    "2027-03-31": {"en": LISTED_EN, "fr": LISTED_FR},
    RISE: AFTER_RISE,
    "2028-01-14": AFTER_RISE,
    HALT: AFTER_HALT,
    "2029-06-29": AFTER_HALT,
}


def after_replacement(language: str, *, last: bool) -> list[list[str]]:
    """The region stands where Haiti stood, or ``last`` where nobody gave it a place."""
    rows = without(AFTER_HALT[language], "haiti")
    region = {"caribbean": REGION_EN if language == "en" else REGION_FR}
    mali = {"mali": rows.pop("mali")}
    ordered = mali | rows | region if last else mali | region | rows
    return list(ordered.values())


def expected(day: str, language: str, *, region_last: bool) -> list[list[str]]:
    if day in DAYS:
        return list(DAYS[day][language].values())
    return after_replacement(language, last=region_last)


def table(language: str, query: str) -> list[list[str]]:
    response = Client().get(f"/{language}/{query}")
    assert response.status_code == 200
    return Page(response).tables.get("current-operations", [])


def sheet(language: str, query: str) -> list[list[str]]:
    response = Client().get(f"/{language}/operations.csv{query}")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1:]


def assert_every_day_reads_as_it_should(*, region_last: bool) -> None:
    """Asked about on the day of the entry with ``?on=``, and lived through without it."""
    for day in [*DAYS, REPLACE, "2036-11-24"]:
        for language in ("en", "fr"):
            rows = expected(day, language, region_last=region_last)
            if not rows:
                assert {row[3] for row in table(language, f"?on={day}")} <= {NO_RECORD[language]}, (day, language)
                continue
            assert table(language, f"?on={day}") == rows, (day, language)
            assert [line[:4] for line in sheet(language, f"?on={day}")] == [as_in_a_sheet(row) for row in rows]
            if day >= TODAY:
                with time_machine.travel(f"{day}T15:00:00Z", tick=False):
                    assert table(language, "") == rows, (day, language)


def as_in_a_sheet(row: list[str]) -> list[str]:
    """The status has a column of its own there, and the number is a number."""
    name, languages, armed, number = row
    for status in (" Under reassessment", " En réévaluation", " Suspended", " Suspendue"):
        name = name.removesuffix(status)
    return [name, languages, armed, "".join(sign for sign in number if sign.isdigit())]


@pytest.fixture(autouse=True)
def the_first_edition():
    with time_machine.travel(f"{TODAY}T15:00:00Z", tick=False):
        call_command("load_first_data", verbosity=0)
        yield


# --- By clicks at the desk -----------------------------------------------------------------------------


@pytest.fixture
def approver_at_the_desk(client, approver) -> Client:
    client.force_login(approver)
    return client


def operation(code: str) -> Operation:
    return Operation.objects.get(code=code)


def set_number(desk: Client, code: str, number: int, day: str, instrument: str) -> None:
    """Follows the link on the operation's page and hands in the form."""
    address = f"/admin/deployments/strength/operation-{operation(code).pk}/set/"
    assert address in desk.get(reverse("admin:missions_operation_change", args=[operation(code).pk])).content.decode()
    assert desk.get(address).status_code == 200
    typed = {"effective_from": day, "maximum": number, "instrument": instrument}
    assert desk.post(address, typed).status_code == 302


def act(desk: Client, code: str, verb: str, day: str, **typed) -> None:
    address = f"/admin/deployments/operation/{operation(code).pk}/{verb}/"
    assert desk.get(address).status_code == 200
    assert (
        desk.post(address, {"effective_from": day, "reason": "Decision of the ministers", **typed}).status_code == 302
    )


def found_region(editor) -> None:
    """An editor makes the region in the place of Haiti, with its countries."""
    desk = Client()
    desk.force_login(editor)
    typed = {
        "code": "caribbean",
        "category": "current_operation",
        "position": operation("haiti").position,
        "programme": operation("haiti").programme_id,
        "name_en": "Caribbean region",
        "name_fr": "Région des Caraïbes",
        "summary_en": "Advice to the police of the region.",
        "summary_fr": "Conseils aux polices de la région.",
        "countries": list(Country.objects.filter(code__in=("HT", "DO", "JM")).values_list("pk", flat=True)),
    }
    assert desk.post(reverse("admin:missions_operation_add"), typed).status_code == 302


def publish(editor, code: str) -> None:
    """What is added by hand is a draft until a mission editor publishes it."""
    desk = Client()
    desk.force_login(editor)
    assert desk.post(f"/admin/deployments/operation/{operation(code).pk}/publish/").status_code == 302


@pytest.fixture
def entered_at_the_desk(approver_at_the_desk, editor) -> Client:
    desk = approver_at_the_desk
    for code, number in (("mali", 30), ("west-bank", 12), ("drc", 25)):
        set_number(desk, code, number, RISE, "Order 2027-4")
    act(desk, "ukraine", "suspend", HALT)
    act(desk, "iraq", "close", HALT)
    found_region(editor)
    act(desk, "caribbean", "set-terms", REPLACE, status="active", is_armed="no", languages=["en", "fr"])
    set_number(desk, "caribbean", 14, REPLACE, "Order 2029-1")
    publish(editor, "caribbean")
    act(desk, "haiti", "close", REPLACE)
    return desk


def test_entered_at_the_desk_every_day_reads_as_it_should(entered_at_the_desk):
    assert_every_day_reads_as_it_should(region_last=False)


def test_the_pages_of_operations_tell_when_and_by_which_instrument(entered_at_the_desk):
    mali = Page(Client().get("/en/operations/mali/")).text
    assert "April 1, 2027 Until further notice Up to 30 Order 2027-4 Planned" in mali
    assert "October 17, 2019 March 31, 2027 Up to 22" in mali
    ukraine = Page(Client().get(f"/fr/operations/ukraine/?on={HALT}")).text
    assert "Suspendue" in ukraine and "45 tout au plus" in ukraine
    past = Page(Client().get(f"/en/past-operations/?on={HALT}")).tables["past-operations"]
    assert past == [["Iraq", "October 17, 2019", "January 15, 2028", "Up to 20", "Closed"]]


def test_the_history_tells_who_when_and_by_which_instrument(entered_at_the_desk, approver, editor):
    def history(code: str) -> str:
        address = reverse("admin:missions_operation_history", args=[operation(code).pk])
        return Page(entered_at_the_desk.get(address)).text

    mali = history("mali")
    for words in ("November 24, 2026", str(approver), "22 → 30", "Order 2027-4", "April 1, 2027"):
        assert words in mali, words
    for words in ("Suspended", str(approver), "Active → Suspended", "Decision of the ministers", "January 15, 2028"):
        assert words in history("ukraine"), words
    region = history("caribbean")
    assert str(editor) in region and str(approver) in region and "Order 2029-1" in region


# --- From a file ---------------------------------------------------------------------------------------

HEADER = "code,name_en,name_fr,countries,languages,armed,status,authorized,effective_from,instrument"
EDITION = f"""{HEADER}
mali,Mali,Mali,ML,fr,yes,active,30,{RISE},Order 2027-4
west-bank,West Bank,Cisjordanie,PS,en,no,active,12,{RISE},Order 2027-4
drc,Democratic Republic of Congo,République démocratique du Congo,CD,fr,no,active,25,{RISE},Order 2027-4
ukraine,Ukraine,Ukraine,UA,en,no,suspended,,{HALT},Order 2028-1
iraq,Iraq,Iraq,IQ,en,yes,closed,,{HALT},Order 2028-1
haiti,Haiti,Haïti,HT,fr,yes,closed,,{REPLACE},Order 2029-1
caribbean,Caribbean region,Région des Caraïbes,HT;DO;JM,en;fr,no,active,14,{REPLACE},Order 2029-1
"""


@pytest.fixture
def edition(tmp_path) -> str:
    path = tmp_path / "edition.csv"
    path.write_text(EDITION, encoding="utf-8")
    return str(path)


def versions() -> tuple[int, int, int]:
    return Operation.objects.count(), AuthorizedStrength.objects.count(), OperationTerms.objects.count()


def test_entered_from_a_file_every_day_reads_as_it_should(edition, approver):
    before = versions()
    call_command("import_operations", edition, "--dry-run", "--by", approver.email)
    assert versions() == before
    call_command("import_operations", edition, "--by", approver.email)
    assert versions() == (before[0] + 1, before[1] + 4, before[2] + 4)
    assert_every_day_reads_as_it_should(region_last=True)


def test_a_file_entered_twice_changes_nothing_more(edition, approver):
    call_command("import_operations", edition, "--by", approver.email)
    once = versions()
    call_command("import_operations", edition, "--by", approver.email)
    assert versions() == once


def test_each_version_from_a_file_names_its_author_and_instrument(edition, approver):
    call_command("import_operations", edition, "--by", approver.email)
    raised = operation("mali").strengths.get(maximum=30)
    assert (raised.recorded_by, raised.instrument) == (approver, "Order 2027-4")
    assert "edition.csv" in raised.note
    halted = operation("ukraine").terms.get(status="suspended")
    assert halted.recorded_by == approver and "Order 2028-1" in halted.reason
    assert {act.actor for act in history_of(operation("caribbean"))} == {approver}


def test_one_line_that_cannot_be_keeps_the_whole_edition_out(edition, approver, tmp_path):
    before = versions()
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(EDITION.replace(",14,", ",151,"), encoding="utf-8")
    with pytest.raises(CommandError, match="Line 8, authorized: Caribbean region cannot have 151"):
        call_command("import_operations", str(wrong), "--by", approver.email)
    assert versions() == before
    assert table("en", f"?on={REPLACE}") == list(LISTED_EN.values())


def test_what_the_desk_and_the_file_leave_behind_is_the_same(entered_at_the_desk, edition, approver):
    """After the clicks the file finds nothing left to do."""
    before = versions()
    call_command("import_operations", edition, "--by", approver.email)
    assert versions() == before
