"""What the portal gives to machines against the grammars of their formats. Each checker first finds a planted fault."""

import datetime
from pathlib import Path

import icalendar
import pytest
from lxml import etree, html

from tests import factories

pytestmark = pytest.mark.django_db
GRAMMARS = Path(__file__).parent / "data" / "grammars"
LANGUAGES = ("en", "fr")


@pytest.fixture(autouse=True)
def world():
    """Two openings, one with text that XML and iCalendar have to escape, and two changes of a number."""
    operation = factories.operation(22, code="mali")
    factories.strength(operation, 30, factories.day("2026-01-01"))
    mission = factories.mission(operation, code="minusma")
    mission.host_countries.add(factories.country("ML"))
    factories.opening(mission, reference="trainer", title_en="Trainer", title_fr="Formation")
    factories.opening(
        mission,
        reference="adviser",
        title_en="Adviser; law & <order>, " + "the rule of law " * 8,
        title_fr="Conseiller, « droit » ; " + "état de droit " * 8,
    )


def errors(name: str, document: bytes) -> list[str]:
    """What the grammar ``name`` finds wrong in an XML document, a line each."""
    grammar = etree.RelaxNG(etree.parse(GRAMMARS / f"{name}.rng"))
    grammar.validate(etree.fromstring(document))
    return [f"{error.line}: {error.message}" for error in grammar.error_log]


def feed_errors(document: bytes) -> list[str]:
    """What RFC 4287 forbids: by its grammar, and more or less than one link to the page and one to the feed itself."""
    relations = [link.get("rel", "alternate") for link in etree.fromstring(document).findall("{*}link")]
    return errors("atom", document) + ([] if sorted(relations) == ["alternate", "self"] else [f"links: {relations}"])


def calendar_errors(document: bytes) -> list[str]:
    """What RFC 5545 forbids: other line ends, lines above 75 octets, components without what they need, one UID twice."""
    lines = document.split(b"\r\n")
    found = [f"a bare line end: {line[:40]!r}" for line in lines if b"\n" in line or b"\r" in line]
    found += [f"above 75 octets: {line[:40]!r}" for line in lines if len(line) > 75]
    found += ["does not end with a line end"] if lines[-1] else []
    calendar = icalendar.Calendar.from_ical(document)
    found += [f"calendar without {name}" for name in ("PRODID", "VERSION") if name not in calendar]
    events = calendar.walk("VEVENT")
    for event in events:
        found += [f"event without {name}" for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY") if name not in event]
        found += [f"cannot be read: {error}" for error in event.errors]
    identifiers = [str(event.get("UID")) for event in events]
    return found + (["one UID twice"] if len(set(identifiers)) < len(identifiers) else [])


def microdata(element: etree._Element) -> dict:
    """The properties of an item: texts, and dicts for items inside it."""
    found: dict = {}
    for child in element.iterchildren():
        inner = microdata(child)
        if name := child.get("itemprop"):
            text = child.get("content") or child.get("href") or child.text_content().strip()
            found[name] = {"@type": child.get("itemtype"), **inner} if "itemscope" in child.attrib else text
        elif "itemscope" not in child.attrib:
            found |= inner
    return found


def job_posting_errors(page: bytes) -> list[str]:
    """What schema.org and the search engines ask of a JobPosting and this page does not say."""
    items = html.fromstring(page).xpath("//*[@itemtype='https://schema.org/JobPosting']")
    if len(items) != 1:
        return [f"{len(items)} job postings"]
    said = microdata(items[0])
    needed = ("title", "description", "datePosted", "validThrough", "hiringOrganization", "jobLocation", "identifier")
    found = [f"without {name}" for name in needed if not said.get(name)]
    for name in ("datePosted", "validThrough"):
        try:
            if datetime.datetime.fromisoformat(said.get(name, "")).tzinfo is None:
                found.append(f"{name} without its offset")
        except ValueError:
            found.append(f"{name} is no ISO 8601 moment")
    nested = (("hiringOrganization", "name"), ("jobLocation", "address"), ("identifier", "value"))
    found += [f"{name} without {part}" for name, part in nested if part not in dict(said.get(name) or {})]
    address = dict(said.get("jobLocation") or {}).get("address") or {}
    return found + ([] if "addressCountry" in address else ["address without addressCountry"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feed", ["openings.atom", "changes.atom"])
def test_a_feed_is_atom(client, language, feed):
    document = client.get(f"/{language}/{feed}").content
    assert b"<entry" in document
    assert feed_errors(document) == []


@pytest.mark.parametrize("feed", ["openings.atom?q=nothing-of-the-kind", "openings.atom"])
def test_an_empty_feed_is_atom_too(client, feed):
    assert feed_errors(client.get(f"/en/{feed}").content) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"<updated>20", b"<updated>day 20"),
        (b"</id>", b"</id><id>tag:twice</id>"),
        (b'xml:lang="en"', b'xml:lang="&lt;object at 0x7f&gt;"'),
        (b"<author>", b"<writer>"),
        (b'rel="self"', b'rel="alternate"'),
    ],
)
def test_the_grammar_of_atom_finds_a_planted_fault(client, right, wrong):
    document = client.get("/en/openings.atom").content
    assert right in document
    planted = document.replace(right, wrong, 1).replace(
        b"</author>", b"</writer>" if b"writer" in wrong else b"</author>"
    )
    assert feed_errors(planted)


def test_the_sitemap_is_a_sitemap(client):
    assert errors("sitemap", client.get("/sitemap.xml").content) == []


@pytest.mark.parametrize(("right", "wrong"), [(b"<loc>http", b"<loc>ftp"), (b'hreflang="fr"', b'hreflang="frs"')])
def test_the_grammar_of_sitemaps_finds_a_planted_fault(client, right, wrong):
    document = client.get("/sitemap.xml").content
    assert right in document
    assert errors("sitemap", document.replace(right, wrong, 1))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("calendar", ["openings.ics", "openings/adviser/calendar.ics"])
def test_a_calendar_is_icalendar(client, language, calendar):
    document = client.get(f"/{language}/{calendar}").content
    assert b"BEGIN:VEVENT" in document
    assert calendar_errors(document) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"\r\nUID:", b"\r\nX-UID:"),
        (b"\r\n", b"\n"),
        (b"SUMMARY", b"SUMMARY;X-LONG=" + b"x" * 80),
        (b"VERSION", b"X-V"),
    ],
)
def test_the_check_of_calendars_finds_a_planted_fault(client, right, wrong):
    document = client.get("/en/openings.ics").content
    assert right in document
    assert calendar_errors(document.replace(right, wrong, 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_opening_is_a_whole_job_posting(client, language):
    for reference in ("trainer", "adviser"):
        assert job_posting_errors(client.get(f"/{language}/openings/{reference}/").content) == []


@pytest.mark.parametrize("wrong", [b"hiringOrganization", b"datePosted", b"addressCountry", b"jobLocation"])
def test_the_check_of_job_postings_finds_a_planted_fault(client, wrong):
    page = client.get("/en/openings/trainer/").content
    planted = page.replace(b'itemprop="%s"' % wrong, b'itemprop="x-%s"' % wrong)
    assert planted != page
    assert job_posting_errors(planted)
