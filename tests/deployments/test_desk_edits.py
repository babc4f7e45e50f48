"""Edits at the desk: two people at once, what an edit leaves in the history, and what is asked for in place of deleting."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.forms import CheckboxInput, Select
from django.urls import reverse
from django.utils import timezone

from core.history.acts import history_of
from deployments.domain import tours
from deployments.models import LanguageRequirement
from deployments.openings.opening import end_of_day
from officers.models import Qualification, User
from tests import factories
from tests.factories import day
from tests.reading import Page

pytestmark = pytest.mark.django_db


def page(record, kind: str = "change") -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{kind}", args=[record.pk])


def as_filled(response) -> dict:
    """What a browser hands in where nothing is typed: every field of the form and of the rows below it."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    filled = {}
    for form in forms:
        for bound in form:
            shown = bound.field.widget.format_value(bound.value()) if bound.value() is not None else ""
            value = shown[0] if isinstance(shown, list) and isinstance(bound.field.widget, Select) else shown
            if isinstance(bound.field.widget, CheckboxInput):
                filled |= {bound.html_name: "on"} if bound.value() else {}
            elif isinstance(value, list):
                filled[bound.html_name] = value
            else:
                filled[bound.html_name] = (value or "").replace("\n", "\r\n")
    return filled


@pytest.fixture
def desk(client, selection_officer):
    client.force_login(selection_officer)
    return client


@pytest.fixture
def posting():
    made = factories.opening(description_en="One\nTwo", description_fr="Un\nDeux")
    LanguageRequirement.objects.create(posting=made, language="fr", reading=2, writing=2, speaking=2)
    return made


def test_a_save_without_a_change_leaves_no_version_and_makes_no_page_stale(desk, posting):
    filled = as_filled(desk.get(page(posting)))
    before = posting.history.count()
    assert desk.post(page(posting), filled).status_code == 302
    assert posting.history.count() == before
    assert desk.post(page(posting), filled | {"title_en": "Other"}).status_code == 302
    assert posting.history.count() == before + 1


def test_line_ends_and_seconds_of_a_browser_are_no_change(desk, posting):
    posting.closes_at = end_of_day(day("2099-06-30"))
    posting.save()
    desk.post(page(posting), as_filled(desk.get(page(posting))) | {"title_en": "Other"})
    newest, older = posting.history.order_by("-history_id")[:2]
    assert [change.field for change in newest.diff_against(older).changes] == ["title_en"]
    posting.refresh_from_db()
    assert (posting.description_en, posting.closes_at) == ("One\nTwo", end_of_day(day("2099-06-30")))


def test_who_comes_second_to_a_row_below_a_record_reads_what_is_recorded_now(desk, posting):
    filled = as_filled(desk.get(page(posting)))
    row = "language_requirements-0"
    assert desk.post(page(posting), filled | {f"{row}-reading": "1"}).status_code == 302
    response = desk.post(page(posting), filled | {f"{row}-reading": "3"})
    assert response.status_code == 409
    assert "Recorded now: A" in Page(response).text
    assert posting.language_requirements.get().reading == 1
    knowingly = {"seen": response.context["adminform"].form["seen"].value(), f"{row}-reading": "3"}
    assert desk.post(page(posting), filled | knowingly).status_code == 302
    assert posting.language_requirements.get().reading == 3


def test_who_changes_a_row_that_somebody_removed_is_told_and_can_go_on(desk, posting):
    filled = as_filled(desk.get(page(posting)))
    row = "language_requirements-0"
    assert desk.post(page(posting), filled | {f"{row}-DELETE": "on"}).status_code == 302
    response = desk.post(page(posting), filled | {f"{row}-reading": "3", "title_en": "Other"})
    assert response.status_code == 409
    assert "Somebody removed this row" in Page(response).text
    assert not posting.language_requirements.exists()
    again = as_filled(response)
    assert (again["title_en"], again[f"{row}-reading"], again["language_requirements-INITIAL_FORMS"]) == (
        "Other",
        "3",
        "0",
    )
    assert desk.post(page(posting), again).status_code == 302
    posting.refresh_from_db()
    assert (posting.title_en, posting.language_requirements.get().reading) == ("Other", 3)


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("French B/B/B", "French A/B/B")), ("fr", ("français B/B/B", "français A/B/B"))]
)
def test_the_history_of_a_posting_tells_what_was_asked_for_in_the_readers_language(desk, posting, language, words):
    filled = as_filled(desk.get(page(posting)))
    desk.post(page(posting), filled | {"language_requirements-0-reading": "1"})
    assert history_of(posting).filter(verb="change-requirements").count() == 1
    desk.force_login(factories.staff("Auditor", language=language))
    assert " → ".join(words) in Page(desk.get(page(posting, "history"))).text


def test_moments_in_the_history_are_those_of_the_portals_clock(desk, posting, settings):
    settings.TIME_ZONE = "America/Toronto"
    with timezone.override("America/Toronto"):
        posting.closes_at = datetime.datetime(2099, 7, 1, 3, 59, tzinfo=datetime.UTC)
        posting.save()
        assert "June 30, 2099" in Page(desk.get(page(posting, "history"))).text


def test_countries_that_somebody_else_chose_are_named(client, editor):
    operation = factories.operation(22)
    for code in ("ML", "NE"):
        factories.country(code, name_en=f"Country {code}")
    client.force_login(editor)
    filled = as_filled(client.get(page(operation)))
    keys = {country.code: country.pk for country in type(factories.country("ML")).objects.filter(code__in=["ML", "NE"])}
    assert client.post(page(operation), filled | {"countries": [keys["ML"]]}).status_code == 302
    response = client.post(page(operation), filled | {"countries": [keys["NE"]]})
    assert response.status_code == 409
    assert "wrote: Country ML" in Page(response).text


# --- Accounts ------------------------------------------------------------------------------------------


@pytest.fixture
def accounts(client):
    client.force_login(factories.staff("Administrator", given_name="Ada", family_name="Roy"))
    return client


def test_two_administrators_never_write_over_each_others_roles_unseen(accounts):
    account = factories.user()
    filled = as_filled(accounts.get(page(account)))
    approver, auditor = (Group.objects.get(name=name).pk for name in ("Approver", "Auditor"))
    assert accounts.post(page(account), filled | {"groups": [approver]}).status_code == 302
    response = accounts.post(page(account), filled | {"groups": [auditor], "family_name": "Typed"})
    assert response.status_code == 409
    text = Page(response).text
    assert "Ada Roy wrote: Approver" in text and 'value="Typed"' in response.content.decode()
    assert [group.name for group in account.groups.all()] == ["Approver"]
    knowingly = {"seen": response.context["adminform"].form["seen"].value(), "groups": [auditor]}
    assert accounts.post(page(account), filled | knowingly).status_code == 302
    assert [group.name for group in account.groups.all()] == ["Auditor"]


@pytest.mark.parametrize("forged", ["", "nonsense", "[]", "{}", '{"roles": 1}'])
def test_a_forged_token_of_an_account_is_a_conflict_and_no_error(accounts, forged):
    account = factories.user()
    filled = as_filled(accounts.get(page(account)))
    assert accounts.post(page(account), filled | {"seen": forged, "family_name": "Other"}).status_code == 409
    account.refresh_from_db()
    assert account.family_name != "Other"


def test_every_change_of_an_account_is_in_its_history(accounts):
    account = factories.user(family_name="Abel", language="en")
    changed = as_filled(accounts.get(page(account))) | {"family_name": "Binet", "language": "fr"}
    assert accounts.post(page(account), changed).status_code == 302
    assert accounts.post(reverse("admin:auth_user_password_change", args=[account.pk])).status_code == 302
    assert [act.verb for act in history_of(account)] == ["send-password-link", "change-account"]
    text = Page(accounts.get(page(account, "history"))).text
    assert "Abel → Binet" in text and "English → French" in text


# --- In place of deleting --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "role", "words", "act"),
    [
        (factories.mission, "Approver", "Close it", "close"),
        (factories.operation, "Approver", "Close it", "close"),
        (factories.opening, "Selection officer", "Stand it down", "stand-down"),
        (factories.user, "Administrator", "tick at “Active”", ""),
        (factories.organization, "Mission editor", "Leave it", ""),
        (lambda: Qualification.objects.first(), "Selection officer", "Can be added to profiles", ""),
    ],
)
def test_who_would_delete_a_record_reads_what_to_do_instead(client, make, role, words, act):
    record = make()
    client.force_login(factories.staff(role))
    for answer in (client.get(page(record, "delete")), client.post(page(record, "delete"), {"post": "yes"})):
        assert answer.status_code == 403
        assert words in Page(answer).text
        assert page(record) in answer.content.decode()
        assert not act or f"/{record.pk}/{act}/" in answer.content.decode()
    assert type(record)._default_manager.filter(pk=record.pk).exists()


def test_the_page_of_a_record_says_it_to_whoever_may_change_it(client, editor, auditor):
    mission = factories.mission()
    for person, told in ((editor, True), (auditor, False)):
        client.force_login(person)
        assert ("is not deleted at the desk" in Page(client.get(page(mission))).text) == told


def test_a_record_that_one_may_not_see_is_not_spoken_of(client, editor):
    account = User.objects.create(email="x@example.org")
    client.force_login(editor)
    response = client.get(page(account, "delete"))
    assert response.status_code == 403 and "Active" not in Page(response).text


def test_the_list_of_acts_sets_its_colons_as_french_does(client, approver):
    tour = factories.deployment(factories.posting(), "2026-01-01", "2090-01-01", state="reserved")
    tours.prepare(tour, by=approver)
    client.force_login(factories.staff("Auditor", language="fr"))
    text = Page(client.get("/admin/core/historyentry/")).text
    assert "affectation : " in text and "Réservée → Préparation au départ" in text
    assert "De et à : " not in text
