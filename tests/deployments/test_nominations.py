"""The ledger of nominations: whom the desk proposed to which organization, and what it answered, never changed."""

import csv
import importlib
import io

import pytest
from django.apps import apps
from django.db import connection

from core.actors import SYSTEM
from core.models import OutboxMail
from core.refusals import Refusal
from deployments.domain import applications
from deployments.limits import guards
from deployments.models import Application, HostAnswer, Nomination, NominationAnswer, latest_answer
from deployments.privacy.erasure import erase
from deployments.privacy.holdings import holdings
from deployments.queries.nominations import nomination_counts
from tests import factories
from tests.deployments.test_import_people import bring
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
WHY = {"reason": "Their list was full"}
FIRST, LAST = day("2027-03-01"), day("2028-02-28")


@pytest.fixture
def host():
    return factories.organization(name_en="United Nations", name_fr="Nations Unies")


@pytest.fixture
def qualified(host) -> Application:
    posting = factories.opening(factories.mission(lead_organization=host), closes="2027-01-31")
    return factories.application(posting, state="qualified", qualified_until=day("2027-12-31"))


@pytest.fixture
def nominated(qualified, selection_officer) -> Application:
    return applications.nominate(qualified, by=selection_officer, reason="The best three")


def answers(application: Application) -> list[tuple]:
    rows = NominationAnswer.objects.filter(nomination__application=application).order_by("pk")
    return list(rows.values_list("answer", "answered_on", "reason_code", "reason"))


TODAY = day("2026-11-24")


def test_who_is_nominated_is_in_the_ledger_with_organization_day_and_author(nominated, host, selection_officer):
    nomination = Nomination.objects.get()
    assert (nomination.organization, nomination.sent_on, nomination.sent_by) == (host, TODAY, selection_officer)
    assert nomination.answer == HostAnswer.WAITING


def test_another_organization_and_an_earlier_day_can_be_named(qualified, selection_officer):
    other = factories.organization()
    applications.nominate(qualified, by=selection_officer, organization=other, sent_on=day("2026-11-02"))
    assert Nomination.objects.values_list("organization", "sent_on").get() == (other.pk, day("2026-11-02"))


@pytest.mark.parametrize("sent_on", ["2026-11-25", "1899-12-31"])
def test_no_nomination_is_of_another_time(qualified, selection_officer, sent_on):
    with pytest.raises(Refusal) as refused:
        applications.nominate(qualified, by=selection_officer, sent_on=day(sent_on))
    assert refused.value.field == "sent_on"
    qualified.refresh_from_db()
    assert (qualified.state, Nomination.objects.count()) == ("qualified", 0)


def decline(application, by, **more):
    return applications.refuse(application, by=by, **{"reason_code": "requirements", **WHY, **more})


ENDS = {
    "declined": (lambda one, by: decline(one, by), "requirements", WHY["reason"]),
    "no_answer": (lambda one, by: applications.expire(one, by=by, **WHY), "no_answer", WHY["reason"]),
    "taken_back": (
        lambda one, by: applications.not_select(one, by=by, reason_code="no_place", **WHY), "no_place", WHY["reason"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("answer", ENDS)
def test_an_act_that_ends_the_application_is_the_answer_with_its_reason(nominated, selection_officer, answer):
    act, code, words = ENDS[answer]
    act(nominated, selection_officer)
    assert answers(nominated) == [(answer, TODAY, code, words)]


def test_the_officer_who_withdraws_takes_the_nomination_back(nominated):
    applications.withdraw(nominated, by=nominated.officer.user)
    assert [row[0] for row in answers(nominated)] == ["taken_back"]


def test_a_selection_says_that_the_organization_accepted(nominated, approver):
    applications.select(
        nominated, by=approver, first_day=FIRST, last_day=LAST, answered_on=TODAY, hold_until=day("2026-12-08")
    )
    assert answers(nominated) == [("accepted", TODAY, "", "")]


def test_a_refusal_after_the_selection_is_the_answer_that_counts(nominated, approver, selection_officer):
    applications.select(nominated, by=approver, first_day=FIRST, last_day=LAST)
    decline(nominated, selection_officer)
    assert [row[0] for row in answers(nominated)] == ["accepted", "declined"]
    assert Nomination.objects.annotate(now=latest_answer()).get().now == "declined"


def test_who_comes_back_waits_for_an_answer_again(nominated, selection_officer):
    decline(nominated, selection_officer)
    applications.reinstate(nominated, by=selection_officer, reason="They think again")
    assert [row[0] for row in answers(nominated)] == ["declined", "waiting"]
    assert Nomination.objects.get().answer == HostAnswer.WAITING


@pytest.mark.parametrize("answered_on", ["2026-11-25", "2026-11-01"])
def test_an_answer_is_not_of_a_day_to_come_nor_before_the_nomination(qualified, selection_officer, answered_on):
    applications.nominate(qualified, by=selection_officer, sent_on=day("2026-11-02"))
    with pytest.raises(Refusal) as refused:
        decline(qualified, selection_officer, answered_on=day(answered_on))
    assert refused.value.field == "answered_on"
    assert answers(qualified) == []


def test_who_was_never_nominated_has_no_answer(host, approver, selection_officer):
    posting = factories.opening(factories.mission(lead_organization=host), closes="2027-01-31")
    application = factories.application(posting, state="qualified", qualified_until=day("2027-12-31"))
    applications.select(application, by=approver, first_day=FIRST, last_day=LAST)
    decline(application, selection_officer)
    assert (Nomination.objects.count(), NominationAnswer.objects.count()) == (0, 0)


# --- What the applicant reads ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda one, by: decline(one, by), "A requirement is not met"),
        (lambda one, by: decline(one, by, reason_code=""), "Decision of the receiving organization"),
        (lambda one, by: applications.expire(one, by=by, **WHY), "The receiving organization gave no answer"),
    ],
)
def test_an_answer_that_ends_the_application_gives_its_reason_to_the_applicant(
    nominated, selection_officer, client, end, words
):
    end(nominated, selection_officer)
    told = OutboxMail.objects.filter(user=nominated.officer.user).order_by("-pk")[0].text_body
    assert f"Reason: {words}." in told
    assert WHY["reason"] not in told
    client.force_login(nominated.officer.user)
    page = client.get(f"/en/my/applications/{nominated.pk}/").content.decode()
    assert words in page and WHY["reason"] not in page


def test_words_to_the_applicant_are_in_the_mail_and_on_the_page(nominated, selection_officer, client):
    decline(nominated, selection_officer, words="They need a driver.")
    assert "They need a driver." in OutboxMail.objects.order_by("-pk")[0].text_body
    client.force_login(nominated.officer.user)
    assert "They need a driver." in client.get(f"/en/my/applications/{nominated.pk}/").content.decode()


# --- At the desk ----------------------------------------------------------------------------------------------


def test_the_desk_types_organization_and_days(qualified, host, selection_officer, client):
    client.force_login(selection_officer)
    address = f"/admin/deployments/application/{qualified.pk}"
    page = client.get(f"{address}/nominate/").content.decode()
    assert f'<option value="{host.code}" selected>' in page and 'value="2026-11-24"' in page
    typed = {"organization": host.code, "sent_on": "2026-11-03", "reason": ""}
    assert client.post(f"{address}/nominate/", typed).status_code == 302
    assert "sent_on" not in client.get(f"{address}/refuse/").content.decode()
    typed = {"reason_code": "no_place", "answered_on": "2026-11-01", "is_told": "on", **WHY}
    refused = client.post(f"{address}/refuse/", typed)
    assert refused.status_code == 409 and "no answer came before" in refused.content.decode()
    assert client.post(f"{address}/refuse/", typed | {"answered_on": "2026-11-20"}).status_code == 302
    assert answers(qualified) == [("declined", day("2026-11-20"), "no_place", WHY["reason"])]


def test_a_nomination_is_asked_for_once_however_often_it_is_sent(qualified, selection_officer, client):
    client.force_login(selection_officer)
    sent = [client.post(f"/admin/deployments/application/{qualified.pk}/nominate/", {}).status_code for _n in range(2)]
    assert (sent, Nomination.objects.count()) == ([302, 409], 1)


def test_only_who_was_nominated_has_an_answer_to_date(qualified, nominated, approver, client):
    client.force_login(approver)
    other = factories.application(state="qualified", qualified_until=day("2199-12-31"))
    address = "/admin/deployments/application/{}/select/"
    assert "answered_on" in client.get(address.format(nominated.pk)).content.decode()
    assert "answered_on" not in client.get(address.format(other.pk)).content.decode()


@pytest.mark.parametrize("page", ["application/{0}/change", "officer", "dossier"])
def test_the_pages_of_application_and_officer_show_the_ledger(nominated, selection_officer, client, page):
    client.force_login(selection_officer)
    address = {
        "officer": f"/admin/officers/officer/{nominated.officer_id}/change/",
        "dossier": f"/admin/deployments/officer/{nominated.officer_id}/dossier/",
    }.get(page, f"/admin/deployments/application/{nominated.pk}/change/")
    waiting = client.get(address).content.decode()
    assert "United Nations" in waiting and "Waiting for an answer" in waiting
    decline(nominated, selection_officer)
    shown = client.get(address).content.decode()
    assert "United Nations" in shown and "A requirement is not met: Their list was full" in shown
    assert ("1 (Declined 1)" in shown) is (page in ("officer", "dossier"))


def test_the_search_for_officers_shows_how_often_each_was_nominated(nominated, selection_officer, client):
    client.force_login(selection_officer)
    address = "/admin/deployments/find-officers/"
    assert "1 (Waiting for an answer 1)" in client.get(address).content.decode()
    assert "1 (Waiting for an answer 1)" in client.get(f"{address}?format=csv").content.decode("utf-8-sig")


def test_counts_are_one_query_for_all_officers(nominated, selection_officer, django_assert_num_queries):
    decline(nominated, selection_officer)
    other = factories.officer()
    with django_assert_num_queries(1):
        counts = nomination_counts([nominated.officer, other])
    assert counts[nominated.officer_id].by_answer == {"declined": 1}
    assert (counts[other.pk].sent, counts[other.pk].words) == (0, "")


# --- The list -------------------------------------------------------------------------------------------------


def listed(client, query: str = "") -> list[list[str]]:
    answer = client.get(f"/admin/deployments/lists/nominations/?format=csv{query}")
    assert answer.status_code == 200, answer.content
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def test_the_list_of_nominations_has_its_columns_and_filters(nominated, host, selection_officer, auditor, client):
    other = factories.application(state="qualified", qualified_until=day("2199-12-31"))
    applications.nominate(other, by=selection_officer, sent_on=day("2026-10-01"))
    decline(nominated, selection_officer)
    client.force_login(auditor)
    assert [row[0] for row in listed(client)] == ["not on record", "United Nations"]
    [row] = listed(client, f"&organization={host.pk}")
    assert row[1] == nominated.posting.reference
    assert row[8:] == ["2026-11-24", str(selection_officer), "Declined", "2026-11-24", "A requirement is not met"]
    for query in ("&state=declined", f"&posting={nominated.posting.reference}", "&sent_from=2026-11-01"):
        assert listed(client, query) == [row], query
    assert len(listed(client, "&state=waiting")) == len(listed(client, "&sent_until=2026-10-31")) == 1
    wrong = client.get("/admin/deployments/lists/nominations/?sent_from=2026-11-02&sent_until=2026-11-01")
    assert wrong.status_code == 400


# --- What was there before, and what comes in a list ----------------------------------------------------------


def filled() -> list[tuple]:
    """The ledger as the migration fills it from the history."""
    guards.drop(connection)  # which keep what is in the ledger
    NominationAnswer.objects.all().delete()
    Nomination.objects.all().delete()
    guards.install(connection)
    importlib.import_module("deployments.migrations.0026_nominations_on_record").fill_ledger(apps, None)
    rows = Nomination.objects.order_by("pk").prefetch_related("answers")
    return [
        (
            each.application_id,
            each.sent_on,
            [(one.answer, one.answered_on, one.reason_code) for one in each.answers.all()],
        )
        for each in rows
    ]


def test_the_ledger_is_filled_from_the_history(nominated, selection_officer, approver, host):
    again = factories.application(
        nominated.posting, officer=factories.candidate(), state="qualified", qualified_until=day("2027-12-31")
    )
    decline(nominated, selection_officer)
    applications.reinstate(nominated, by=selection_officer, reason="They think again")
    applications.nominate(again, by=selection_officer)
    applications.select(again, by=approver, first_day=FIRST, last_day=LAST)
    silent = factories.application(state="nominated")
    before = [(row.application_id, row.sent_on) for row in Nomination.objects.order_by("pk")]
    found = filled()
    assert [row[:2] for row in found] == [*before, (silent.pk, None)]
    assert found[0][2] == [("declined", TODAY, "requirements"), ("waiting", TODAY, "")]
    assert [row[2] for row in found[1:]] == [[("accepted", TODAY, "")], []]
    assert Nomination.objects.filter(organization=host, sent_by=selection_officer).count() == 2


LISTED = """officer,posting,state,reason_code,submitted_on,nominated_on,selected_on,accepted_on,ended_on
{0},{p},refused_by_host,,2024-01-10,2024-03-01,,,2024-04-02
{1},{p},accepted,,2024-01-10,,2024-05-01,2024-05-09,
{2},{p},nominated,,2024-01-10,2024-03-03,,,
{3},{p},not_selected,no_place,2024-01-10,2024-03-04,,,2024-04-04
{4},{p},expired,,2024-01-10,2024-03-05,,,2024-04-05
{5},{p},screened_out,requirements,2024-01-10,,,,2024-04-05
"""
BROUGHT = [
    (day("2024-03-01"), [("declined", day("2024-04-02"), "host_decision")]),
    (None, [("accepted", day("2024-05-01"), "")]),
    (day("2024-03-03"), []),
    (day("2024-03-04"), [("taken_back", day("2024-04-04"), "no_place")]),
    (day("2024-03-05"), [("no_answer", day("2024-04-05"), "no_answer")]),
]


def test_nominations_come_with_the_applications_of_a_list(host, selection_officer):
    posting = factories.opening(factories.mission(lead_organization=host), closes="2027-01-31")
    officers = [factories.candidate().user.email for _n in range(6)]
    bring("applications", LISTED.format(*officers, p=posting.reference))
    rows = Nomination.objects.order_by("pk").prefetch_related("answers")
    found = [
        (row.sent_on, [(one.answer, one.answered_on, one.reason_code) for one in row.answers.all()]) for row in rows
    ]
    assert found == BROUGHT
    assert {row.organization for row in rows} == {host}
    by_migration = [row[1:] for row in filled()]
    assert [row[0] for row in by_migration] == [row[0] for row in BROUGHT]
    assert [[one[0] for one in row[1]] for row in by_migration] == [[one[0] for one in row[1]] for row in BROUGHT]


# --- The person's own -----------------------------------------------------------------------------------------


def test_what_is_held_of_nominations_is_given_out_and_its_words_are_erased(nominated, selection_officer):
    decline(nominated, selection_officer)
    user = nominated.officer.user
    [held] = holdings(user)["applications"]
    assert held["nominations"][0]["answers"][0]["reason"] == WHY["reason"]
    erase(user, by=SYSTEM)
    assert answers(nominated) == [("declined", TODAY, "requirements", "")]
