"""Accounts: making one, signing in, getting back in, and what an attacker learns from it (nothing)."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from config.logs import without_persons
from core.mail.outbox import readable
from core.models import OutboxMail
from officers.accounts.browsers import browser_in_words
from officers.models import User
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"given_name": "Zoé", "family_name": "Tremblay", "email": "zoe@police.example.org"}


def form_for(service, **changes) -> dict:
    return {**NEW, "signup_service": service.pk, "password1": PASSWORD, "password2": PASSWORD, **changes}


def link_in(mail: OutboxMail) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", readable(mail.text_body))[1]


def sign_in(client: Client, email: str, password: str = PASSWORD, language: str = "en"):
    return client.post(f"/{language}/accounts/login/", {"login": email, "password": password})


def test_an_account_works_once_its_address_is_confirmed(client):
    assert client.post("/fr/accounts/signup/", form_for(factories.service())).status_code == 302
    person = User.objects.get()
    assert (person.email, person.given_name, person.language) == ("zoe@police.example.org", "Zoé", "fr")
    assert sign_in(client, person.email).url == "/en/accounts/confirm-email/"
    link = link_in(OutboxMail.objects.filter(template="account/email_confirmation_signup").get())
    assert link.startswith("/fr/accounts/confirm-email/")
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified, "a mail scanner that follows the link confirms nothing"
    client.post(link)
    assert sign_in(client, person.email).url == "/en/my/"
    assert sign_in(Client(), person.email.upper()).url == "/en/my/"


@pytest.mark.parametrize(
    ("domains", "email", "accepted"),
    [
        ("", "zoe@anywhere.example.org", True),
        ("police.example.org", "zoe@police.example.org", True),
        ("police.example.org other.example.org", "zoe@east.other.example.org", True),
        ("police.example.org", "zoe@notpolice.example.org", False),
        ("police.example.org", "police.example.org@evil.example.com", False),
    ],
)
def test_a_police_service_may_take_its_own_addresses_only(client, domains, email, accepted):
    service = factories.service(mail_domains=domains, name_en="City police")
    answer = client.post("/en/accounts/signup/", form_for(service, email=email))
    assert User.objects.exists() is accepted
    if not accepted:
        assert "City police accepts addresses of its own only: police.example.org." in answer.content.decode()


def test_signing_up_twice_gives_nothing_away(client):
    service = factories.service()
    factories.user(email=NEW["email"], given_name="Zoé")
    known = client.post("/en/accounts/signup/", form_for(service, given_name="Mallory"))
    unknown = Client().post("/en/accounts/signup/", form_for(service, email="new@example.org"))
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert User.objects.get(email=NEW["email"]).given_name == "Zoé"
    assert OutboxMail.objects.get(address=NEW["email"]).template == "account/account_already_exists"


def test_a_forgotten_password_gives_nothing_away_and_lets_the_owner_back_in(client):
    person = factories.user(language="fr")
    known = client.post("/en/accounts/password/reset/", {"email": person.email})
    unknown = Client().post("/en/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    mails = {mail.address: mail for mail in OutboxMail.objects.all()}
    assert mails["nobody@example.org"].template == "account/unknown_account"
    mail = mails[person.email]
    assert (mail.template, mail.language, mail.confidential) == ("account/password_reset_key", "fr", True)
    page = client.get(link_in(mail), follow=True)
    new = "another-Password-2026"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in(client, person.email).status_code == 200
    assert sign_in(client, person.email, new).url == "/en/my/"
    assert "no longer valid" in Client().get(link_in(mail)).content.decode(), "the link works once"


def test_a_wrong_password_and_an_unknown_address_read_the_same(client):
    person = factories.user()
    wrong = sign_in(client, person.email, "wrong")
    unknown = sign_in(client, "nobody@example.org", "wrong")
    words = "The e-mail address or the password is incorrect."
    assert words in wrong.content.decode()
    assert words in unknown.content.decode()


def test_guessing_at_one_account_ends_after_five_tries_even_with_the_right_password(client):
    person = factories.user()
    for _ in range(5):
        sign_in(client, person.email, "wrong")
    answer = sign_in(client, person.email)
    assert "Too many attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_guessing_from_one_address_ends_too(client):
    answers = [sign_in(client, f"person{n}@example.org", "wrong").content.decode() for n in range(11)]
    assert "Too many attempts" not in answers[9]
    assert "Too many attempts" in answers[10]


def test_the_desk_has_the_same_log_in_with_the_same_limits(client):
    answer = client.get("/admin/")
    assert client.get(answer.url).url == "/en/accounts/login/?next=%2Fadmin%2F"
    person = factories.staff("Approver")
    answer = client.post("/admin/login/", {"username": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


def test_after_log_in_staff_go_to_the_desk_and_officers_to_their_pages(client):
    assert sign_in(client, factories.staff("Approver").email).url == "/admin/"
    assert sign_in(Client(), factories.user().email, language="fr").url == "/fr/my/"
    answer = Client().post(
        "/en/accounts/login/?next=https://evil.example.com/", {"login": factories.user().email, "password": PASSWORD}
    )
    assert answer.url == "/en/my/"


def test_nobody_without_the_right_to_it_sees_the_desk(client):
    client.force_login(factories.user())
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_closed_account_does_not_sign_in(client):
    person = factories.user(is_active=False)
    answer = sign_in(client, person.email)
    assert (
        answer.status_code == 302 and answer.url == "/en/accounts/inactive/"
    ) or "incorrect" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_sessions_are_listed_and_ended_everywhere_else(client):
    person = factories.user()
    other = Client(HTTP_USER_AGENT="Another browser")
    sign_in(client, person.email)
    sign_in(other, person.email)
    page = client.get("/en/accounts/sessions/").content.decode()
    assert "Another browser" in page
    client.post("/en/accounts/sessions/")
    assert client.get("/en/my/").status_code == 200
    assert other.get("/en/my/").status_code == 302


def test_a_session_ends_with_a_new_password_and_with_its_time_and_is_listed_no_more(client):
    person = factories.user()
    for agent in ("Of the old password", "Run out"):
        sign_in(Client(HTTP_USER_AGENT=agent), person.email)
    old, out = UserSession.objects.order_by("pk")
    Session.objects.filter(session_key=out.session_key).update(expire_date=timezone.now())
    person.set_password("another-Portal-2026")
    person.save()
    client.force_login(person)
    foreign = Client(HTTP_USER_AGENT="Somebody else")
    sign_in(foreign, factories.user().email)
    page = client.get("/en/accounts/sessions/").content.decode()
    assert not {agent for agent in ("Of the old password", "Run out", "Somebody else") if agent in page}
    assert not UserSession.objects.filter(pk__in=[old.pk, out.pk]).exists()
    assert UserSession.objects.filter(user_agent="Somebody else").exists()


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "Firefox, Android"),
        ("curl/8.0", "curl/8.0"),
        ("", "–"),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent, shown):
    assert browser_in_words(agent) == shown


@pytest.mark.parametrize("sessions", [1, 30])
def test_the_list_of_sessions_asks_the_database_the_same_number_of_times(client, sessions, django_assert_num_queries):
    person = factories.user()
    for _ in range(sessions - 1):
        sign_in(Client(), person.email)
    sign_in(client, person.email)
    with django_assert_num_queries(4):
        page = client.get("/en/accounts/sessions/")
    assert len(page.context["sessions"]) == sessions


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(client):
    person = factories.user(email="old@example.org")
    sign_in(client, person.email)
    client.post("/en/accounts/email/", {"action_add": "", "email": "new@example.org"})
    person.refresh_from_db()
    assert person.email == "old@example.org"
    client.post(link_in(OutboxMail.objects.get(address="new@example.org")))
    person.refresh_from_db()
    assert person.email == "new@example.org"
    assert OutboxMail.objects.filter(address="old@example.org", template="account/email_changed").exists()


def test_an_officers_address_stays_one_of_the_police_service(client):
    service = factories.service(mail_domains="police.example.org")
    officer = factories.officer(police_service=service, user=factories.user(email="zoe@police.example.org"))
    client.force_login(officer.user)
    answer = client.post("/en/accounts/email/", {"action_add": "", "email": "zoe@private.example.org"})
    assert "accepts addresses of its own only" in answer.content.decode()
    assert not EmailAddress.objects.filter(email="zoe@private.example.org").exists()


def test_whoever_may_type_commands_vouches_for_a_superusers_address(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", "--email", "root@example.org")
    assert EmailAddress.objects.get(email="root@example.org").verified


@pytest.mark.parametrize("path", ["confirm-email/MQ:1abc-x_y", "password/reset/key/1-d2x4-abc"])
def test_a_key_to_an_account_is_in_no_log(path):
    logged = without_persons(None, "info", {"event": "x", "request": f"GET /en/accounts/{path}/"})
    assert logged["request"].endswith("/(key)/")


def test_rate_limits_hold_in_the_cache_that_all_processes_share(client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}
    call_command("createcachetable", verbosity=0)
    person = factories.user()
    for _ in range(5):
        sign_in(client, person.email, "wrong")
    assert "Too many attempts" in sign_in(Client(), person.email).content.decode()


def test_an_imported_officer_gets_in_with_a_new_password_alone(client):
    person = User.objects.create(email="imported@example.org", password="!")
    client.post("/en/accounts/password/reset/", {"email": person.email})
    page = client.get(link_in(OutboxMail.objects.get()), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert sign_in(client, person.email).url == "/en/my/"


HOSTILE = ["\x00", "x" * 6000, "\u202egnirts", "<script>alert(1)</script>", "https://evil.example.com"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["given_name", "email", "signup_service", "password1"])
def test_sign_up_answers_hostile_input_with_words(client, field, text):
    answer = client.post("/en/accounts/signup/", form_for(factories.service(), **{field: text}))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "There is a problem" in page
    assert "Tremblay" in page, "what was typed is kept"
    assert not User.objects.exists()


@pytest.mark.parametrize("text", ["José-María", "李小龍", "محمد\u200f", "Zoé 🚓"])
def test_names_of_the_whole_world_are_welcome(client, text):
    client.post("/en/accounts/signup/", form_for(factories.service(), given_name=text))
    assert User.objects.get().given_name == text.strip()


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("path", "field"),
    [("login", "login"), ("login", "password"), ("password/reset", "email"), ("reauthenticate", "password")],
)
def test_the_other_forms_stand_hostile_input(client, path, field, text):
    if path == "reauthenticate":
        client.force_login(factories.user())
    answer = client.post(f"/en/accounts/{path}/", {"login": "a@example.org", "password": "x", field: text})
    assert answer.status_code in {200, 302}
