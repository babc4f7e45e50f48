"""Whatever is sent to whatever address by whomever: no answer of 500 and above, and none that takes five seconds."""

import random
import re
import sys
import time
from collections import Counter

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.desk import lists
from officers.models import User
from tests import factories
from tests.files import PDF
from tests.hostile.corpus import Hostile, corpus, filled_in, forms_of, without_query
from tests.test_who_may_see_what import PEOPLE, ROLES, World, filled, served

SLOWEST = 5.0
SHORT, LONG, AFRESH = 400, 20_000, 40
# Every how many requests a page is opened first, and one of its forms filled in.
FILLED_IN = 3
UPLOADS = [
    ("a.pdf", PDF), ("a.pdf", b""), ("a.pdf", b"%PDF-1.7\n"), ("\x00.docx", b"PK\x03\x04"), ("a.xlsx", b"PK\x03\x04" * 99),
    ("a.csv", b"code,name_en\n\x00,\n"), ("a.csv", "service_number,family_name\n1,Tremblay\n".encode("utf-16")),
    ("officers.csv", b"police_service,service_number,given_name,family_name,email\nx,1,A,B,c@example.org\n"),
    ("x" * 300 + ".png", b"\x89PNG\r\n\x1a\n"),
]  # fmt: skip


class Crowd:
    """Everybody in the portal, each with a browser, signed in whatever came before; with the roles of before now and then.

    What is sent ends sessions, too: by signing out, by a cookie of nonsense, by a changed account.
    """

    def __init__(self) -> None:
        self.world = World()
        self.people: dict[str, User | None] = {"Nobody signed in": None, "The officer": self.world.officer.user}
        self.people |= {"Another officer": factories.candidate().user, "Coordinator": self.world.coordinator}
        self.people |= {role: factories.staff(role) for role in ROLES}
        self.browsers: dict[str, Client] = {}

    def browser(self, who: str, turn: int) -> Client:
        """The browser of ``who``, signed in."""
        if turn % AFRESH == 0 or not self.is_in(who):
            self.browsers[who] = Client(raise_request_exception=False)
            person = self.people[who]
            if person is not None:
                User.objects.filter(pk=person.pk).update(is_active=True, is_staff=who in ROLES)
                if who in ROLES:
                    person.groups.set(Group.objects.filter(name=who))
                self.browsers[who].force_login(User.objects.get(pk=person.pk))
        return self.browsers[who]

    def is_in(self, who: str) -> bool:
        """Whether the browser of ``who`` is still that of the person; nobody's always is."""
        person, browser = self.people[who], self.browsers.get(who)
        if person is None or browser is None:
            return browser is not None
        cookie = browser.cookies.get(settings.SESSION_COOKIE_NAME)
        session = SessionStore(cookie.value) if cookie and cookie.value else {}
        return session.get(SESSION_KEY) == str(person.pk) and User.objects.filter(pk=person.pk, is_active=True).exists()


def sent(browser: Client, request: Hostile):
    """The answer, read to its end, and how long it took."""
    address = f"{request.path}?{request.query}" if request.query else request.path
    began = time.monotonic()
    if request.body:
        answer = browser.generic(request.method, address, request.body[1], request.body[0], **request.headers)
    elif request.method == "POST":
        answer = browser.post(address, {name: _value(value) for name, value in request.form.items()}, **request.headers)
    else:
        answer = browser.generic(request.method, address, **request.headers)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer, time.monotonic() - began


def _value(value):
    return SimpleUploadedFile(*value) if isinstance(value, tuple) else value


def attacked(number: int, seed: int) -> tuple[Counter, list[str], float]:
    """How often each status was answered, what failed and how, and the longest time."""
    crowd = Crowd()
    paths = sorted({without_query(path_of(address)) for address in served()})
    statuses: Counter[int] = Counter()
    wrong, slowest, chance = [], 0.0, random.Random(seed)
    for turn, request in enumerate(corpus(paths, number, seed)):
        who = PEOPLE[turn % len(PEOPLE)]
        browser = crowd.browser(who, turn // len(PEOPLE))
        if turn % FILLED_IN == 0:
            request = _of_a_form(browser, chance, request)
        answer, took = sent(browser, request)
        statuses[answer.status_code] += 1
        slowest = max(slowest, took)
        if answer.status_code >= 500 or took > SLOWEST:
            wrong.append(f"{answer.status_code} in {took:.1f} s, {who}: {str(request)[:400]} {_error(answer)}")
    return statuses, wrong, slowest


def _of_a_form(browser: Client, chance: random.Random, request: Hostile) -> Hostile:
    """One of the forms that the page of ``request`` shows to this reader, filled in; without one, ``request`` itself."""
    page, _took = sent(browser, Hostile("GET", request.path))
    if page.status_code >= 500:
        return Hostile("GET", request.path)
    if page.status_code != 200 or "html" not in page.headers.get("Content-Type", "") or page.streaming:
        return request
    forms = [form for form in forms_of(page.content.decode("utf-8", "replace")) if "logout" not in form.action]
    return filled_in(chance, chance.choice(forms), request.path, UPLOADS) if forms else request


def path_of(address: str) -> str:
    """The address with the keys of records in it; with 1 for a record that nobody prepared."""
    try:
        return filled(address)
    except AssertionError:
        return re.sub(r"<\w+>", "1", address)


def _error(answer) -> str:
    error = getattr(answer, "exc_info", None)
    if not error:
        return ""
    where = error[2]
    while where.tb_next:
        where = where.tb_next
    return f"{error[0].__name__}: {str(error[1])[:200]} at {where.tb_frame.f_code.co_filename}:{where.tb_lineno}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_short_attack_fails_nowhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    statuses, wrong, _slowest = attacked(SHORT, seed=11)
    assert wrong == []
    assert statuses[200] > SHORT / 40 and statuses[400] > SHORT / 50 and len(statuses) > 6


@pytest.mark.django_db(transaction=True)
def test_control_a_look_up_that_is_not_refused_fails(client, settings, monkeypatch):
    """As before core.desk.questions: a crafted value reaches the database."""
    monkeypatch.setattr(lists, "check_filters", lambda *args: None)
    client.raise_request_exception = False
    client.force_login(factories.staff("Approver"))
    answer, _took = sent(client, Hostile("GET", "/admin/deployments/posting/", "reference__range=0"))
    assert answer.status_code >= 500


@pytest.mark.prove
@pytest.mark.part_hostile
@pytest.mark.django_db(transaction=True)
def test_a_long_attack_fails_nowhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    statuses, wrong, slowest = attacked(LONG, seed=2026)
    sys.stdout.write(f"\n{LONG} hostile requests: {dict(sorted(statuses.items()))}, slowest {slowest:.2f} s\n")
    assert wrong == []
