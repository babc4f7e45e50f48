"""Every address, sent a form by who may not act there: refused, and nothing changes."""

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.test_who_may_see_what import NO, SIGN_IN, World, everything, expected, filled, matrix, served

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Forms that anybody may send, and that have tests of their own: one's account and data, and a search told by mail.
OPEN_TO_ALL = ("/<language>/accounts/", "/accounts/", "/<language>/alerts/", "/i18n/", "/<language>/my/data/")
OWN = ("/<language>/my/", "/<language>/coordination/", "/admin/")
REFUSED = {400, 403, 404, 405, 409}


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_MFA_REQUIRED = False
    return World()


def doors() -> list[str]:
    return sorted(each for each in served() if not each.startswith(OPEN_TO_ALL) and "logout" not in each)


def changed(before: dict[str, list]) -> list[str]:
    """Tables with other rows than before, with their new rows."""
    after = everything()
    return [
        f"{label}: {[row for row in after[label] if row not in before[label]]}"
        for label in after
        if after[label] != before[label]
    ]


def sent(browser: Client, method: str, address: str) -> HttpResponse:
    answer = getattr(browser, method)(filled(address))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


@pytest.mark.parametrize("person", ["Nobody signed in", "Another officer", "Auditor"])
def test_an_empty_form_from_who_only_looks_changes_nothing(world, person):
    rows, browser = matrix(), world.client(person)
    before, wrong = everything(), {}
    for address in doors():
        may = expected(address, rows)[person]
        if person == "Another officer" and may not in (NO, SIGN_IN):
            continue  # an own application, an own profile
        answer = sent(browser, "post", address)
        is_led_away = answer.status_code == 302 and (may != NO or "/login/" in answer.headers["Location"])
        if answer.status_code >= 500 or (
            may in (NO, SIGN_IN) and answer.status_code not in REFUSED and not is_led_away
        ):
            wrong[address] = answer.status_code
        if address.startswith(OWN) and answer.status_code != 405 and browser.session.get("_auth_user_id"):
            assert "no-store" in answer.headers.get("Cache-Control", ""), f"a cache may keep {address}"
    assert wrong == {}
    assert changed(before) == []


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_address_knows_another_method(world, method):
    browser = world.client("Approver")
    before = everything()
    answers = {each: sent(browser, method, each).status_code for each in doors()}
    assert {each: status for each, status in answers.items() if status >= 500} == {}
    assert changed(before) == []
