"""Whether an account exists is not told: not by the body, the status, or the time of an answer."""

import itertools
import re
import statistics
import sys
import time

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.test import Client

from core.models import OutboxMail
from officers.accounts import evenness
from officers.accounts.forms import ChangeEmailForm
from officers.models import User
from tests import factories

pytestmark = pytest.mark.django_db
STEP = 0.25
ARGON2 = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.MD5PasswordHasher"]
NUMBERS = itertools.count()


@pytest.fixture
def real(settings):
    """The hash and the step of a portal that is used, and no limits of rate."""
    settings.PASSWORD_HASHERS, settings.ACCOUNT_ANSWER_STEP = ARGON2, STEP
    limited = {*settings.ACCOUNT_RATE_LIMITS, "reset_password", "reset_password_from_key", "manage_email"}
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(limited, "100000/s/ip")
    return settings


def signup(address: str) -> tuple[str, dict]:
    service = factories.service()
    names = {"given_name": "Zoé", "family_name": "Tremblay", "signup_service": service.pk}
    secret = "a long enough Passphrase 17"
    return "/en/accounts/signup/", {**names, "email": address, "password1": secret, "password2": secret}


def login(address: str) -> tuple[str, dict]:
    return "/en/accounts/login/", {"login": address, "password": "not the right one"}


def reset(address: str) -> tuple[str, dict]:
    return "/en/accounts/password/reset/", {"email": address}


def change(address: str) -> tuple[str, dict]:
    return "/en/accounts/email/", {"email": address, "action_add": ""}


def resend(address: str) -> tuple[str, dict]:
    return "/en/accounts/email/", {"email": address, "action_send": ""}


def answer(door, address: str) -> tuple[float, tuple]:
    """The seconds, and what the answer says (without tokens)."""
    client = Client()
    if door in (change, resend):
        client.force_login(factories.user())
    path, fields = door(address)
    client.get(path)
    began = time.perf_counter()
    response = client.post(path, fields)
    seconds = time.perf_counter() - began
    body = re.sub(r'value="[^"]*"|[\w.-]+@[\w.-]+', "", response.content.decode())
    return seconds, (response.status_code, response.headers.get("Location"), body, sorted(client.cookies))


def pairs(door, count: int) -> tuple[list[float], list[float], bool]:
    """Seconds for addresses with an account and without, interleaved, and whether all answers were the same."""
    known, unknown, same = [], [], True
    for _ in range(count):
        person = factories.user()
        seconds, said = answer(door, person.email)
        known.append(seconds)
        others, says = answer(door, f"nobody{next(NUMBERS)}@example.org")
        unknown.append(others)
        same = same and said == says
    return known, unknown, same


def difference(known: list[float], unknown: list[float]) -> float:
    one, other = statistics.median(known), statistics.median(unknown)
    return abs(one - other) / max(one, other)


@pytest.mark.parametrize("door", [signup, login, reset, resend, change])
def test_the_answer_is_the_same(door):
    _known, _unknown, same = pairs(door, 2)
    assert same


def test_who_signs_up_again_is_told_by_mail_alone():
    person = factories.user()
    answer(signup, person.email)
    assert User.objects.filter(email=person.email).count() == 1
    assert OutboxMail.objects.filter(address=person.email).count() == 1
    assert not EmailAddress.objects.filter(email="nobody@example.org").exists()


def test_the_time_is_rounded_up_to_the_step(real):
    known, unknown, _same = pairs(signup, 2)
    for seconds in (*known, *unknown):
        assert seconds % STEP < 0.1, "a little above a multiple of the step"


@pytest.mark.prove
@pytest.mark.part_faults
@pytest.mark.parametrize("door", [signup, login, reset, resend, change])
def test_200_interleaved_pairs_take_the_same_time(real, door):
    known, unknown, same = pairs(door, 200)
    sys.stdout.write(
        f"{door.__name__}: {statistics.median(known):.3f} s with an account, {statistics.median(unknown):.3f} s without\n"
    )
    assert same
    assert difference(known, unknown) <= 0.05


@pytest.mark.prove
@pytest.mark.part_faults
@pytest.mark.parametrize("door", [signup, reset])
def test_control_without_the_step_and_the_hash_it_tells(real, monkeypatch, door):
    real.ACCOUNT_ANSWER_STEP = 0
    monkeypatch.setattr("officers.accounts.forms.make_password", lambda password: "")
    known, unknown, _same = pairs(door, 40)
    sys.stdout.write(
        f"control, {door.__name__}: {statistics.median(known):.3f} s with an account, {statistics.median(unknown):.3f} s without\n"
    )
    assert difference(known, unknown) > 0.05
    assert evenness.PAGES


@pytest.mark.prove
@pytest.mark.part_faults
@pytest.mark.parametrize("step", [0, STEP])
def test_control_a_change_of_address_that_hashes_for_a_known_one_tells_without_the_step(real, monkeypatch, step):
    """An uneven variant of the door, measured as the door is: it has to fail by the clock, and the step has to hide it."""
    real.ACCOUNT_ANSWER_STEP = step
    check = ChangeEmailForm.clean_email

    def uneven(form):
        address = check(form)
        if User.objects.filter(email__iexact=address).exists():
            make_password(address)
        return address

    monkeypatch.setattr(ChangeEmailForm, "clean_email", uneven)
    known, unknown, same = pairs(change, 40)
    sys.stdout.write(
        f"control, change, step {step}: {statistics.median(known):.3f} s with an account, {statistics.median(unknown):.3f} s without\n"
    )
    assert same
    assert (difference(known, unknown) > 0.05) is (step == 0)
