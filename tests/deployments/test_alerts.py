"""New openings by mail: confirmed from the mailbox, one digest a day, ended with one click."""

import datetime
import re

import pytest
from django.utils import timezone

from core.mail.outbox import readable
from core.models import OutboxMail
from deployments.daily.alerts import _send_changes, send_alerts
from deployments.domain import alerts
from deployments.models import AlertedOpening, OpeningAlert
from missions.changes import changes
from missions.models import Operation
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
NOON = timezone.make_aware(datetime.datetime(2027, 1, 10, 12))
DAY = datetime.timedelta(days=1)
ADDRESS = "reader@example.org"


def opening(**fields):
    return factories.opening(opens_at=NOON - datetime.timedelta(days=1), **fields)


def confirmed(query: str = "", language: str = "en", address: str = ADDRESS) -> OpeningAlert:
    alerts.ask(address=address, language=language, query=query)
    alert = OpeningAlert.objects.get(address=address, language=language, query=query)
    return alerts.confirm(alert, now=NOON)


def mails(template: str = "deployments/alert_digest") -> list[str]:
    queued = OutboxMail.objects.filter(template=template).order_by("pk")
    return [f"{mail.subject}\n{readable(mail.text_body)}" for mail in queued]


class TestAsking:
    def test_nothing_is_sent_before_the_mailbox_confirms(self, client):
        response = client.post("/fr/alerts/?armed=yes&utm_source=x", {"address": "Reader@Example.org"})
        assert (
            response.status_code == 302 and "Consultez votre boîte" in client.get(response["Location"]).content.decode()
        )
        alert = OpeningAlert.objects.get()
        assert (alert.address, alert.language, alert.query, alert.confirmed_at) == (ADDRESS, "fr", "armed=yes", None)
        factories.opening(is_armed=True)
        assert send_alerts(now=timezone.now()) == 0
        (mail,) = mails("deployments/alert_confirm")
        link = re.search(r"http\S+(/fr/alerts/\S+/confirm/)", mail)[1]
        assert "Confirmer" in client.get(link).content.decode()
        assert OpeningAlert.objects.get().confirmed_at is None, "looking at the link confirms nothing"
        assert client.post(link).status_code == 200
        assert OpeningAlert.objects.get().confirmed_at is not None

    def test_an_address_that_has_it_already_is_answered_alike(self, client):
        answers = [client.post("/en/alerts/", {"address": ADDRESS}) for _ in range(2)]
        assert len({answer["Location"] for answer in answers}) == 1
        assert OpeningAlert.objects.count() == 1

    @pytest.mark.parametrize("nonsense", ["country=ZZ", "q=%00", f"q={'a' * 5000}", "armed=x"])
    def test_a_wrong_filter_is_refused(self, client, nonsense):
        assert client.get(f"/en/alerts/?{nonsense}").status_code == 400
        assert client.post(f"/en/alerts/?{nonsense}", {"address": ADDRESS}).status_code == 400
        assert OpeningAlert.objects.count() == 0

    @pytest.mark.parametrize("address", ["", "nobody", "a@b.c" * 200])
    def test_a_wrong_address_is_said_at_its_field(self, client, address):
        response = client.post("/en/alerts/", {"address": address})
        assert response.status_code == 400 and 'id="error-summary"' in response.content.decode()

    def test_a_flood_is_stopped(self, client):
        statuses = [client.post("/en/alerts/", {"address": f"r{n}@example.org"}).status_code for n in range(12)]
        assert statuses == [302] * 10 + [429] * 2


class TestTheDigest:
    def test_tells_of_what_fits_once_in_the_language_of_the_search(self):
        opening(title_en="Known before", is_armed=True)
        confirmed("armed=yes", "fr")
        opening(title_fr="Mentorat nouveau", is_armed=True)
        opening(title_fr="Autre chose", is_armed=False)
        assert send_alerts(now=NOON) == 1
        (mail,) = mails()
        assert mail.startswith("1 nouveau poste à pourvoir") and "Mentorat nouveau" in mail
        assert "Autre chose" not in mail and "Known before" not in mail and "/fr/alerts/" in mail
        assert send_alerts(now=NOON) == 0, "told already"

    def test_is_one_a_day_for_all_searches_of_an_address(self):
        confirmed("armed=yes"), confirmed("armed=no"), confirmed(address="other@example.org")
        opening(is_armed=True), opening(is_armed=False)
        assert send_alerts(now=NOON) == 2
        assert mails()[0].count("End this alert") == 2

    def test_leaves_out_what_takes_no_applications(self):
        confirmed()
        opening(status="stood_down"), factories.opening(opens_at=NOON + datetime.timedelta(days=3))
        assert send_alerts(now=NOON) == 0

    def test_another_run_at_the_same_moment_sends_nothing_twice(self, monkeypatch):
        alert = confirmed()
        posting = opening()
        real = AlertedOpening.objects.bulk_create

        def while_another_tells(rows):
            AlertedOpening.objects.create(alert=alert, posting=posting)
            return real(rows)

        monkeypatch.setattr(type(AlertedOpening.objects), "bulk_create", lambda self, rows: while_another_tells(rows))
        assert send_alerts(now=NOON) == 0 and mails() == []


def test_one_click_ends_it_and_erases_the_address(client):
    alert = confirmed()
    link = f"/en/alerts/{alert.token}/end/"
    assert "End this alert" in client.get(link).content.decode()
    assert OpeningAlert.objects.count() == 1
    assert "has ended" in client.post(link).content.decode()
    assert OpeningAlert.objects.count() == 0
    assert "has ended" in client.get(link).content.decode()


def test_what_nobody_confirms_is_erased(client):
    alerts.ask(address=ADDRESS, language="en", query="")
    send_alerts(now=timezone.now() + datetime.timedelta(days=8))
    assert OpeningAlert.objects.count() == 0


def test_the_number_of_queries_does_not_grow_with_alerts_of_one_search(django_assert_max_num_queries):
    for n in range(20):
        confirmed(address=f"reader{n}@example.org")
    with django_assert_max_num_queries(14):
        send_alerts(now=NOON)


class TestChanges:
    def confirmed(self, client) -> OpeningAlert:
        assert client.post("/en/alerts/?about=changes", {"address": ADDRESS}).status_code == 302
        alert = OpeningAlert.objects.get(about="changes")
        return alerts.confirm(alert, now=NOON)

    def record(self, maximum: int, since: str, *, recorded: datetime.datetime) -> None:
        mali = Operation.objects.filter(code="mali").first() or factories.operation(22, code="mali", name_en="Mali")
        factories.strength(mali, maximum, factories.day(since), recorded_at=recorded)

    def test_tells_of_a_number_once_when_it_is_recorded(self, client):
        self.record(24, "2026-01-01", recorded=NOON - DAY)
        self.confirmed(client)
        assert send_alerts(now=NOON + DAY) == 0, "what could be read at the time of confirming is known"
        self.record(30, "2026-02-01", recorded=NOON + DAY)
        assert [send_alerts(now=NOON + DAY * times) for times in (2, 3)] == [1, 0]
        (mail,) = mails("deployments/alert_changes")
        assert mail.startswith("1 change") and "Mali: up to 30 from 24" in mail and "/en/alerts/" in mail

    def test_tells_of_a_number_recorded_before_on_the_day_on_which_it_begins(self, client):
        self.record(30, "2027-01-12", recorded=NOON - DAY)
        self.confirmed(client)
        assert [send_alerts(now=NOON + DAY * days) for days in (0, 1, 2, 3)] == [0, 0, 1, 0]

    def test_runs_at_once_tell_it_once(self, client):
        alert = self.confirmed(client)
        self.record(30, "2026-02-01", recorded=NOON + DAY)
        stale = OpeningAlert.objects.get(pk=alert.pk)
        assert send_alerts(now=NOON + 2 * DAY) == 1
        assert not _send_changes(stale, changes(factories.day("2027-01-12")), now=NOON + 2 * DAY)
        assert len(mails("deployments/alert_changes")) == 1

    def test_is_ended_by_its_link(self, client):
        alert = self.confirmed(client)
        assert "Changes of authorized numbers" in client.get(f"/en/alerts/{alert.token}/end/").content.decode()
        client.post(f"/en/alerts/{alert.token}/end/")
        assert not OpeningAlert.objects.exists()

    def test_of_nothing_that_exists_is_refused(self, client):
        assert client.post("/en/alerts/?about=x", {"address": ADDRESS}).status_code == 400
