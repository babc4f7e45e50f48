"""What machines ask for: sitemap, robots, security.txt, icons, the feed, and postings as schema.org has them."""

import datetime
import re
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def opening():
    mission = factories.mission(factories.operation(22, code="mali"), code="minusma")
    mission.host_countries.add(factories.country("ML"))
    duties = {"description_en": "- Prepare courses\n- Report each month", "description_fr": "- Préparer des cours"}
    return factories.opening(mission, reference="trainer", title_en="Trainer", title_fr="Formation", **duties)


def test_the_sitemap_pairs_every_public_page_with_its_counterpart(client, opening):
    factories.operation(code="secret", is_published=False)
    factories.opening(reference="closed", closes="2020-01-01", opens_at=None)
    entries = ElementTree.fromstring(client.get("/sitemap.xml").content).findall(f"{MAP}url")
    found = {
        each.findtext(f"{MAP}loc"): {link.get("hreflang"): link.get("href") for link in each.findall(LINK)}
        for each in entries
    }
    assert len(found) == len(entries)
    for path in ("", "openings/", "operations/mali/", "missions/minusma/", "openings/trainer/"):
        pair = {code: f"{settings.SITE_URL}/{code}/{path}" for code in ("en", "fr")}
        assert found[pair["en"]] == found[pair["fr"]] == pair
        assert client.get(f"/fr/{path}").status_code == 200
    assert not [address for address in found if "secret" in address or "closed" in address]


def test_robots_are_shown_the_sitemap_and_kept_out_of_what_is_private(client):
    text = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text.splitlines()
    assert {"Disallow: /admin/", "Disallow: /fr/my/", "Disallow: /en/accounts/"} <= set(text.splitlines())


def test_security_txt_says_whom_to_tell_and_does_not_run_out(client, settings):
    settings.SECURITY_CONTACT = "security@example.org"
    with time_machine.travel("2027-01-31T12:00:00-05:00"):
        answer = client.get("/.well-known/security.txt")
        fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
        left = datetime.datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:security@example.org"
    assert datetime.timedelta(days=120) < left < datetime.timedelta(days=365)


def test_the_old_address_of_the_icon_leads_to_it(client):
    assert client.get("/favicon.ico")["Location"] == "/static/icons/favicon.ico"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_says_its_address_and_what_it_is_about(client, opening, language):
    for path in ("", "operations/mali/", "missions/minusma/", "openings/", "openings/trainer/", "past-operations/"):
        page = client.get(f"/{language}/{path}?on=2026-01-01").content.decode()
        assert f'<link rel="canonical" href="{settings.SITE_URL}/{language}/{path}">' in page
        (said,) = re.findall(r'<meta name="description" content="([^"]+)">', page)
        assert 10 < len(said) < 300 and "\n" not in said
        if path == "openings/trainer/":
            assert "Prepare courses" in said or "Préparer des cours" in said


class TestTheFeed:
    def feed(self, client, language: str) -> ElementTree.Element:
        return ElementTree.fromstring(client.get(f"/{language}/openings.atom").content)

    def test_it_says_its_language_and_author(self, client, opening):
        feed = self.feed(client, "fr")
        assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == settings.BRAND_NAME_FR
        assert feed.findtext(f"{ATOM}entry/{ATOM}id") == f"{settings.SITE_URL}/fr/openings/trainer/"

    def test_it_is_the_same_by_whatever_name_it_is_asked_for(self, client, opening):
        first, second = (client.get("/en/openings.atom", headers={"host": host}) for host in ("localhost", "127.0.0.1"))
        assert first.content == second.content

    def test_without_an_opening_it_says_the_same_all_day(self, client):
        found = set()
        for hour in (9, 17):
            with time_machine.travel(f"2027-01-10T{hour}:00:00-05:00"):
                found.add(client.get("/en/openings.atom").content)
        assert len(found) == 1


class TestJobPostings:
    def said(self, client) -> dict[str, str]:
        page = client.get("/en/openings/trainer/").content.decode()
        return dict(re.findall(r'itemprop="(\w+)" content="([^"]*)"', page))

    def test_an_opening_is_a_job_posting(self, client, opening):
        said = self.said(client)
        assert said["title"] == "Trainer"
        assert said["addressCountry"] == "ML"
        assert datetime.datetime.fromisoformat(said["validThrough"]) == opening.closes_at
        assert said["description"].endswith("Prepare courses; Report each month")
        assert {"datePosted", "employmentType", "value"} <= set(said)

    def test_it_is_gone_with_the_closing_time(self, client, opening):
        with time_machine.travel(opening.closes_at + datetime.timedelta(seconds=1)):
            assert self.said(client) == {}
