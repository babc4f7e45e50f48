"""Operations, missions and their surroundings at the desk: found, edited without losing an edit, told as a story."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from core.history.acts import record_act
from core.history.story import latest_version
from missions.models import Country, Operation
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def page(record, kind: str = "change") -> str:
    return reverse(f"admin:missions_{record._meta.model_name}_{kind}", args=[record.pk])


def typed(record, **changes) -> dict:
    """What the browser sends for an operation's page, with the reader's changes."""
    fields = {name: getattr(record, name) for name in ("code", "category", "position", "name_en", "name_fr")}
    fields |= {"summary_en": record.summary_en, "summary_fr": record.summary_fr, "programme": record.programme_id}
    return fields | {"is_published": "on", "countries": [], "seen": latest_version(record)} | changes


def seen(desk, record) -> str:
    return desk.get(page(record)).context["adminform"].form["seen"].value()


# --- Finding -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["haiti", "HAÏTI", "Haiti haïti", "port-au"])
def test_search_does_not_mind_accents_or_capitals(desk, words):
    factories.operation(name_en="Haiti", name_fr="Haïti", code="port-au-prince")
    factories.operation(name_en="Mali", name_fr="Mali")
    found = desk.get(reverse("admin:missions_operation_changelist"), {"q": words}).context["cl"].result_list
    assert [operation.code for operation in found] == ["port-au-prince"]


@pytest.mark.parametrize("nonsense", ["\x01", "'; DROP TABLE", "%", "«", "x" * 5000])
def test_search_for_nonsense_finds_nothing_and_breaks_nothing(desk, nonsense):
    factories.operation(name_en="Haiti", name_fr="Haïti")
    assert desk.get(reverse("admin:missions_operation_changelist"), {"q": nonsense}).status_code == 200


def test_the_list_answers_how_each_operation_stands_today(desk):
    operation = factories.operation(22, name_en="Mali", is_armed=True, languages=["fr"])
    factories.terms(operation, "suspended", day("2026-01-01"), is_armed=True, languages=["fr"])
    factories.strength(operation, 30, day("2190-01-01"))
    row = desk.get(reverse("admin:missions_operation_changelist")).content.decode()
    for words in ("Up to 22", "Suspended", "French", "Armed"):
        assert words in row
    assert "Up to 30" not in row


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status_today": "suspended"}, ["halted"]),
        ({"status_today": "active"}, ["running"]),
        ({"status_today": "none"}, ["silent"]),
        ({"language": "ar"}, ["running"]),
        ({"category__exact": "specialized_posting"}, ["silent"]),
    ],
)
def test_filters(desk, query, expected):
    factories.operation(code="running", languages=["ar", "en"])
    factories.operation(code="halted", status="suspended")
    Operation.objects.create(
        code="silent", name_en="Silent", name_fr="Muet", programme=factories.programme(), category="specialized_posting"
    )
    found = desk.get(reverse("admin:missions_operation_changelist"), query).context["cl"].result_list
    assert [operation.code for operation in found] == expected


# --- Editing -------------------------------------------------------------------------------------------


def test_an_editor_changes_a_text_and_the_public_page_says_it(desk, client):
    operation = factories.operation(22)
    data = typed(operation, name_en="Sahel", name_fr="Sahel", seen=seen(desk, operation))
    assert desk.post(page(operation), data).status_code == 302
    assert "Sahel" in client.get("/en/").content.decode()


def test_a_new_operation_says_what_comes_next(desk):
    data = {
        "code": "sahel",
        "category": "current_operation",
        "position": "0",
        "programme": factories.programme().pk,
        "name_en": "Sahel",
        "name_fr": "Sahel",
        "is_published": "on",
    }
    response = desk.post(reverse("admin:missions_operation_add"), data, follow=True)
    assert "Sahel is a draft without a number" in response.content.decode()
    operation = Operation.objects.get(code="sahel")
    assert not operation.strengths.exists() and not operation.terms.exists()


def test_state_and_number_are_no_fields(desk):
    operation = factories.operation(22)
    form = desk.get(page(operation)).context["adminform"].form
    assert form.fields.keys() & {"status", "maximum", "languages", "is_armed"} == set()


def test_a_published_text_needs_both_languages_and_what_was_typed_is_kept(desk):
    operation = factories.operation(22)
    response = desk.post(page(operation), typed(operation, summary_en="Only in English"))
    content = response.content.decode()
    assert "fill in the other language" in content
    assert "Only in English" in content
    operation.refresh_from_db()
    assert operation.summary_en == ""


def test_a_missing_field_is_said_above_the_form_with_a_link_to_it(desk):
    operation = factories.operation(22)
    content = desk.post(page(operation), typed(operation, name_fr="")).content.decode()
    assert 'href="#id_name_fr"' in content


def test_an_end_before_the_start_is_refused(desk):
    mission = factories.mission()
    data = {
        "seen": latest_version(mission),
        "code": mission.code,
        "operation": mission.operation_id,
        "position": 0,
        "name_en": "Mission",
        "name_fr": "Mission",
        "starts_on": "2026-02-01",
        "starts_precision": "day",
        "ends_on": "2026-01-01",
        "ends_precision": "day",
        "is_published": "on",
    }
    assert "The end is before the start." in desk.post(page(mission), data).content.decode()


@pytest.mark.parametrize("key", ["9" * 30, "99999999999999999999", "²", "-1", "x", "\x00"])
def test_a_country_that_is_none_is_an_error_at_the_field(desk, key):
    operation = factories.operation(22)
    response = desk.post(page(operation), typed(operation, countries=[key]))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {"countries"}


@pytest.mark.parametrize("code", ["zz1", "m", "ml", "1A", "É1"])
def test_an_impossible_country_code_is_refused(desk, code):
    response = desk.post(reverse("admin:missions_country_add"), {"code": code, "name_en": "X", "name_fr": "X"})
    assert "code" in response.context["adminform"].form.errors
    assert not Country.objects.filter(name_en="X").exists()


def test_a_mission_that_stands_under_tours_keeps_its_operation(desk):
    mission = factories.mission()
    factories.deployment(factories.posting(mission), "2026-01-01", "2026-12-31")
    data = {
        "seen": latest_version(mission),
        "code": mission.code,
        "operation": factories.operation(22).pk,
        "position": 0,
        "name_en": "Mission",
        "name_fr": "Mission",
        "starts_precision": "day",
        "ends_precision": "day",
        "is_published": "on",
    }
    response = desk.post(page(mission), data)
    assert response.status_code == 409
    assert response.context["adminform"].form.non_field_errors()
    before = mission.operation_id
    mission.refresh_from_db()
    assert mission.operation_id == before


def test_two_editors_never_write_over_each_other_unseen(desk, client):
    operation = factories.operation(22, name_en="Mali", name_fr="Mali")
    token = seen(desk, operation)
    desk.post(page(operation), typed(operation, name_en="Sahel", seen=token))
    response = desk.post(page(operation), typed(operation, name_en="West Africa", seen=token))
    content = response.content.decode()
    assert 'value="West Africa"' in content and "wrote: Sahel" in content
    operation.refresh_from_db()
    assert operation.name_en == "Sahel"
    knowingly = response.context["adminform"].form["seen"].value()
    assert desk.post(page(operation), typed(operation, name_en="West Africa", seen=knowingly)).status_code == 302
    operation.refresh_from_db()
    assert operation.name_en == "West Africa"


def test_a_forged_token_is_a_conflict_and_no_error(desk):
    operation = factories.operation(22, name_en="Mali", name_fr="Mali")
    for forged in ("nonsense", "999999999999999999999", "-1", ""):
        response = desk.post(page(operation), typed(operation, name_en="Other", seen=forged))
        assert response.status_code == 409
    operation.refresh_from_db()
    assert operation.name_en == "Mali"


def test_a_save_that_names_no_version_is_refused_and_asked_again(desk):
    operation = factories.operation(22, name_en="Mali", name_fr="Mali")
    data = typed(operation, name_en="Other")
    del data["seen"]
    response = desk.post(page(operation), data)
    operation.refresh_from_db()
    assert (response.status_code, operation.name_en) == (409, "Mali")
    form = response.context["adminform"].form
    assert "which version" in str(form.non_field_errors()) and form["name_en"].value() == "Other"
    assert desk.post(page(operation), data | {"seen": form["seen"].value()}).status_code == 302
    # Machines are not asked: they say what they want, not what they saw.
    assert desk.post(page(operation), data, headers={"accept": "application/json"}).status_code == 302


def test_nothing_is_deleted_at_the_desk(desk):
    operation = factories.operation(22)
    assert desk.post(page(operation, "delete"), {"post": "yes"}).status_code == 403
    listed = reverse("admin:missions_operation_changelist")
    desk.post(listed, {"action": "delete_selected", "_selected_action": [operation.pk], "post": "yes"})
    assert Operation.objects.filter(pk=operation.pk).exists()


# --- History -------------------------------------------------------------------------------------------


def test_history_tells_edits_and_acts_as_one_story(desk, editor, approver):
    operation = factories.operation(22, name_en="Mali", name_fr="Mali")
    desk.post(page(operation), typed(operation, name_en="Sahel", countries=[factories.country("ML").pk]))
    record_act(
        operation,
        "set-strength",
        by=approver,
        reason="Decision 7",
        from_state="22",
        to_state="30",
        effective_from="2027-01-01",
    )
    response = desk.get(page(operation, "history"))
    titles = [str(chapter.title) for chapter in response.context["story"]]
    assert titles[0] == "Authorized strength set" and titles[-1] == "Recorded"
    content = response.content.decode()
    for words in (str(editor), str(approver), "Decision 7", "Mali", "Sahel", "Country ML", "January 1, 2027"):
        assert words in content


def test_the_list_of_acts_is_read_and_never_changed(client, auditor, approver):
    operation = factories.operation(22, name_fr="Haïti")
    entry = record_act(operation, "suspend", by=approver, reason="Émeutes", to_state="suspended")
    client.force_login(auditor)
    listed = reverse("admin:core_historyentry_changelist")
    content = client.get(listed, {"q": "emeutes"}).content.decode()
    assert "Suspended" in content and page(operation) in content
    kind = ContentType.objects.get_for_model(operation).pk
    assert client.get(listed, {"kind": kind}).context["cl"].result_count == 1
    for nonsense in ("nonsense", "²", "9" * 20):
        assert client.get(listed, {"kind": nonsense}).status_code == 400
    one = reverse("admin:core_historyentry_change", args=[entry.pk])
    assert client.get(one).status_code == 200
    assert client.post(one, {"verb": "close"}).status_code == 403


# --- The cost of a list --------------------------------------------------------------------------------


def test_lists_ask_the_same_questions_for_1_row_and_for_30(client, approver, django_assert_num_queries):
    client.force_login(approver)
    posting = factories.posting()
    factories.deployment(posting, "2026-01-01", "2026-12-31")
    for _each in range(2):
        for records, questions in (
            ("missions_operation", 9),
            ("missions_mission", 9),
            ("deployments_posting", 8),
            ("deployments_deployment", 9),
        ):
            with django_assert_num_queries(questions):
                client.get(reverse(f"admin:{records}_changelist"))
        for _more in range(29):
            another = factories.posting(factories.mission())
            factories.deployment(another, "2026-01-01", "2026-12-31")
