"""import_officers: accounts and profiles from a list; the desk's own accounts are out of its reach."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import NotPermitted
from core.tabular import FileRefused
from deployments.imports import OFFICERS, run_import
from officers.models import Officer, User
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
HEADER = "email,given_name,family_name,police_service,service_number,rank,member_since"
ADA = "Ada@Example.org,Ada,Roy,toronto,000123,Sergeant,2010-05-01"
NOOR = "noor@example.org,Noor,Haddad,rcmp,77-B,,"


@pytest.fixture(autouse=True)
def services():
    return [factories.service(code="toronto"), factories.service(code="rcmp", needs_release=False)]


def run(*lines: str, by=SYSTEM, **options):
    data = "\n".join((HEADER, *lines)).encode()
    return run_import(OFFICERS, data, by=by, file_name="officers.csv", **options)


def refused(*lines: str, **options) -> list[str]:
    before = (User.objects.count(), list(Officer.objects.values()))
    with pytest.raises(FileRefused) as caught:
        run(*lines, **options)
    assert (User.objects.count(), list(Officer.objects.values())) == before
    return caught.value.sentences()


def test_an_officer_gets_an_account_without_a_password_and_without_the_desk():
    report = run(ADA, NOOR)
    ada = Officer.objects.get(user__email="ada@example.org")
    assert (str(ada), ada.police_service.code, ada.service_number, ada.rank) == (
        "Ada Roy",
        "toronto",
        "000123",
        "Sergeant",
    )
    assert ada.member_since == day("2010-05-01")
    assert (ada.user.has_usable_password(), ada.user.is_staff, ada.user.is_superuser) == (False, False, False)
    assert Officer.objects.get(service_number="77-B").member_since is None
    assert [line.created for line in report.lines] == [True, True]


def test_a_second_time_only_what_differs_changes(editor):
    run(ADA, NOOR)
    report = run(ADA.replace("Sergeant", "Inspector"), NOOR, by=editor)
    assert [(c.column, c.before, c.after) for c in report.lines[0].changes] == [("rank", "Sergeant", "Inspector")]
    assert report.changed == 1
    ada = Officer.objects.get(user__email="ada@example.org")
    assert (ada.rank, ada.history.latest().history_user) == ("Inspector", editor)
    act = history_of(ada).first()
    assert (act.actor, act.detail) == (editor, {"columns": ["rank"]})


def test_an_applicant_with_an_account_gets_a_profile():
    person = factories.user(email="ada@example.org", given_name="Ada", family_name="Roy")
    run(ADA)
    assert person.officer.service_number == "000123"


@pytest.mark.parametrize("has_profile", [False, True])
def test_an_account_of_the_desk_is_not_changed(has_profile, services):
    boss = factories.staff("Approver", email="ada@example.org", given_name="Boss", family_name="Boss")
    if has_profile:
        factories.officer(user=boss, police_service=services[0], service_number="000123")
    assert refused(ADA) == ["Line 2, email: This is an account of the desk: a list does not change it."]
    boss.refresh_from_db()
    assert boss.given_name == "Boss"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (ADA.replace("Ada@Example.org", "ada at example"), "Line 2, email: Enter a valid email address."),
        (ADA.replace("Ada@Example.org", ""), "Line 2, email: This cell may not be empty."),
        (
            ADA.replace("toronto", "gotham"),
            "Line 2, police_service: No police service has this code or name: “gotham”.",
        ),
        (ADA.replace("000123", ""), "Line 2, service_number: This cell may not be empty."),
        (ADA.replace("000123", "9" * 31), "Line 2, service_number: Longer than 30 characters."),
        (ADA.replace("Ada,Roy", f"{'A' * 101},Roy"), "Line 2, given_name: Longer than 100 characters."),
        (ADA.replace("2010-05-01", "May 2010"), "Line 2, member_since: A month or a year without its day"),
    ],
)
def test_bad_cells_are_refused_at_their_line_and_column(line, sentence):
    assert refused(line)[0].startswith(sentence)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (ADA.replace("2010-05-01", "2999-12-31"), "This day is in the future."),
        (ADA.replace("2010-05-01", "1899-12-31"), "Give a day from 1900 to 2199."),
        (ADA.replace("Ada,Roy", "www.example.org,Roy"), "Enter a name, without a web address"),
        (ADA.replace("Ada,Roy", "Ada,Roy/Lee"), "Enter a name, without a web address"),
    ],
)
def test_a_list_keeps_to_what_the_forms_ask(line, sentence):
    assert any(sentence in said for said in refused(line, NOOR))


def test_a_new_account_has_an_address_of_the_service(services):
    services[0].mail_domains = "toronto.example.org"
    services[0].save()
    assert any("accepts addresses of its own only: toronto.example.org" in said for said in refused(ADA))
    run(ADA.replace("Ada@Example.org", "ada@toronto.example.org"))
    assert Officer.objects.get().user.email == "ada@toronto.example.org"


def test_a_number_or_an_address_belongs_to_one_officer():
    assert refused(ADA, ADA.replace("000123", "000124")) == ["Line 3, email: Line 2 names the same address."]
    found = refused(ADA, NOOR.replace("rcmp,77-B", "toronto,000123"))
    assert found == ["Line 3, service_number: This service number is taken in this police service."]
    run(ADA)
    assert "taken" in refused(ADA.replace("Ada@", "other@"))[0]


def test_without_a_police_service_the_list_says_so():
    factories.service().__class__.objects.all().delete()
    assert refused(ADA)[0] == "Line 2, police_service: No police service is recorded yet."


def test_who_may_and_the_command(auditor, editor, tmp_path):
    with pytest.raises(NotPermitted):
        run(ADA, by=auditor)
    path = tmp_path / "officers.csv"
    path.write_text(f"{HEADER}\n{ADA}")
    out = StringIO()
    call_command("import_officers", str(path), "--dry-run", stdout=out)
    assert "(new)" in out.getvalue()
    assert not Officer.objects.exists()
    call_command("import_officers", str(path), "--by", editor.email, stdout=out)
    assert Officer.objects.get().user.email == "ada@example.org"
    with pytest.raises(CommandError, match="Your role does not include this act"):
        call_command("import_officers", str(path), "--by", auditor.email, stdout=out)
