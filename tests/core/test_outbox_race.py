"""Several senders beside each other send every mail once."""

import threading

import pytest
from django.db import connection

from core.mail.delivery import deliver_due
from core.mail.outbox import queue_mail
from core.models import MailState, OutboxMail
from tests import factories
from tests.core.smtp import mail_server

MAILS, SENDERS = 24, 4


@pytest.mark.django_db(transaction=True)
def test_four_senders_send_every_mail_once(settings):
    person = factories.user()
    for n in range(MAILS):
        queue_mail(to=person, template="account/password_reset_key", context={"password_reset_url": f"/{n}/"})
    problems = []

    def send() -> None:
        try:
            start.wait()
            deliver_due()
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        start = threading.Barrier(SENDERS)
        threads = [threading.Thread(target=send) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert problems == []
    assert len({mail["Message-ID"] for mail in server.taken}) == len(server.taken) == MAILS
    assert not OutboxMail.objects.exclude(state=MailState.SENT, attempts=1).exists()
