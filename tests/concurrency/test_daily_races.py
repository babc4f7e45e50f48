"""The daily run beside itself, and with a mail server that hangs: everybody is told once."""

import datetime

import pytest
from django.utils import timezone

from core.mail.delivery import deliver_due
from core.models import MailState, OutboxMail
from core.text.dates import today_here
from deployments.daily.run import run_daily
from deployments.models import Application, Deployment, Reminder
from officers.models import Qualification, QualificationGrant
from tests import factories
from tests.concurrency.contenders import in_threads
from tests.core.smtp import mail_server

RUNS = 4


def around(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


@pytest.fixture
def morning(transactional_db):
    """A tour that ends, a hold and a roster entry that have run out, and a qualification that ends soon."""
    tour = factories.deployment(factories.posting(), around(-200), around(20))
    factories.deployment(
        factories.posting(), around(90), around(400), state="reserved", hold_until=factories.day(around(-1))
    )
    for _each in range(5):
        factories.application(state="qualified", qualified_until=factories.day(around(-1)))
    QualificationGrant.objects.create(
        officer=tour.officer,
        qualification=Qualification.objects.get(code="passport"),
        valid_from=factories.day(around(-900)),
        valid_until=factories.day(around(25)),
    )
    return [factories.staff("Approver"), factories.staff("Approver", "Selection officer", language="fr")]


def test_daily_runs_at_the_same_moment_end_and_tell_everything_once(morning):
    assert in_threads([(run_daily, ())] * RUNS) == ["done"] * RUNS
    assert set(Application.objects.values_list("state", flat=True)) == {"expired"}
    assert Deployment.objects.get(hold_until__isnull=False).state == "cancelled"
    digests = OutboxMail.objects.filter(template="deployments/digest")
    assert sorted(digests.values_list("user", flat=True)) == sorted(person.pk for person in morning)
    assert OutboxMail.objects.filter(template="officers/endings").count() == 1
    assert OutboxMail.objects.filter(template="deployments/application_ended").count() == 5
    told = list(Reminder.objects.values_list("user", "key"))
    assert len(told) == len(set(told)) >= len(morning)


def test_a_digest_waits_for_a_mail_server_that_hangs_and_comes_once(morning, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = "django.core.mail.backends.smtp.EmailBackend", 0.3
    digests = OutboxMail.objects.filter(template="deployments/digest")
    run_daily()
    OutboxMail.objects.exclude(template="deployments/digest").delete()
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        server.mood = "hangs"
        deliver_due()
        assert set(digests.values_list("state", flat=True)) == {MailState.QUEUED}
        run_daily()
        server.mood = "takes"
        digests.update(next_attempt_at=timezone.now())
        deliver_due()
        run_daily()
        deliver_due()
        assert sorted(mail["To"] for mail in server.taken) == sorted(person.email for person in morning)
