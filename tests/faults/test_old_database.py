"""The code is newer than the database: words and 503, and whoever runs the portal learns what is missing."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.database import schema
from core.mail.outbox import queue_mail
from deployments.limits import guards
from deployments.limits.gate import LimitsUnprotected
from tests import factories
from tests.concurrency import acts
from tests.reading import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def older():
    """A column that this code needs has another name still."""
    queue_mail(to=factories.user(), template="account/password_reset_key", context={"password_reset_url": "/"})
    rename = "ALTER TABLE core_outboxmail RENAME COLUMN {} TO {}"
    with connection.cursor() as cursor:
        cursor.execute(rename.format("last_error", "former_error"))
        yield
        cursor.execute(rename.format("former_error", "last_error"))


@pytest.mark.parametrize(("language", "words"), [("en", "The portal is being updated"), ("fr", "mise à jour")])
def test_pages_say_that_the_portal_is_being_updated(client, older, language, words):
    client.raise_request_exception = False
    client.force_login(factories.staff("Administrator", language=language))
    answer = client.get("/admin/core/outboxmail/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert words in Page(answer).text
    assert client.get("/en/").status_code == 200, "what needs nothing new is served"


def test_who_runs_the_portal_learns_what_is_missing(client, older, capsys):
    assert client.get("/readyz").json()["problems"] == ["column core_outboxmail.last_error"]
    with pytest.raises(CommandError, match="column core_outboxmail.last_error"):
        call_command("check_strength")


def test_a_database_of_this_code_lacks_nothing():
    assert schema.missing() == []


def test_an_approver_reads_no_words_for_operators(db):
    posting, officer = factories.posting(), factories.officer()
    guards.drop(connection)
    try:
        with pytest.raises(LimitsUnprotected) as refusal:
            acts.reserve(posting.pk, officer.pk)
        assert refusal.value.status == 503
        assert "is being renewed" in str(refusal.value)
        assert "migrate" not in str(refusal.value)
    finally:
        guards.install(connection)
