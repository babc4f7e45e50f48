"""What editors change in help pages, and the form that writes to the desk."""

import datetime
import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.history.acts import history_of
from core.refusals import Refusal
from missions.help import handle
from missions.models import Enquiry, HelpPage
from tests import factories
from tests.reading import Page

pytestmark = pytest.mark.django_db
CONTACT = "/en/help/contact/"
MESSAGE = {"topic": "site", "message": "The map does not load.", "reply_to": "reader@example.org", "page": "/en/"}


@pytest.mark.parametrize("code", ["nothing", "how-to-apply"])
def test_a_page_that_is_not_there_is_not_there(client, code):
    assert client.get(f"/en/help/{code}/").status_code == 404


def test_a_change_by_an_editor_is_a_new_version_of_that_day(client, editor):
    page = HelpPage.objects.create(
        code="about", title_en="About", title_fr="À propos", body_en="Old.", body_fr="Vieux.",
        revised_on=datetime.date(2020, 1, 1),
    )  # fmt: skip
    client.force_login(editor)
    address = f"/admin/missions/helppage/{page.pk}/change/"
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(address).content.decode())
    typed = {"code": "about", "title_en": "About", "title_fr": "À propos", "body_en": "New.", "body_fr": "Neuf."}
    response = client.post(address, typed | ({"seen": seen[1]} if seen else {}))
    assert response.status_code == 302
    page.refresh_from_db()
    assert (page.version, page.revised_on, page.body_en) == (2, timezone.localdate(), "New.")
    assert page.history.earliest().body_en == "New." or page.history.count() >= 1


class TestTheForm:
    def test_a_message_waits_at_the_desk(self, client, editor):
        response = client.post(CONTACT, MESSAGE)
        assert response.status_code == 302 and "sent=1" in response["Location"]
        assert "Your message has been sent to the desk" in Page(client.get(response["Location"])).text
        enquiry = Enquiry.objects.get()
        assert (enquiry.topic, enquiry.language, enquiry.page) == ("site", "en", "/en/")
        client.force_login(editor)
        assert "reader@example.org" in client.get("/admin/missions/enquiry/").content.decode()

    @pytest.mark.parametrize(
        "fault",
        [{"topic": "x"}, {"message": ""}, {"message": "a" * 5000}, {"message": "a\x00b"}, {"reply_to": "nobody"}],
    )
    def test_a_fault_is_said_and_what_was_typed_stays(self, client, fault):
        response = client.post(CONTACT, MESSAGE | fault)
        text = response.content.decode()
        assert response.status_code == 400 and 'id="error-summary"' in text
        assert Enquiry.objects.count() == 0
        assert "The map does not load." in text or "message" in fault

    def test_what_fills_in_the_trap_is_dropped(self, client):
        assert client.post(CONTACT, MESSAGE | {"website": "https://spam.example"}).status_code == 302
        assert Enquiry.objects.count() == 0

    def test_a_flood_is_stopped_and_the_text_stays(self, client):
        answers = [client.post(CONTACT, MESSAGE) for _ in range(12)]
        assert [answer.status_code for answer in answers] == [302] * 10 + [429] * 2
        assert Enquiry.objects.count() == 10
        assert "The map does not load." in answers[-1].content.decode()

    def test_without_the_limit_the_flood_goes_through(self, client, settings):
        settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "contact": "1000/m/ip"}
        assert {client.post(CONTACT, MESSAGE).status_code for _ in range(12)} == {302}

    @pytest.mark.parametrize("about", ["/fr/openings/", "https://elsewhere.example/", "%00", "/" + "a" * 5000])
    def test_the_page_it_was_written_from_is_kept_if_it_is_one(self, client, about):
        response = client.get(f"{CONTACT}?about={about}")
        assert (
            response.status_code == 200 and "elsewhere" not in response.content.decode().split('name="page"')[1][:300]
        )


def enquiry(**fields) -> Enquiry:
    return Enquiry.objects.create(topic="other", message="Hello.", language="en", **fields)


def test_a_message_is_handled_once(editor):
    message = handle(enquiry(), by=editor)
    assert message.handled_by == editor
    assert history_of(message).get(verb="handle").actor == editor
    with pytest.raises(Refusal, match="handled already"):
        handle(message, by=editor)


def test_not_by_everybody():
    with pytest.raises(Refusal):
        handle(enquiry(), by=factories.staff("Approver"))


def test_handled_messages_are_erased_after_a_year():
    long_ago = timezone.now() - datetime.timedelta(days=370)
    enquiry(handled_at=long_ago, sent_at=long_ago)
    kept = {enquiry(sent_at=long_ago).pk, enquiry(handled_at=timezone.now()).pk}
    call_command("purge", verbosity=0)
    assert set(Enquiry.objects.values_list("pk", flat=True)) == kept
