"""The outbox: a mail stands or falls with its act, and no server's mood loses or doubles it."""

import datetime
import os
import re
import subprocess
import sys
from pathlib import Path

import allauth
import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from core.mail.delivery import ATTEMPTS, LEASE, claim, deliver_due
from core.mail.outbox import SIGNATURE, html_of, queue_mail, readable, try_again
from core.models import HistoryEntry, MailState, OutboxMail
from core.refusals import NotPermitted, Refusal
from tests import factories
from tests.core.smtp import mail_server

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2027, 3, 1, 12, tzinfo=datetime.UTC)
TEMPLATE, CONTEXT = "account/password_reset_key", {"password_reset_url": "https://portal.example.org/reset/"}


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 0.3
        yield running


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def queued(**person) -> OutboxMail:
    return queue_mail(to=factories.user(**person), template=TEMPLATE, context=CONTEXT)


def test_a_mail_speaks_the_receivers_language_in_plain_text_and_html():
    english, french = queued(language="en"), queued(language="fr")
    assert (english.subject, english.language) == ("Set a new password", "en")
    assert french.language == "fr"
    assert 'lang="fr"' in html_of(french)
    assert CONTEXT["password_reset_url"] in english.text_body
    assert f'<a href="{CONTEXT["password_reset_url"]}"' in html_of(english)


def test_what_a_person_typed_stays_text_in_the_html():
    mail = queued(given_name="<b>Zoé & Co</b>")
    assert "<b>" not in html_of(mail)
    assert "Hello <b>Zoé & Co</b>," in mail.text_body


def test_the_html_holds_all_of_the_text_but_the_signature():
    mail = queued(given_name=f"Zoé{SIGNATURE}& Co")
    assert "Co," in html_of(mail) and CONTEXT["password_reset_url"] in html_of(mail)
    assert SIGNATURE not in html_of(mail)[-300:]
    mail.text_body = "Without a signature."
    assert "<p>Without a signature.</p>" in html_of(mail)


def test_a_subject_has_no_line_breaks_from_what_a_person_typed():
    person = factories.user(given_name="Zoé\nBcc: other@example.org")
    assert "\n" not in queue_mail(to=person, template=TEMPLATE, context=CONTEXT).subject


def test_an_act_rolled_back_sends_nothing():
    with pytest.raises(IntegrityError), transaction.atomic():
        queued(email="twice@example.org")
        factories.user(email="twice@example.org")
    assert not OutboxMail.objects.exists()


def test_a_mail_is_delivered_once_with_both_texts(server):
    mail = queued(email="person@example.org", given_name="Zoé")
    assert deliver_due() == 1
    assert deliver_due() == 0
    (taken,) = server.taken
    assert taken["To"] == "person@example.org"
    assert taken["Message-ID"] == mail.message_id
    assert taken["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in taken.walk()][1:] == ["text/plain", "text/html"]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.leased_until) == (MailState.SENT, 1, None)
    assert mail.sent_at is not None


@pytest.mark.parametrize(
    ("mood", "error"),
    [
        ("is busy", "SMTPRecipientsRefused 450"),
        ("hangs", "SMTPServerDisconnected"),
        ("drops", "SMTPServerDisconnected"),
    ],
)
def test_a_server_in_a_bad_mood_loses_and_doubles_nothing(server, clock, mood, error):
    mails = [queued(email=f"person{n}@example.org") for n in range(3)]
    server.mood = mood
    deliver_due()
    assert server.taken == []
    first = OutboxMail.objects.get(pk=mails[0].pk)
    assert (first.state, first.attempts, first.last_error) == (MailState.QUEUED, 1, error)
    server.mood = "takes"
    deliver_due()
    clock.shift(datetime.timedelta(hours=1))
    deliver_due()
    deliver_due()
    assert sorted(taken["Message-ID"] for taken in server.taken) == sorted(mail.message_id for mail in mails)
    assert not OutboxMail.objects.exclude(state=MailState.SENT).exists()


def test_a_server_that_is_away_costs_one_attempt_not_one_for_every_mail(settings, clock):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for _ in range(3):
        queued()
    assert deliver_due() == 0
    assert sorted(OutboxMail.objects.values_list("attempts", "last_error")) == [
        (0, ""),
        (0, ""),
        (1, "ConnectionRefusedError"),
    ]


def test_a_mail_that_can_never_be_built_does_not_hold_up_the_others(server):
    broken = queued()
    with connection.cursor() as cursor:  # the column itself keeps a subject on one line
        cursor.execute("UPDATE core_outboxmail SET subject = %s WHERE id = %s", ["two\nlines", broken.pk])
    queued(email="other@example.org")
    assert deliver_due() == 1
    broken.refresh_from_db()
    assert broken.last_error == "BadHeaderError"


def test_the_waits_between_attempts_grow_until_the_mail_is_given_up(server, clock):
    mail = queued()
    server.mood = "is busy"
    waits = []
    for _ in range(ATTEMPTS):
        deliver_due()
        mail.refresh_from_db()
        waits.append((mail.next_attempt_at - datetime.datetime.now(datetime.UTC)).total_seconds() / 60)
        clock.move_to(mail.next_attempt_at)
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 360
    assert mail.state == MailState.GIVEN_UP
    assert deliver_due() == 0


def test_a_sender_that_died_gives_its_mail_back_when_the_lease_runs_out(server, clock):
    mail = queued()
    assert claim() == mail
    assert claim() is None
    clock.shift(LEASE)
    assert deliver_due() == 1
    assert [taken["Message-ID"] for taken in server.taken] == [mail.message_id]


def test_the_text_of_a_confidential_mail_is_sealed_while_it_waits_and_gone_once_it_is_sent(server):
    mail = queue_mail(to=factories.user(), template=TEMPLATE, context=CONTEXT, confidential=True)
    stored = [str(value) for row in OutboxMail.objects.values_list() for value in row]
    assert not [value for value in stored if CONTEXT["password_reset_url"] in value]
    assert CONTEXT["password_reset_url"] in readable(mail.text_body)
    control = queue_mail(to=factories.user(), template=TEMPLATE, context=CONTEXT)
    assert CONTEXT["password_reset_url"] in control.text_body
    control.delete()
    deliver_due()
    mail.refresh_from_db()
    assert mail.text_body == ""
    assert CONTEXT["password_reset_url"] in server.taken[0].as_string()


def test_the_administrator_tries_a_given_up_mail_again(server):
    administrator = factories.staff("Administrator")
    mail = queued()
    with pytest.raises(Refusal, match="given up"):
        try_again(mail, by=administrator)
    OutboxMail.objects.update(state=MailState.GIVEN_UP, attempts=ATTEMPTS)
    with pytest.raises(NotPermitted):
        try_again(mail, by=factories.staff("Auditor"))
    try_again(mail, by=administrator)
    assert deliver_due() == 1
    assert HistoryEntry.objects.get(verb="try-again").actor == administrator


def test_the_command_delivers_what_is_due(server, capsys):
    queued()
    call_command("send_mail_queue", "--once")
    assert capsys.readouterr().out == "1 sent\n"
    assert len(server.taken) == 1


def test_every_mail_of_the_accounts_is_in_the_portals_words():
    theirs = Path(allauth.__file__).parent / "templates"
    names = {
        re.sub(r"_subject$", "", path.stem)
        for app in ("account", "mfa", "socialaccount")
        for path in (theirs / app / "email").glob("*_subject.txt")
    }
    unused = {name for name in names if "code" in name and name != "recovery_codes_generated"}
    ours = {path.stem for path in Path("templates/mail/account").glob("*.txt")}
    assert names - unused <= ours


@pytest.mark.slow
def test_the_loop_sends_until_it_is_told_to_stop_or_its_parent_ends(tmp_path):
    """As scripts/run.sh starts it: beside a server that takes the place of the shell."""
    assert "manage.py work --parent $$ &" in Path("scripts/run.sh").read_text()
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "EMAIL_URL": f"filemail:///{str(tmp_path / 'mail').lstrip('/')}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    loop = [sys.executable, "manage.py", "send_mail_queue", "--interval", "0.1"]
    with subprocess.Popen(loop, env=environment, stderr=subprocess.PIPE, text=True) as alone:
        assert "mail_queue_unreadable" in alone.stderr.readline(), "a database that is not there yet does not end it"
        alone.terminate()
        assert alone.wait(timeout=30) == 0
    shell = ["bash", "-c", '"$@" --parent $$ & exec sleep 0.5', "-", *loop]
    with subprocess.Popen(shell, env=environment, stderr=subprocess.PIPE) as server:
        server.stderr.read()
        assert server.wait(timeout=30) == 0, "the pipe is closed only once the loop has ended too"


def test_a_mail_that_is_refused_for_good_is_given_up_at_once(server, client):
    mail = queued()
    server.mood = "refuses"
    deliver_due()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.GIVEN_UP, 1, "SMTPRecipientsRefused 550")
    client.force_login(factories.staff("Administrator"))
    assert "Mails given up" in client.get("/admin/deployments/my-day/").content.decode()


@pytest.mark.parametrize("mood", ["hangs", "drops"])
def test_a_mail_that_may_have_arrived_is_sent_three_times_at_most(server, clock, mood):
    mail = queued()
    server.mood = mood
    for _ in range(ATTEMPTS):
        deliver_due()
        mail.refresh_from_db()
        clock.move_to(mail.next_attempt_at)
    assert (mail.state, mail.attempts, mail.unsure_attempts) == (MailState.GIVEN_UP, 3, 3)
    try_again(mail, by=factories.staff("Administrator"))
    server.mood = "takes"
    assert deliver_due() == 1


def test_a_sender_that_dies_again_and_again_sends_three_times_at_most(clock):
    mail = queued()
    for _ in range(3):
        assert claim() == mail
        clock.shift(LEASE)
    assert claim() is None
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (MailState.GIVEN_UP, "SenderDied")


def test_an_outage_is_seen_from_outside_and_at_the_desk(settings, clock, client):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queued()
    queued()
    deliver_due()
    clock.shift(datetime.timedelta(days=4))
    answer = client.get("/readyz").json()
    assert answer["status"] == "ok"
    assert answer["mail"] == {
        "waiting": 2,
        "failing": 1,
        "given_up": 0,
        "oldest_seconds": 4 * 86400,
        "last_error": "ConnectionRefusedError",
    }
    figures = client.get("/metrics").content.decode()
    assert "portal_mail_waiting 2.0" in figures
    assert "portal_mail_oldest_seconds 345600.0" in figures
    assert 'portal_mail_last_error{error="ConnectionRefusedError"} 1.0' in figures
    client.force_login(factories.staff("Administrator"))
    page = client.get("/admin/deployments/my-day/").content.decode()
    assert "Mail is waiting to be sent." in page
    assert "ConnectionRefusedError" in page
