"""Passkeys as a second factor, with the authenticator that Chromium keeps for tests."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from officers.models import User
from tests import factories
from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def database(transactional_db, settings) -> None:
    settings.STAFF_MFA_REQUIRED = True


@pytest.fixture
def localhost(live_server):
    """Passkeys belong to a host with a name; browsers take this one without encryption."""
    return live_server.url.replace("127.0.0.1", "localhost")


def with_authenticator(page: Page) -> Page:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.authenticator = (session, made["authenticatorId"])
    return page


def take_away(page: Page) -> None:
    session, number = page.authenticator
    session.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": number})


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def sign_in(page: Page, person: User, language: str = "en") -> None:
    page.goto(f"/{language}/accounts/login/")
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("main").locator("form [type=submit]").first.click()


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("fr", 390)])
def test_staff_set_up_a_passkey_and_sign_in_with_it(localhost, assert_clean, assert_fits, language, width, visitor_at):
    words = {
        "en": ("Use a passkey instead", "Add the passkey", "Use a passkey", "Sign out", "Use a passkey or a code"),
        "fr": (
            "Utiliser plutôt une clé d'accès",
            "Ajouter la clé d'accès",
            "Utiliser une clé d'accès",
            "Fermer la session",
            "Utiliser une clé d'accès ou un code",
        ),
    }[language]
    person = factories.staff("Approver", language=language)
    page = with_authenticator(visitor_at(localhost, width=width, language=language))
    sign_in(page, person, language)
    assert_clean(page)
    page.get_by_role("link", name=words[0]).click()
    assert_clean(page)
    assert_fits(page)
    press(page, words[1])
    page.wait_for_url(re.compile("recovery-codes"))
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.goto(f"/{language}/accounts/2fa/webauthn/")
    assert_clean(page)
    assert_fits(page)

    page.context.clear_cookies()
    sign_in(page, person, language)
    page.wait_for_url(re.compile("2fa/authenticate"))
    expect(page.get_by_role("heading", level=1)).to_have_text(words[4])
    expect(page).to_have_title(re.compile(words[4]))
    assert_clean(page)
    assert_fits(page)
    press(page, words[2])
    page.wait_for_url(re.compile("/admin/$"))


def test_without_the_passkey_the_password_opens_nothing(localhost, visitor_at):
    person = factories.staff("Approver")
    page = with_authenticator(visitor_at(localhost))
    sign_in(page, person)
    page.get_by_role("link", name="Use a passkey instead").click()
    press(page, "Add the passkey")
    page.wait_for_url(re.compile("recovery-codes"))
    take_away(page)

    stranger = with_authenticator(visitor_at(localhost))
    sign_in(stranger, person)
    press(stranger, "Use a passkey")
    expect(stranger.get_by_role("alert")).to_contain_text("Nothing came from the passkey")
    stranger.goto("/admin/")
    expect(stranger).to_have_url(re.compile("/accounts/(login|2fa/authenticate)/"))


def test_without_javascript_a_code_is_what_is_left(localhost, visitor_at):
    person = factories.staff("Approver")
    page = visitor_at(localhost, javascript=False)
    sign_in(page, person)
    page.get_by_role("link", name="Use a passkey instead").click()
    expect(page.get_by_text("This browser offers no passkeys here")).to_be_visible()
    expect(page.get_by_role("button", name="Add the passkey")).to_be_hidden()
