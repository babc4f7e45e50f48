"""The history at the desk: told as a story, in the reader's language, from what to what, and the views made small."""

import datetime

import pytest
import time_machine
from django.utils import translation

from core.actors import SYSTEM
from core.history.acts import history_of, record_act
from core.text.bilingual import in_each
from core.text.dates import in_words, today_here
from deployments.domain import applications, tours
from deployments.models import ChecklistItem
from tests import factories
from tests.reading import Page

pytestmark = pytest.mark.django_db


def around(days: int) -> datetime.date:
    return today_here() + datetime.timedelta(days=days)


@pytest.fixture
def tour():
    return factories.deployment(
        factories.posting(), around(-10).isoformat(), around(100).isoformat(), state="preparation"
    )


def history(client, record) -> str:
    meta = record._meta
    return Page(client.get(f"/admin/{meta.app_label}/{meta.model_name}/{record.pk}/history/")).text


def test_the_acts_on_a_tour_read_as_what_was_done_by_whom_and_from_what_to_what(client, tour, approver, auditor):
    tours.check_in(tour, by=approver)
    tours.extend(tour, by=approver, last_day=around(120), reason="Elections")
    client.force_login(auditor)
    story = history(client, tour)
    assert "Arrived in the mission" in story and "From and to: Pre-deployment → In mission" in story
    assert "Tour extended" in story and "Reason: Elections" in story and str(approver) in story
    was, now = (in_words(day) for day in (around(100), around(120)))
    assert f"Last day: {was} → {now}" in story


def test_an_act_that_leaves_the_days_as_they_are_does_not_name_them(tour, approver):
    tours.check_in(tour, by=approver)
    assert history_of(tour).first().detail == {"open_items": []}
    tours.curtail(tour, by=approver, last_day=today_here(), reason="Called back")
    assert history_of(tour).first().detail["last_day"] == today_here().isoformat()


def test_what_was_checked_off_and_waived_is_read_in_the_readers_language(client, tour, approver):
    visa = ChecklistItem.objects.create(code="visa", text_en="Visa on file", text_fr="Visa au dossier")
    application = factories.application(factories.posting(min_service_years=40), state="endorsed")
    with translation.override("fr"):
        tours.check_off(tour, by=approver, items=[visa])
        applications.waive(application, by=approver, requirement="service", reason="Huit ans")
    client.force_login(factories.staff("Auditor"))
    assert "Checklist: Visa on file" in history(client, tour)
    assert "Requirement that is not met: Years of service" in history(client, application)
    client.force_login(factories.staff("Auditor", language="fr"))
    assert "Visa au dossier" in history(client, tour)
    assert "Années de service" in history(client, application)


def test_views_that_follow_each_other_are_one_line(client, selection_officer, auditor):
    application = factories.application(state="endorsed")
    page = f"/admin/deployments/application/{application.pk}/change/"
    client.force_login(selection_officer)
    for _n in range(3):
        client.get(page)
    applications.screen_in(application, by=selection_officer)
    client.get(page)
    client.force_login(auditor)
    story = history(client, application)
    assert story.count("Dossier viewed") == 2 and story.count("Dossier viewed (3 times)") == 1


def test_the_list_of_acts_says_from_what_to_what_and_takes_it_along(client, tour, approver, auditor):
    tours.check_in(tour, by=approver)
    client.force_login(auditor)
    address = f"/admin/core/historyentry/?q={tour.posting.reference}"
    assert "Pre-deployment → In mission" in client.get(address).content.decode()
    head, row = client.get(f"{address}&format=csv").content.decode().splitlines()
    assert "From and to" in head and "Pre-deployment → In mission" in row and str(approver) in row


def test_the_list_of_acts_is_read_without_the_views_or_for_the_views_alone(client, approver, auditor):
    application = factories.application(state="endorsed")
    client.force_login(auditor)
    client.get(f"/admin/deployments/application/{application.pk}/change/")
    tours.cancel(
        factories.deployment(factories.posting(), "2030-01-01", "2030-12-31", state="reserved"), by=approver, reason="x"
    )

    def verbs(query: str) -> list[str]:
        shown = client.get(f"/admin/core/historyentry/{query}").context["cl"].result_list
        return [entry.verb for entry in shown]

    # Reading the list is a view as well, kept with the reader's account.
    assert (verbs(""), verbs("?views=without"), verbs("?views=only")) == (["cancel", "view"], ["cancel"], ["view"] * 3)


def test_a_text_is_kept_in_each_language():
    assert in_each(ChecklistItem(text_en="Visa", text_fr="Un visa")) == {"en": "Visa", "fr": "Un visa"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_act_names_its_record_in_both_languages_whoever_does_it(language):
    haiti, mali = (
        factories.operation(name_en="Haiti", name_fr="Haïti"),
        factories.operation(name_en="Mali", name_fr="Mali"),
    )
    tour = factories.deployment(factories.posting(reference="adviser"), "2026-01-01", "2026-02-01")
    with translation.override(language):
        labels = [record_act(record, "close", by=SYSTEM).label for record in (haiti, mali, tour)]
    assert labels == ["Haiti / Haïti", "Mali", f"{tour.officer}, adviser, 2026-01-01 – 2026-02-01"]


def test_the_list_of_acts_names_nobody_but_who_did_what_the_reader_may_see(client, settings):
    settings.STAFF_MFA_REQUIRED = False
    hidden, silent = factories.user(given_name="Zoe"), factories.user(given_name="Ines")
    editor, editing = factories.staff("Mission editor"), factories.staff("Mission editor", given_name="Paul")
    record_act(factories.deployment(factories.posting(), "2026-01-01", "2026-02-01"), "extend", by=hidden)
    record_act(factories.operation(), "set-terms", by=editing)
    client.force_login(editor)
    for person, is_named in ((hidden, False), (silent, False), (editing, True)):
        page = client.get("/admin/core/historyentry/", {"actor__id__exact": person.pk}).content.decode()
        assert (person.given_name in page) == is_named


def test_the_list_of_acts_is_narrowed_by_year_month_and_person(client, approver, auditor):
    for moment, actor in (("2025-03-02", approver), ("2025-04-02", approver), ("2026-03-02", factories.officer().user)):
        with time_machine.travel(f"{moment} 12:00Z", tick=False):
            record_act(factories.posting(), "open", by=actor)
    client.force_login(auditor)

    def listed(query: str) -> list[str]:
        shown = client.get(f"/admin/core/historyentry/{query}").context["cl"]
        return sorted(entry.at.date().isoformat() for entry in shown.result_list)

    assert listed("?at__year=2025") == ["2025-03-02", "2025-04-02"]
    assert listed("?at__year=2025&at__month=4") == ["2025-04-02"]
    assert listed(f"?actor__id__exact={approver.pk}") == ["2025-03-02", "2025-04-02"]
    assert listed("?at__month=4") == ["2025-04-02"]
    assert client.get("/admin/core/historyentry/?at__year=1999").status_code == 400


def test_an_officers_acts_are_reached_from_the_account_alone(client):
    client.force_login(factories.staff("Administrator", "Auditor"))
    officer = factories.officer()
    record_act(officer, "declare", by=officer.user)
    assert str(officer.user) not in filters_of(client.get("/admin/core/historyentry/"))
    account = client.get(f"/admin/officers/user/{officer.user_id}/change/").content.decode()
    address = f"/admin/core/historyentry/?actor__id__exact={officer.user_id}"
    assert address in account
    assert str(officer.user) in filters_of(client.get(address))


def filters_of(response) -> list[str]:
    """What the list's filters offer."""
    shown = response.context["cl"]
    return [str(choice["display"]) for spec in shown.filter_specs for choice in spec.choices(shown)]
