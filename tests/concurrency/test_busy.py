"""Whoever waits in vain, because somebody holds the gate and does not let go, is told to try again."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import connection

from deployments.limits import gate
from tests import factories
from tests.concurrency import acts
from tests.reading import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def somebody_at_the_gate() -> Iterator[None]:
    """A transaction that entered the gate, holds every application and is never done; the portal's own patience is short."""
    step = "UPDATE deployments_gate SET revision = revision + 1"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            holder = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            holder.execute(step)
            cursor.execute("PRAGMA busy_timeout = 100")
        else:
            holder = connection.copy()
            holder.set_autocommit(False)
            holder.cursor().execute(step)
            holder.cursor().execute("SELECT id FROM deployments_application FOR UPDATE")
            cursor.execute("SET statement_timeout = 100")
    yield
    holder.rollback()
    holder.close()
    connection.close()


@pytest.mark.slow
def test_who_waits_in_vain_is_refused_in_words(monkeypatch, request):
    posting, officer = factories.posting(), factories.officer()
    request.getfixturevalue("somebody_at_the_gate")
    monkeypatch.setattr(gate, "PATIENCE", 0)
    with pytest.raises(gate.TooBusy, match="try again"):
        acts.reserve(posting.pk, officer.pk)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "words"), [("en", "Nothing was saved"), ("fr", "Rien n'a été enregistré")])
def test_a_page_that_waits_in_vain_says_so(client, language, words, request):
    draft = factories.application(factories.opening(), officer=factories.candidate(), motivation="Words.")
    client.force_login(draft.officer.user)
    client.raise_request_exception = False
    request.getfixturevalue("somebody_at_the_gate")
    answer = client.post(f"/{language}/my/applications/{draft.pk}/submit/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert words in Page(answer).text
