"""Kept public pages: fresh on the very next request whoever wrote, one query each, and nothing private in them."""

import datetime
import re

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import revision
from deployments.models import Posting
from missions.models import AuthorizedStrength, Country, HelpPage, Mission, Operation
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    *("/en/", "/fr/", "/en/?on=2026-01-01", "/en/operations.csv", "/en/operations/mali/", "/en/missions/minusma/"),
    *("/en/past-operations/", "/en/openings/", "/en/openings.csv", "/en/openings.atom", "/en/openings.ics"),
    *(
        "/en/openings/trainer/",
        "/en/help/about/",
        "/en/openings/trainer/calendar.ics",
        "/en/search/?q=trainer",
        "/en/changes/",
        "/en/changes.atom",
        "/en/map/",
        "/en/map.svg",
        "/en/map.csv",
        "/en/operations/mali.svg",
        "/en/operations/mali.csv",
        "/sitemap.xml",
        "/robots.txt",
        "/.well-known/security.txt",
    ),
)
# What a page may read without being watched: the room is watched by the gate, the rest is no content.
UNWATCHED = {"deployments_deployment", "deployments_gate", revision.TABLE}


@pytest.fixture(autouse=True)
def keeping(settings, tmp_path):
    settings.KEEP_PAGES = True
    settings.KEPT_PAGES = tmp_path


@pytest.fixture
def mali():
    operation = factories.operation(22, code="mali", name_en="Mali", name_fr="Mali")
    mission = factories.mission(operation, code="minusma")
    mission.host_countries.add(factories.country("ML"))
    factories.opening(mission, reference="trainer", title_en="Trainer", title_fr="Formation", places=1)
    HelpPage.objects.update_or_create(
        code="about", defaults={"title_en": "About", "title_fr": "À propos", "body_en": "A.", "body_fr": "B."}
    )
    return operation


def shown(client: Client, path: str = "/en/") -> str:
    return client.get(path).content.decode()


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def in_bulk(operation: Operation) -> None:
    operation.name_en = "Written"
    Operation.objects.bulk_update([operation], ["name_en"])


def by_saving(operation: Operation) -> None:
    operation.name_en = "Written"
    operation.save()


WAYS = {
    "a save": by_saving,
    "a bulk write": in_bulk,
    "an update": lambda operation: Operation.objects.filter(pk=operation.pk).update(name_en="Written"),
    "the shell": lambda operation: sql(f"UPDATE missions_operation SET name_en = 'Written' WHERE id = {operation.pk}"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_very_next_request_sees_what_was_written(client, mali, way):
    assert "Written" not in shown(client)
    WAYS[way](mali)
    assert "Written" in shown(client)


@pytest.mark.parametrize("way", WAYS)
def test_without_the_triggers_it_would_not(client, mali, way):
    """On a page without openings: others are renewed by the gate's revision too, into which saving an operation enters."""
    path = "/en/operations.csv"
    shown(client, path)
    revision.drop(connection)
    try:
        WAYS[way](mali)
        assert "Written" not in shown(client, path)
    finally:
        revision.install(connection)
    assert "Written" in shown(client, path)


def test_other_rows_of_a_page_count_as_much(client, mali):
    assert "Up to 22" in shown(client)
    factories.strength(mali, 30, datetime.date(2021, 1, 1))
    assert "Up to 30" in shown(client)
    assert "Country ML" in shown(client, "/en/missions/minusma/")
    Mission.objects.get().host_countries.clear()
    assert "Country ML" not in shown(client, "/en/missions/minusma/")
    Posting.objects.update(title_en="Adviser")
    assert "Adviser" in shown(client, "/en/openings/")


def test_a_tour_changes_the_pages_that_show_room_and_no_others(client, mali):
    assert "1 place left" in shown(client, "/en/openings/")
    first, last = around(60), around(400)
    Posting.objects.update(tour_first_day=first, tour_last_day=last)
    assert "1 place left" in shown(client, "/en/openings/")
    assert "open to applications" in shown(client)
    shown(client, "/en/past-operations/")
    current = content_token()
    factories.deployment(Posting.objects.get(), first.isoformat(), last.isoformat())
    assert "1 place left" not in shown(client, "/en/openings/")
    assert "(filled)" in shown(client)
    assert content_token() == current
    with CaptureQueriesContext(connection) as asked:
        shown(client, "/en/past-operations/")
    assert len(asked) == 1


def content_token() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT token FROM {revision.TABLE}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("path", PAGES)
def test_a_kept_page_takes_one_query_in_every_process(mali, path, django_assert_num_queries):
    first = Client().get(path)
    with django_assert_num_queries(1):
        second = Client().get(path)
    assert second.status_code == 200
    assert (second.content, second["ETag"]) == (first.content, first["ETag"])
    assert {"Content-Security-Policy", "Content-Type", "Cache-Control", "Vary"} <= set(second.headers)


@pytest.mark.parametrize("path", PAGES)
def test_who_has_the_page_is_told_so_with_one_query(client, mali, path, django_assert_num_queries):
    with time_machine.travel("2026-11-29T12:00:00-05:00", tick=False) as clock:
        etag = client.get(path)["ETag"]
        clock.shift(2)
        modified = client.get(path)["Last-Modified"]
        for header in ({"if-none-match": etag}, {"if-modified-since": modified}):
            for ask in (client.get, client.head):
                with django_assert_num_queries(1):
                    answer = ask(path, headers=header)
                assert (answer.status_code, answer.content) == (304, b"")
        head = client.head(path)
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", etag)
        assert int(head["Content-Length"]) == len(client.get(path).content)


@pytest.mark.parametrize("path", PAGES)
def test_a_304_changes_no_header_that_a_browser_keeps_with_the_page(client, mali, path):
    whole = client.get(path)
    told = client.get(path, headers={"if-none-match": whole["ETag"]})
    assert told.status_code == 304
    assert {name: value for name, value in told.headers.items() if whole.headers.get(name) != value} == {}


def test_what_was_changed_within_the_second_is_not_taken_for_the_same(client, mali):
    with time_machine.travel("2026-11-29T12:00:00.200-05:00", tick=False) as clock:
        assert "Last-Modified" not in client.get("/en/").headers
        by_saving(mali)
        clock.shift(1)
        first = client.get("/en/")
        assert "Written" in first.content.decode()


def test_it_is_compressed_for_who_takes_that(client, mali):
    answer = client.get("/en/", headers={"accept-encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(client.get("/en/").content) / 2
    assert {"Accept-Encoding", "Cookie"} <= set(re.split(r",\s*", answer["Vary"]))
    assert "Content-Encoding" not in client.get("/en/", headers={"accept-encoding": "identity"}).headers


def test_every_table_that_a_public_page_reads_is_watched(client, mali):
    read = set()
    for path in PAGES:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        read |= {table for query in asked for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    assert {"missions_operation", "missions_mission_host_countries", "deployments_posting"} <= read
    assert read - set(revision.watched_tables()) - UNWATCHED == set()


class TestTime:
    def test_a_page_of_today_ends_with_the_day(self, client, mali):
        factories.strength(mali, 30, datetime.date(2027, 1, 11))
        with time_machine.travel("2027-01-10T23:59:58-05:00", tick=False) as clock:
            assert "Up to 22" in shown(client)
            clock.shift(3)
            assert "Up to 30" in shown(client)

    def test_an_opening_opens_is_about_to_close_and_closes_by_itself(self, client, mali):
        with time_machine.travel("2027-01-10T12:00:00-05:00", tick=False) as clock:
            opens = datetime.datetime.fromisoformat("2027-01-10T13:00:00-05:00")
            Posting.objects.update(opens_at=opens, closes_at=opens + datetime.timedelta(days=7, hours=1))
            for seconds, said in (
                *((0, "Opens later"), (3599, "Opens later"), (1, ">Open<"), (3599, ">Open<"), (1, "Closing soon")),
                *((7 * 86_400, "Closing soon"), (0, "itemprop"), (1, ">Closed<")),
            ):
                clock.shift(seconds)
                page = shown(client, "/en/openings/trainer/")
                assert said in page, (seconds, said)
            assert "itemprop" not in page


class TestNothingPrivate:
    def test_who_signed_in_has_pages_of_the_own_and_leaves_none(self, client, mali):
        officer = factories.candidate()
        client.force_login(officer.user)
        own = client.get("/en/openings/trainer/")
        assert "no-store" in own["Cache-Control"]
        assert "Sign out" in own.content.decode()
        assert "Sign out" not in shown(Client(), "/en/openings/trainer/")
        assert "Sign out" in shown(client, "/en/openings/trainer/")

    def test_no_cookie_is_kept_and_the_language_is_remembered_with_each_answer(self, mali):
        for _ in range(2):
            visitor = Client(headers={"accept-language": "fr"})
            assert visitor.get("/en/").cookies.keys() == {"django_language"}
        assert not Client(headers={"accept-language": "en"}).get("/en/").cookies

    def test_a_name_that_the_portal_does_not_answer_to_gets_nothing_kept(self, client, mali):
        assert client.get("/en/").status_code == 200
        assert client.get("/en/", headers={"host": "evil.example"}).status_code == 400

    def test_what_is_wrong_or_missing_is_not_kept(self, client, mali, settings):
        for path in ("/en/?on=nonsense", "/en/operations/nowhere/"):
            assert client.get(path).status_code in (400, 404)
        assert [file for file in settings.KEPT_PAGES.rglob("*") if file.is_file() and file.name[0] != "."] == []


def test_days_are_kept_up_to_a_number_and_do_not_push_out_the_page_of_today(client, mali, settings, monkeypatch):
    monkeypatch.setattr("config.kept.middleware.ASKED", 5)
    client = Client()
    shown(client)
    for day in range(1, 10):
        shown(client, f"/en/?on=2026-01-0{day}")
    kept = {
        name: len([f for f in (settings.KEPT_PAGES / name).iterdir() if f.name[0] != "."])
        for name in ("plain", "asked")
    }
    assert kept == {"plain": 1, "asked": 5}


def test_without_a_folder_to_write_to_pages_are_served_all_the_same(mali, settings, tmp_path):
    settings.KEPT_PAGES = tmp_path / "file"
    settings.KEPT_PAGES.write_text("")
    assert "Mali" in shown(Client())


def test_a_migration_puts_the_triggers_back(client, mali):
    assert revision.missing(connection) == []
    before = content_token()
    revision.drop(connection)
    assert len(revision.missing(connection)) == len(revision.triggers(connection.vendor))
    call_command("migrate", verbosity=0)
    assert revision.missing(connection) == []
    assert content_token() != before


def test_what_is_undone_leaves_the_page_as_it_was(client, mali):
    from django.db import transaction

    shown(client)
    with pytest.raises(RuntimeError), transaction.atomic():
        AuthorizedStrength.objects.filter(operation=mali)
        Country.objects.update(name_en="Elsewhere")
        raise RuntimeError
    assert "Elsewhere" not in shown(client, "/en/missions/minusma/")
