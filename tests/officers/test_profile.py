"""The profile: joining a police service, one small page for each part, and nobody else's business."""

import datetime
import importlib
import re

import pytest
from django.test import Client

from core.models import HistoryEntry
from core.refusals import NotPermitted, Refusal, StalePage
from officers.domain import profile, verification
from officers.models import LanguageRating, Officer, Qualification, QualificationGrant, Unavailability
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
MY = "/en/my/profile"
LANGUAGE = {"language": "fr", "reading": "3", "writing": "2", "speaking": "3"}
PASSPORT = {"valid_from": "2025-01-01", "valid_until": "2035-01-01", "evidence_note": "Passport office"}
PERIOD = {"first_day": "2027-03-01", "last_day": "2027-03-31", "note": ""}
PARTS = {
    "languages/add/": LANGUAGE,
    "qualifications/add/passport/": PASSPORT,
    "unavailability/add/": PERIOD,
}


@pytest.fixture
def officer(client) -> Officer:
    made = factories.officer(rank="", member_since=None)
    client.force_login(made.user)
    return made


def grant(officer: Officer, code: str = "passport", **fields) -> QualificationGrant:
    values = {"valid_from": day("2025-01-01"), "valid_until": day("2035-01-01")} | fields
    return QualificationGrant.objects.create(
        officer=officer, qualification=Qualification.objects.get(code=code), **values
    )


# --- Joining ------------------------------------------------------------------------------------------


def test_an_account_without_a_profile_begins_by_joining_the_service_named_at_sign_up(client):
    service = factories.service()
    person = factories.user(signup_service=service)
    client.force_login(person)
    for page in ("", "/service", "/person", "/declarations", "/languages/add", "/unavailability/add"):
        assert client.get(f"{MY}{page}/").url == f"{MY}/begin/"
    assert f'<option value="{service.pk}" selected>' in client.get(f"{MY}/begin/").content.decode()
    form = {
        "police_service": service.pk,
        "service_number": "A 12",
        "rank": "Sergeant",
        "member_since": "2010-05-01",
    }
    assert client.post(f"{MY}/begin/", form).url == f"{MY}/"
    officer = Officer.objects.get()
    assert (officer.user, officer.police_service, officer.rank) == (person, service, "Sergeant")
    assert list(person.groups.values_list("name", flat=True)) == ["Officer"]
    assert HistoryEntry.objects.get(verb="join").actor == person
    assert client.get(f"{MY}/begin/").url == f"{MY}/"


def test_a_service_with_mail_domains_takes_its_own_addresses_only(client):
    service = factories.service(mail_domains="police.example.org")
    person = factories.user(email="zoe@private.example.org")
    with pytest.raises(Refusal, match="addresses of its own"):
        profile.join(person, by=person, police_service=service, service_number="1")
    client.force_login(person)
    form = {"police_service": service.pk, "service_number": "1", "rank": "Sergeant", "member_since": "2010-05-01"}
    assert "addresses of its own" in client.post(f"{MY}/begin/", form).content.decode()
    assert not Officer.objects.exists()


def test_one_account_one_profile_and_one_service_number_once():
    officer = factories.officer()
    again = {"by": officer.user, "police_service": officer.police_service, "service_number": "other"}
    with pytest.raises(Refusal, match="already"):
        profile.join(officer.user, **again)
    person = factories.user()
    taken = {"police_service": officer.police_service, "service_number": officer.service_number}
    with pytest.raises(Refusal, match="taken"):
        profile.join(person, by=person, **taken)
    with pytest.raises(NotPermitted):
        profile.join(person, by=officer.user, police_service=officer.police_service, service_number="3")


def test_the_police_service_cannot_be_changed_on_the_page(client, officer):
    other = factories.service()
    form = {
        "police_service": other.pk,
        "service_number": "77",
        "rank": "Sergeant",
        "member_since": "2010-05-01",
    }
    client.post(f"{MY}/service/", form)
    before = officer.police_service
    officer.refresh_from_db()
    assert (officer.service_number, officer.police_service) == ("77", before)


# --- The parts ----------------------------------------------------------------------------------------


def test_every_part_is_entered_on_its_own_page_and_shown_in_the_overview(client, officer):
    assert profile.completeness(officer).missing == [
        "service",
        "person",
        "declarations",
        "languages",
        "qualifications",
    ]
    forms = PARTS | {
        "service/": {"service_number": "77", "rank": "Sergeant", "member_since": "2010-05-01"},
        "person/": {"birth_date": "1985-02-28", "gender": "two-spirit"},
        "declarations/": {"has_convictions": "no", "has_open_investigations": "no"},
        "name/": {"given_name": "Zoé", "family_name": "Tremblay", "language": "fr"},
    }
    for page, form in forms.items():
        assert client.get(f"{MY}/{page}").status_code == 200
        assert client.post(f"{MY}/{page}", form).url == f"{MY}/", page
    page = client.get(f"{MY}/").content.decode()
    for shown in (
        "Zoé Tremblay",
        "Sergeant",
        "February 28, 1985",
        "two-spirit",
        "French",
        "Passport",
        "March 31, 2027",
    ):
        assert shown in page
    officer.refresh_from_db()
    assert officer.declared_at is not None
    assert profile.completeness(officer).missing == []
    assert "Missing in your profile" not in page


def test_a_yes_in_the_declarations_is_kept_as_a_yes(client, officer):
    client.post(f"{MY}/declarations/", {"has_convictions": "no", "has_open_investigations": "yes"})
    officer.refresh_from_db()
    assert (officer.has_convictions, officer.has_open_investigations) == (False, True)
    page = client.get(f"{MY}/declarations/").content.decode()
    chosen = re.findall(r'value="(\w+)"', "".join(re.findall(r"<input[^>]*checked[^>]*>", page)))
    assert chosen == ["no", "yes"]


def test_a_part_is_changed_and_removed_and_its_history_stays(client, officer):
    client.post(f"{MY}/languages/add/", LANGUAGE)
    rating = LanguageRating.objects.get()
    client.post(f"{MY}/languages/{rating.pk}/", LANGUAGE | {"writing": "3"})
    assert client.get(f"{MY}/languages/{rating.pk}/remove/").status_code == 200
    assert LanguageRating.objects.get().writing == 3
    client.post(f"{MY}/languages/{rating.pk}/remove/")
    assert not LanguageRating.objects.exists()
    story = LanguageRating.history.filter(id=rating.pk).order_by("history_id")
    assert [(row.history_type, row.writing, row.history_user) for row in story] == [
        ("+", 2, officer.user),
        ("~", 3, officer.user),
        ("-", 3, officer.user),
    ]


@pytest.mark.parametrize(
    ("page", "field"),
    list(zip(PARTS, ("language", "valid_from", "last_day"), strict=True)),
)
def test_the_same_part_twice_is_refused_in_words_at_its_field(client, officer, page, field):
    client.post(f"{MY}/{page}", PARTS[page])
    again = client.post(f"{MY}/{page}", PARTS[page])
    assert re.search(f'href="#id_{field}">[^<]*in your profile already', again.content.decode())
    assert [LanguageRating.objects.count(), QualificationGrant.objects.count(), Unavailability.objects.count()] in (
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
    )


SERVICE = {"service_number": "1", "rank": "Sergeant", "member_since": "2010-01-01"}


@pytest.mark.parametrize(
    ("page", "form", "field", "words"),
    [
        ("unavailability/add/", PERIOD | {"last_day": "2027-02-28"}, "last_day", "before the first"),
        ("qualifications/add/passport/", PASSPORT | {"valid_until": "2024-12-31"}, "valid_until", "before the first"),
        ("service/", SERVICE | {"retired_on": "2009-12-31"}, "retired_on", "before the day of joining"),
        ("service/", SERVICE | {"member_since": "1960-01-01"}, "member_since", "not before the day of joining"),
        ("service/", SERVICE | {"service_number": "taken"}, "service_number", "is taken"),
        ("person/", {"birth_date": "2010-02-01"}, "birth_date", "not before the day of joining"),
    ],
)
def test_a_rule_on_several_fields_is_said_at_one_that_the_page_asks_for(client, officer, page, form, field, words):
    factories.officer(police_service=officer.police_service, service_number="taken")
    officer.birth_date, officer.member_since = day("1970-01-01"), day("2009-06-01")
    officer.save()
    answer = client.post(f"{MY}/{page}", form)
    assert answer.status_code == 200
    assert re.search(f'href="#id_{field}">[^<]*{words}', answer.content.decode())
    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("page", "form", "words"),
    [
        ("unavailability/add/", PERIOD | {"last_day": "2027-02-28"}, "The last day is before the first."),
        ("qualifications/add/passport/", PASSPORT | {"valid_until": "2024-12-31"}, "before the first"),
        ("qualifications/add/passport/", PASSPORT | {"valid_until": ""}, "This field is required."),
        ("qualifications/add/medical/", PASSPORT, "This field is required."),
        ("qualifications/add/medical/", PASSPORT | {"grade": "MS9"}, "Select a valid choice."),
        ("service/", {"service_number": "1", "rank": "x", "member_since": "2999-01-01"}, "in the future"),
        (
            "service/",
            {"service_number": "1", "rank": "x", "member_since": "2010-01-01", "retired_on": "2009-12-31"},
            "before the day of joining",
        ),
        ("person/", {"birth_date": "2026-01-01"}, "Look at the year again"),
        ("person/", {"birth_date": "28/02/1985"}, "such as 2027-03-01"),
        ("declarations/", {"has_convictions": "no"}, "Answer yes or no."),
        ("languages/add/", LANGUAGE | {"reading": "7"}, "Select a valid choice."),
        ("languages/add/", LANGUAGE | {"language": "xx"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_at_the_form(client, officer, page, form, words):
    answer = client.post(f"{MY}/{page}", form)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "There is a problem" in answer.content.decode()


def test_a_qualification_of_the_desk_alone_cannot_be_added(client, officer):
    Qualification.objects.filter(code="passport").update(is_active=False)
    assert client.get(f"{MY}/qualifications/add/passport/").status_code == 404
    assert "/add/passport/" not in client.get(f"{MY}/qualifications/add/").content.decode()


# --- Nobody else's ------------------------------------------------------------------------------------


def test_the_parts_of_others_are_not_there(client, officer):
    other = factories.officer()
    records = {
        "languages": LanguageRating.objects.create(officer=other, language="fr", reading=1, writing=1, speaking=1),
        "qualifications": grant(other),
        "unavailability": Unavailability.objects.create(
            officer=other, first_day=day("2027-03-01"), last_day=day("2027-03-31")
        ),
    }
    for name, record in records.items():
        for path in (f"{MY}/{name}/{record.pk}/", f"{MY}/{name}/{record.pk}/remove/"):
            assert client.get(path).status_code == 404
            assert client.post(path, PARTS.get(f"{name}/add/", PASSPORT)).status_code == 404
        assert type(record).objects.filter(pk=record.pk).exists()
        assert client.get(f"{MY}/{name}/{10**30}/").status_code == 404


def test_a_smuggled_officer_or_verification_changes_nothing(client, officer):
    other = factories.officer()
    smuggled = {"officer": other.pk, "verified_by": officer.user.pk, "verified_at": "2027-01-01", "qualification": "1"}
    client.post(f"{MY}/qualifications/add/passport/", PASSPORT | smuggled)
    made = QualificationGrant.objects.get()
    assert (made.officer, made.qualification.code, made.verified_at) == (officer, "passport", None)


def test_only_the_officer_writes_the_profile():
    officer = factories.officer()
    for somebody in (factories.user(), factories.staff("Approver")):
        with pytest.raises(NotPermitted):
            profile.save_officer(officer, by=somebody)
        with pytest.raises(NotPermitted):
            profile.declare(officer, by=somebody, has_convictions=False, has_open_investigations=False)
        with pytest.raises(NotPermitted):
            profile.remove_part(grant(officer, valid_from=day(f"2025-01-{somebody.pk % 28 + 1:02d}")), by=somebody)


def test_the_pages_are_for_people_who_are_signed_in():
    for page in ("/en/my/", f"{MY}/", f"{MY}/begin/", f"{MY}/service/", f"{MY}/qualifications/add/"):
        assert Client().get(page).url == f"/en/accounts/login/?next={page}"
    assert Client().post(f"{MY}/languages/1/remove/").status_code == 302


# --- Verification -------------------------------------------------------------------------------------


def test_a_verification_says_who_and_when_and_a_change_takes_it_away(client, officer, selection_officer):
    held = grant(officer)
    verification.verify(held, by=selection_officer, seen=verification.version_of(held))
    held.refresh_from_db()
    assert held.verified_by == selection_officer
    assert held.verified_at.date() == datetime.datetime.now(datetime.UTC).date()
    assert HistoryEntry.objects.get(verb="verify").actor == selection_officer
    unchanged = {"valid_from": "2025-01-01", "valid_until": "2035-01-01", "evidence_note": ""}
    client.post(f"{MY}/qualifications/{held.pk}/", unchanged)
    held.refresh_from_db()
    assert held.verified_by == selection_officer
    client.post(f"{MY}/qualifications/{held.pk}/", unchanged | {"valid_until": "2036-01-01"})
    held.refresh_from_db()
    assert (held.verified_by, held.verified_at) == (None, None)


def test_what_the_officer_changed_meanwhile_is_not_verified_unseen(officer, selection_officer):
    held = grant(officer)
    seen = verification.version_of(held)
    held.grade = "other"
    profile.save_part(held, by=officer.user)
    with pytest.raises(StalePage):
        verification.verify(held, by=selection_officer, seen=seen)
    assert not QualificationGrant.objects.exclude(verified_at=None).exists()


def test_a_verification_is_taken_back_with_a_reason(officer, selection_officer):
    held = grant(officer)
    with pytest.raises(Refusal, match="not verified"):
        verification.withdraw_verification(held, by=selection_officer, reason="The document was another person's")
    verification.verify(held, by=selection_officer)
    with pytest.raises(Refusal, match="verified already"):
        verification.verify(held, by=selection_officer)
    with pytest.raises(Refusal, match="reason"):
        verification.withdraw_verification(held, by=selection_officer, reason=" ")
    verification.withdraw_verification(held, by=selection_officer, reason="The document was another person's")
    held.refresh_from_db()
    assert held.verified_at is None


def test_verifying_takes_the_permission(officer, auditor):
    held = grant(officer)
    for somebody in (auditor, officer.user):
        with pytest.raises(NotPermitted):
            verification.verify(held, by=somebody)
        with pytest.raises(NotPermitted):
            verification.withdraw_verification(held, by=somebody, reason="x")


# --- Gender: an answer, or own words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"gender_answer": "woman"}, ("woman", "")),
        ({"gender_answer": "undisclosed", "gender": "left over"}, ("undisclosed", "")),
        ({"gender_answer": "own_words", "gender": "two-spirit"}, ("own_words", "two-spirit")),
        ({"gender": "two-spirit"}, ("own_words", "two-spirit")),
        ({}, ("", "")),
    ],
)
def test_gender_is_an_answer_or_own_words(client, officer, typed, kept):
    assert client.post(f"{MY}/person/", {"birth_date": "1985-02-28", **typed}).status_code == 302
    officer.refresh_from_db()
    assert (officer.gender_answer, officer.gender) == kept


@pytest.mark.parametrize("typed", [{"gender_answer": "own_words"}, {"gender_answer": "female"}])
def test_own_words_are_written_and_no_answer_is_made_up(client, officer, typed):
    assert client.post(f"{MY}/person/", {"birth_date": "1985-02-28", **typed}).status_code == 200
    officer.refresh_from_db()
    assert (officer.gender_answer, officer.gender) == ("", "")


def test_texts_of_before_stay_as_own_words():
    from django.apps import apps as now

    migration = importlib.import_module("officers.migrations.0008_gender_answers")
    silent, worded = factories.officer(), factories.officer(gender="female")
    worded.save()
    migration.keep_own_words(now, None)
    silent.refresh_from_db()
    worded.refresh_from_db()
    assert (silent.gender_answer, worded.gender_answer, worded.gender) == ("", "own_words", "female")
    assert worded.history.latest().gender_answer == "own_words"


# --- Bad input, and how many questions to the database ------------------------------------------------

TEXTS = ["\x00", "x" * 6000, "\u202egnirts", "a\x07b"]
FIELDS = [
    ("service/", {"service_number": "1", "rank": "x", "member_since": "2010-01-01"}),
    ("person/", {"birth_date": "1985-02-28", "gender": ""}),
    ("declarations/", {"has_convictions": "no", "has_open_investigations": "no"}),
    ("name/", {"given_name": "Zoé", "family_name": "Tremblay", "language": "en"}),
    *PARTS.items(),
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("page", "field"), [(page, field) for page, form in FIELDS for field in form])
def test_hostile_input_is_answered_with_words_and_keeps_the_rest(client, officer, page, field, text):
    form = dict(FIELDS)[page]
    answer = client.post(f"{MY}/{page}", form | {field: text})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    for other, value in form.items():
        if other != field and value not in {"", "no"}:
            assert value in answer.content.decode()


@pytest.mark.parametrize("text", ["État-major – 李", "محمد\u200f", "🚓 chief"])
def test_accents_emoji_and_other_scripts_are_welcome(client, officer, text):
    client.post(f"{MY}/service/", {"service_number": "1", "rank": text, "member_since": "2010-01-01"})
    officer.refresh_from_db()
    assert officer.rank == text


@pytest.mark.parametrize("rows", [1, 30])
def test_the_overview_and_my_pages_ask_the_database_the_same_number_of_times(
    client, officer, rows, django_assert_num_queries
):
    for n in range(rows):
        grant(officer, valid_from=day("2020-01-01") + datetime.timedelta(days=n), valid_until=day("2026-12-01"))
        Unavailability.objects.create(
            officer=officer, first_day=day("2020-01-01"), last_day=day("2020-01-01") + datetime.timedelta(days=n)
        )
    for language in ("en", "fr", "ar")[: min(rows, 3)]:
        LanguageRating.objects.create(officer=officer, language=language, reading=1, writing=1, speaking=1)
    for page, queries in ((f"{MY}/", 6), ("/en/my/", 11)):
        with django_assert_num_queries(queries):
            assert client.get(page).status_code == 200


@pytest.mark.parametrize(("code", "is_warned"), [("medical", True), ("passport", False), ("driving-manual", False)])
def test_only_medical_qualifications_warn_of_medical_details(client, code, is_warned):
    client.force_login(factories.officer().user)
    page = client.get(f"/en/my/profile/qualifications/add/{code}/").content.decode()
    assert ("No medical details" in page) is is_warned
