"""PostgreSQL refuses, falls silent or drops its lines: words and 503 within seconds, and all is well again after."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.db import close_old_connections, connection
from psycopg2 import extensions

from core.database import patience
from core.database.postgresql import base as postgresql
from tests import factories
from tests.faults import proxy
from tests.reading import Page

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the proxy stands before PostgreSQL"),
]


@pytest.fixture
def server(monkeypatch) -> Iterator[proxy.Proxy]:
    """The portal reaches its database through a proxy, and waits a tenth as long as it does for people."""
    monkeypatch.setattr(postgresql, "CONNECT", 0.3)
    monkeypatch.setattr(postgresql, "AWAY", 0.2)
    monkeypatch.setattr(postgresql, "PROBE", 0.3)
    monkeypatch.setattr(postgresql, "breaker", postgresql.Breaker())
    short = patience.of_a_request
    monkeypatch.setattr(patience, "of_a_request", lambda seconds=0.6, answer=0.4: short(seconds, min(answer, 0.4)))
    values = connection.settings_dict
    before = values["HOST"], values["PORT"]
    port = values["PORT"] or 5432
    target = f"{values['HOST']}/.s.PGSQL.{port}" if values["HOST"].startswith("/") else (values["HOST"], int(port))
    with proxy.before(target) as running:
        connection.close()
        values["HOST"], values["PORT"] = "127.0.0.1", running.port
        yield running
        running.mood = "passes"
        connection.close()
        values["HOST"], values["PORT"] = before
    connection.close()


@pytest.fixture
def browser(client, server):
    client.raise_request_exception = False
    return client


def timed(ask) -> tuple[float, object]:
    started = time.monotonic()
    answer = ask()
    return time.monotonic() - started, answer


@pytest.mark.parametrize("mood", ["refuses", "silent"])
def test_every_page_and_act_says_so_within_seconds_and_recovers(browser, server, mood):
    draft = factories.application(factories.opening(), officer=factories.candidate(), motivation="Words.")
    browser.force_login(draft.officer.user)
    assert browser.get("/en/my/").status_code == 200
    server.mood = mood
    time.sleep(0.05)
    asked = {
        "the front page": lambda: browser.get("/fr/"),
        "an own page": lambda: browser.get("/en/my/"),
        "an act": lambda: browser.post(f"/en/my/applications/{draft.pk}/submit/"),
        "the desk": lambda: browser.get("/admin/"),
    }
    for what, ask in asked.items():
        seconds, answer = timed(ask)
        assert (answer.status_code, answer["Retry-After"]) == (503, "10"), what
        assert seconds < 2, what
    assert "ne peut pas" in Page(browser.get("/fr/")).text
    told = browser.get("/en/", headers={"accept": "application/json"})
    assert (told.status_code, told.json()["code"]) == (503, "database_away")
    server.mood = "passes"
    time.sleep(0.3)
    close_old_connections()  # as at the beginning of every request; the test client leaves it out
    assert browser.get("/en/").status_code == 200
    assert browser.post(f"/en/my/applications/{draft.pk}/submit/").status_code == 302


def test_lines_that_are_dropped_are_opened_anew(browser, server):
    assert browser.get("/en/").status_code == 200
    server.drop()
    close_old_connections()
    assert browser.get("/en/").status_code == 200


@pytest.mark.parametrize("mood", ["refuses", "silent"])
def test_who_watches_is_answered_at_once(browser, server, mood):
    browser.cookies[django_settings.SESSION_COOKIE_NAME] = "of-somebody-logged-in"
    server.mood = mood
    time.sleep(0.05)
    seconds, answer = timed(lambda: browser.get("/healthz"))
    assert (answer.status_code, seconds < 0.2) == (200, True)
    seconds, answer = timed(lambda: browser.get("/readyz"))
    assert (answer.status_code, answer.json()["problems"], seconds < 2) == (503, ["database"], True)
    assert "portal_database_up 0.0" in browser.get("/metrics").content.decode()


def test_control_without_patience_a_silent_server_is_waited_for_without_end(browser, server):
    assert browser.get("/en/").status_code == 200
    extensions.set_wait_callback(None)
    try:
        connection.close()
        assert browser.get("/en/").status_code == 200
        released = threading.Timer(2.5, lambda: setattr(server, "mood", "passes"))
        server.mood = "silent"
        released.start()
        seconds, _answer = timed(lambda: browser.get("/en/"))
        released.join()
        assert seconds > 2
    finally:
        extensions.set_wait_callback(postgresql.wait)


def test_a_question_that_takes_long_is_no_silence(browser, server):
    with patience.of_a_request(), connection.cursor() as cursor, pytest.raises(Exception, match="in time"):
        cursor.execute("SELECT pg_sleep(2)")
    close_old_connections()
    assert browser.get("/en/").status_code == 200, "others are served meanwhile"


def test_rows_are_read_in_portions_as_before(server):
    factories.user()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM officers_user")
        assert cursor.fetchone()[0] == len(list(type(factories.user()).objects.iterator(chunk_size=1))) - 1
