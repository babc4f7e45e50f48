"""The stories of accounts and profiles, as people live them: in a real browser, by the words on the page."""

import re

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.mail.outbox import readable
from core.models import OutboxMail
from officers.models import Officer, User
from tests import factories
from tests.browser import IN_PROVE, KINDS
from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def database(transactional_db) -> None:
    """Every story begins with an empty portal."""


def link_in(mail: OutboxMail) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", readable(mail.text_body))[1]


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def sign_in(page: Page, person: User) -> None:
    page.goto("/en/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


@pytest.mark.parametrize("width", [pytest.param(1280, marks=IN_PROVE), 390])
def test_an_officer_signs_up_confirms_signs_in_and_fills_the_profile(visitor, assert_clean, assert_fits, width):
    factories.service(name_en="City police", mail_domains="police.example.org")
    page = visitor(width=width)

    def look() -> None:
        assert_clean(page)
        assert_fits(page)

    page.goto("/en/accounts/login/")
    look()
    page.get_by_role("link", name="Create an account").click()
    look()
    page.get_by_label("Given name").fill("Zoé")
    page.get_by_label("E-mail address").fill("zoe@private.example.org")
    page.get_by_label("Police service").select_option("City police")
    press(page, "Create account")
    expect(page).to_have_title(re.compile("^Error"))
    look()
    page.get_by_role("link", name="Family name: This field is required.").click()
    expect(page.get_by_label("Family name")).to_be_focused()
    expect(page.get_by_label("Given name")).to_have_value("Zoé")
    expect(page.get_by_role("alert")).to_contain_text("City police accepts addresses of its own only")
    page.get_by_label("Family name").fill("Tremblay")
    page.get_by_label("E-mail address").fill("zoe@police.example.org")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Confirm password").fill(PASSWORD)
    press(page, "Create account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your e-mail address")
    look()

    page.goto(link_in(OutboxMail.objects.get()))
    look()
    press(page, "Confirm the address")
    expect(page.get_by_label("Password")).to_be_visible()
    sign_in(page, User.objects.get())
    expect(page.get_by_role("heading", level=1)).to_have_text("My pages")
    look()

    page.get_by_role("link", name="Begin my profile").click()
    look()
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Service number: This field is required.")
    look()
    page.get_by_label("Service number").fill("A 12")
    page.get_by_label("Rank").fill("Sergeant")
    page.get_by_label("Member since").fill("2010-05-01")
    press(page, "Save")
    expect(page.get_by_role("heading", name="Missing in your profile")).to_be_visible()
    look()

    page.get_by_role("link", name="Birth date", exact=True).click()
    page.get_by_label("Birth date").fill("1985-02-28")
    look()
    press(page, "Save")
    page.get_by_role("link", name="Declarations", exact=True).click()
    look()
    press(page, "Save")
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_role("group", name="convicted").get_by_label("Yes")).to_be_focused()
    look()
    page.get_by_role("group", name="convicted").get_by_label("No").check()
    page.get_by_role("group", name="investigation").get_by_label("No").check()
    press(page, "Save")
    page.get_by_role("link", name="Add a language").click()
    page.get_by_label("Language").select_option("French")
    for skill in ("Reading", "Writing", "Speaking"):
        page.get_by_label(skill).select_option(index=4)
    look()
    press(page, "Save")
    page.get_by_role("link", name="Add a qualification").click()
    look()
    page.get_by_role("link", name="Medical grade").click()
    look()
    page.get_by_label("Grade").select_option("MS2")
    page.get_by_label("Valid from").fill("2026-01-01")
    page.get_by_label("Valid until").fill("2026-12-31")
    press(page, "Save")
    page.get_by_role("link", name="Add a period").click()
    page.get_by_label("First day").fill("2027-03-01")
    page.get_by_label("Last day").fill("2027-02-01")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("The last day is before the first.")
    look()
    page.get_by_label("Last day").fill("2027-03-31")
    press(page, "Save")
    expect(page.get_by_role("heading", name="Missing in your profile")).to_have_count(0)
    look()
    page.get_by_role("link", name="Medical grade (MS2)").first.click()
    page.get_by_role("link", name="Remove this from my profile").click()
    look()
    officer = Officer.objects.get()
    assert (officer.user.email, officer.police_service.name_en, officer.rank) == (
        "zoe@police.example.org",
        "City police",
        "Sergeant",
    )


def code_of(page: Page) -> str:
    secret = page.locator("#authenticator_secret").inner_text()
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_staff_set_up_a_second_factor_and_sign_in_with_it(visitor, assert_clean, assert_fits, settings):
    settings.STAFF_MFA_REQUIRED = True
    person = factories.staff("Approver")
    page = visitor()
    sign_in(page, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up an authenticator app")
    expect(page.get_by_role("status")).to_contain_text("Staff accounts need a second factor")
    assert page.get_by_alt_text("Picture to scan").evaluate("image => image.naturalWidth") > 0
    assert_clean(page)
    page.get_by_label("Code").fill("12")
    press(page, "Set up")
    expect(page.get_by_role("alert")).to_contain_text("The code is incorrect.")
    assert_clean(page)
    with time_machine.travel(timezone.now(), tick=False):  # a code holds for half a minute: not over its end
        page.get_by_label("Code").fill(code_of(page))
        press(page, "Set up")
        expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert_clean(page)
    recovery_code = page.get_by_role("main").locator("code").first.inner_text()

    narrow = visitor(width=390, javascript=False)
    sign_in(narrow, person)
    expect(narrow.get_by_role("heading", level=1)).to_have_text("Enter a code")
    assert_fits(narrow)
    narrow.get_by_label("Code").fill(recovery_code)
    press(narrow, "Sign in")
    expect(narrow).to_have_url(re.compile("/admin/$"))


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_the_pages_of_an_account_are_clean_and_fit(visitor, assert_clean, assert_fits, width, language):
    officer = factories.officer(user=factories.user(language=language))
    stranger = visitor(width=width, language=language)
    for path in (
        "login",
        "signup",
        "password/reset",
        "password/reset/done",
        "password/reset/key/1-x",
        "confirm-email",
        "inactive",
    ):
        stranger.goto(f"/{language}/accounts/{path}/")
        assert_clean(stranger)
        assert_fits(stranger)
    page = visitor(width=width, language=language, user=officer.user)
    for path in (
        "accounts/email/",
        "accounts/password/change/",
        "accounts/reauthenticate/",
        "accounts/2fa/",
        "accounts/sessions/",
        "accounts/logout/",
        "accounts/3rdparty/",
        "my/",
        "my/profile/",
        "my/profile/name/",
        "my/profile/service/",
        "my/profile/unavailability/add/",
    ):
        page.goto(f"/{language}/{path}")
        assert page.get_by_role("heading", level=1).count() == 1
        assert_clean(page)
        assert_fits(page)


def test_signing_out_everywhere_else(visitor):
    person = factories.user()
    here, there = visitor(), visitor()
    sign_in(here, person)
    sign_in(there, person)
    here.get_by_role("link", name="Where you are signed in").click()
    press(here, "Sign out everywhere else")
    expect(here.get_by_role("status")).to_contain_text("Every other session was ended.")
    there.goto("/en/my/")
    expect(there.get_by_role("heading", level=1)).to_have_text("Sign in")
    here.get_by_role("navigation", name="Main menu").get_by_role("button", name="Sign out").click()
    expect(here.get_by_role("navigation", name="Main menu").get_by_role("link", name="Sign in")).to_be_visible()
