"""Notes, issued letters and nominations are only added to, whoever writes; the purge has its own narrow way."""

import sqlite3

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from deployments.limits import guards
from deployments.models import IssuedLetter, Nomination, NominationAnswer, Note
from deployments.privacy.erasure import erase
from tests import factories
from tests.deployments.test_guards_psql import psql
from tests.factories import day
from tests.test_every_write_path import CHANGED, Subject, execute, in_a_shell, updated

pytestmark = pytest.mark.django_db
FILE = {"file": "none", "name": "letter.txt", "media_type": "text/plain", "size": 1, "sha256": "0" * 64}


@pytest.fixture
def kept():
    """One row of each kind about one officer, and what somebody might change in it."""
    officer = factories.candidate()
    application = factories.application(factories.opening(), state="refused_by_host", officer=officer)
    tour = factories.deployment(factories.posting(), "2020-01-01", "2020-12-31", state="closed", officer=officer)
    nomination = Nomination.objects.create(application=application, sent_on=day("2026-01-05"))
    letter = {"kind": "certificate", "year": 2021, "number": 1, "language": "en", "issued_on": day("2021-01-05")}
    return {
        "note": Subject(Note.objects.create(application=application, text="Asked twice."), {"text": "Never asked."}),
        "note on a tour": Subject(Note.objects.create(deployment=tour, text="Late."), {"officer_id": officer.pk, "deployment_id": None}),
        "letter": Subject(IssuedLetter.objects.create(deployment=tour, text="To whom", content_sha256="1" * 64, **letter, **FILE), {"text": "Other words"}),
        "number of a letter": Subject(IssuedLetter.objects.get(), {"number": 7}),
        "nomination": Subject(nomination, {"sent_on": day("2026-02-05")}),
        "answer": Subject(
            NominationAnswer.objects.create(nomination=nomination, answer="declined", reason_code="host_decision", reason="Too late"),
            {"answer": "no_answer"},
        ),
        "words of an answer": Subject(NominationAnswer.objects.get(), {"reason": ""}),
    }  # fmt: skip


def delete(subject: Subject) -> None:
    subject.existing.delete()


def delete_many(subject: Subject) -> None:
    type(subject.existing).objects.all().delete()


def sql_delete(subject: Subject) -> None:
    execute(f"DELETE FROM {subject.existing._meta.db_table} WHERE id = %s", [subject.existing.pk])


WAYS = (*CHANGED, delete, delete_many, sql_delete)
TABLES = (Note, IssuedLetter, Nomination, NominationAnswer)


def rows() -> dict:
    return {model: list(model.objects.order_by("pk").values()) for model in TABLES}


def test_no_way_of_writing_changes_or_deletes_a_row(kept):
    before = rows()
    for name, subject in kept.items():
        for way in WAYS:
            with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
                way(subject)
                pytest.fail(f"{way.__name__} of the {name}")
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_nor_does_the_shell_of_the_database(kept):
    before = rows()
    for subject in kept.values():
        gone = (f"DELETE FROM {subject.existing._meta.db_table} WHERE id = {subject.existing.pk}", [])
        for statement, values in (updated(subject), gone):
            with pytest.raises((IntegrityError, sqlite3.IntegrityError), match="portal: never"):
                in_a_shell(statement, values)
    if connection.vendor == "postgresql":
        for model in TABLES:
            assert "never truncate" in psql(f"TRUNCATE {model._meta.db_table} CASCADE").stderr
    assert rows() == before


def test_control_without_the_guards_each_way_goes(kept):
    guards.drop(connection)
    for name, subject in kept.items():
        for way in CHANGED:
            with transaction.atomic():
                way(subject)
                after = type(subject.existing).objects.filter(pk=subject.existing.pk, **subject.change)
                assert after.exists(), (name, way)
                transaction.set_rollback(True)
    sql_delete(kept["answer"])
    assert not NominationAnswer.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
def test_no_letter_is_replaced_by_another_of_the_same_number(kept):
    letter = kept["letter"].existing
    names = [field.column for field in letter._meta.concrete_fields if not field.primary_key]
    again = f"INSERT OR REPLACE INTO {letter._meta.db_table} ({', '.join(names)}) SELECT {', '.join(names)} FROM {letter._meta.db_table}"
    with pytest.raises(IntegrityError, match="UNIQUE"), transaction.atomic():
        execute(again, [])
    assert IssuedLetter.objects.get() == letter


def test_the_scanner_writes_what_it_found(kept):
    IssuedLetter.objects.update(scan_state="clean", scanned_at=timezone.now())
    assert IssuedLetter.objects.get().scan_state == "clean"


def test_the_purge_takes_what_is_about_its_officer_and_nothing_else(kept, approver):
    """Notes and letters go, and what was said of an answer; that there was a nomination, and its answer, stay."""
    other = factories.candidate()
    stays = Note.objects.create(officer=other, text="Somebody else")
    officer = kept["nomination"].existing.application.officer
    erase(officer.user, by=approver)
    assert (list(Note.objects.all()), IssuedLetter.objects.count()) == ([stays], 0)
    answer = NominationAnswer.objects.get()
    assert (answer.answer, answer.reason, Nomination.objects.count()) == ("declined", "", 1)
    for way in (delete, sql_delete):
        with pytest.raises(IntegrityError, match="portal: never delete"), transaction.atomic():
            way(Subject(stays, {}))
        with pytest.raises(IntegrityError, match="portal: never delete"), transaction.atomic():
            way(Subject(answer, {}))
    with pytest.raises(IntegrityError, match="portal: never update"), transaction.atomic():
        NominationAnswer.objects.update(reason="Other words")


@pytest.mark.parametrize(("is_active", "has_pseudonym"), [(True, True), (False, False), (True, False)])
def test_only_a_closed_account_with_its_pseudonym_lets_its_rows_go(kept, is_active, has_pseudonym):
    """An account that merely calls itself as the purge would call it keeps its notes."""
    note = kept["note"].existing
    user = note.application.officer.user
    email = f"erased-{user.pk}@erased.invalid" if has_pseudonym else user.email
    type(user).objects.filter(pk=user.pk).update(is_active=is_active, email=email)
    with pytest.raises(IntegrityError, match="portal: never delete"), transaction.atomic():
        sql_delete(kept["note"])
    type(user).objects.filter(pk=user.pk).update(is_active=False, email=f"erased-{user.pk}@erased.invalid")
    sql_delete(kept["note"])
    assert not Note.objects.filter(pk=note.pk).exists()
