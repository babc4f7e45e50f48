"""Every page that a reader of French can reach, read from end to end: no English is left on it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import allauth
import django_filters
import polib
import pytest
import simple_history
from django import conf
from django.contrib import admin, auth
from django.core.management import call_command

from deployments.models import Application, ChecklistItem, Deployment, Posting
from deployments.setup.roles import ROLES
from missions.models import Country, Mission, Operation, Organization
from officers.models import Officer, PoliceService, Qualification
from tests import factories
from tests.test_architecture import listed
from tests.test_languages import CATALOGUE_NOW, BareText

LIBRARIES = (conf, admin, auth, allauth, django_filters, simple_history)
CATALOGUES = [CATALOGUE_NOW] + [
    polib.pofile(str(Path(library.__file__).parent / "locale/fr/LC_MESSAGES/django.po")) for library in LIBRARIES
]


def english_alone() -> dict[str, str]:
    """English texts without anything filled in, each with its French, where the two differ."""
    pairs = [
        (english, french)
        for catalogue in reversed(CATALOGUES)
        for entry in catalogue.translated_entries()
        for english, french in [(entry.msgid, entry.msgstr), (entry.msgid_plural, entry.msgstr_plural.get(1, ""))]
        if english and not re.search(r"[%{]", english)
    ]
    both = [(capital(a), capital(b)) for a, b in pairs] + pairs
    french_too = {french for _english, french in both}
    return {english: french for english, french in both if english != french and english not in french_too}


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


ENGLISH = english_alone()


class Reader(HTMLParser):
    """What a page says in French (parts marked as English left out), where it leads, and the language it claims."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self.language = ""
        self.elsewhere: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if self.elsewhere:
            self.elsewhere += [tag] if tag == self.elsewhere[0] else []
        elif given.get("lang", "fr") != "fr" or tag in {"script", "style", "code", "pre"}:
            self.elsewhere = [tag]
        else:
            self.said += [value for name, value in attrs if name in BareText.HEARD and value]

    def handle_endtag(self, tag):
        if self.elsewhere and tag == self.elsewhere[0]:
            self.elsewhere.pop()

    def handle_data(self, data):
        if not self.elsewhere:
            self.said.append(data)

    def english(self) -> list[str]:
        return sorted({" ".join(text.split()).rstrip(":").strip() for text in self.said} & ENGLISH.keys())


def walk(client, *starts: str, inside: str) -> Iterator[tuple[str, Reader]]:
    """Every page under ``inside`` that links lead to, one of each kind: numbers and codes in addresses do not count."""
    waiting, seen = list(starts), set()
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"\d+", "N", urlsplit(address).path)
        if kind in seen or "logout" in kind:
            continue
        seen.add(kind)
        response = client.get(address, follow=True)
        assert response.status_code < 500, address
        if not response.headers["Content-Type"].startswith("text/html"):
            b"".join(response)
            continue
        page = Reader(response.content.decode())
        waiting += [link for link in page.links if link.startswith(inside) and "?" not in link]
        yield address, page


def content() -> set[str]:
    """What staff and officers wrote themselves, in either language, and codes: shown as they stand."""
    written = set(Country.objects.values_list("code", flat=True)) | set(Officer.objects.values_list("rank", flat=True))
    written |= set(ChecklistItem.objects.values_list("code", flat=True))
    for model in (Country, Organization, Operation, Mission, PoliceService, Qualification):
        written |= set(model.objects.values_list("name_en", flat=True))
    return written


def faults(pages: Iterator[tuple[str, Reader]], *, at_least: int) -> list[str]:
    found, visited, as_written = [], [], content()
    for address, page in pages:
        visited.append(address)
        if "/outboxmail/" not in address:  # a mail speaks its receiver's language
            found += [f"{address}: {text!r} ({ENGLISH[text]!r})" for text in page.english() if text not in as_written]
        found += [f"{address}: claims {page.language!r}"] if page.language != "fr" else []
    assert len(visited) >= at_least, visited
    return found


@pytest.fixture
def portal(db, settings):
    """The first data set and the demonstration people."""
    settings.STAFF_MFA_REQUIRED = False
    call_command("load_first_data")
    call_command("load_demo")


@pytest.mark.slow
def test_no_page_leaves_english_on_it_for_a_reader_of_french(portal, client):
    wrong = faults(walk(client, "/fr/", "/fr/nulle-part", inside="/fr/"), at_least=30)

    client.force_login(Application.objects.filter(officer__user__language="fr").first().officer.user)
    wrong += faults(walk(client, "/fr/", "/fr/my/", inside="/fr/"), at_least=20)

    client.force_login(factories.staff(*ROLES, language="fr"))
    records = [Operation, Mission, Posting, Officer, Deployment, Application]
    starts = [f"/admin/{r._meta.app_label}/{r._meta.model_name}/{r.objects.first().pk}/change/" for r in records]
    wrong += faults(walk(client, "/admin/", *starts, inside="/admin/"), at_least=40)
    assert not wrong, listed(wrong)


def test_english_left_on_a_page_is_found():
    page = Reader('<html lang="fr"><p>Opérations</p><a lang="en">Home</a><p title="Home">Sign  in</p><code>Home</code>')
    assert page.english() == ["Home", "Sign in"]
