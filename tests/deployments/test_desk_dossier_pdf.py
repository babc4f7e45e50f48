"""The officer's dossier as PDF, where the machine has Pango; in words where it has not."""

import re
import subprocess
import sys
import zlib

import pytest

from core.files import pdf as maker
from core.files.pdf import STATIC, can_make_pdf, make_pdf, static_files_only
from core.history.acts import history_of
from tests import factories

pytestmark = pytest.mark.django_db
with_pango = pytest.mark.skipif(not can_make_pdf(), reason="the library Pango is not on this machine")


@pytest.fixture
def officer():
    return factories.candidate(user=factories.user(given_name="Amina", family_name="Ro\r\n'y\" /é"))


def url(officer) -> str:
    return f"/admin/deployments/officer/{officer.pk}/dossier.pdf"


def inflated(pdf: bytes) -> bytes:
    """What the objects of a PDF say."""
    streams = re.findall(rb"/FlateDecode.*?>>\nstream\n(.*?)\nendstream", pdf, re.DOTALL)
    return b"\n".join(zlib.decompress(each) for each in streams)


@with_pango
@pytest.mark.parametrize(("language", "title"), [("en", "Dossier: "), ("fr", "Dossier\xa0: ")])
def test_the_dossier_is_a_tagged_pdf_in_the_readers_language(client, officer, language, title):
    client.force_login(factories.staff("Auditor", language=language))
    response = client.get(url(officer))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith(f'attachment; filename="dossier-{officer.pk}-20')
    assert '"' not in response["Content-Disposition"].removesuffix('.pdf"').split('filename="')[1]
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF-1.7")
    said = inflated(response.content)
    assert f"/Lang ({language})".encode() in said
    assert b"/StructTreeRoot" in said and b"/Marked true" in said and b"pdfuaid" in said
    assert f"{title}Amina Ro".encode() in said


@with_pango
def test_every_pdf_is_logged_as_a_view_with_its_reader(client, auditor, officer):
    client.force_login(auditor)
    client.get(url(officer))
    view = history_of(officer).get()
    assert (view.verb, view.actor, view.detail) == ("view", auditor, {"format": "pdf"})


def test_where_there_is_no_pango_the_page_has_no_link_and_the_address_says_why(client, auditor, officer, without_pango):
    client.force_login(auditor)
    assert "dossier.pdf" not in client.get(f"/admin/deployments/officer/{officer.pk}/dossier/").content.decode()
    viewed = history_of(officer).count()
    response = client.get(url(officer))
    assert response.status_code == 409
    assert "the library Pango is not installed" in response.content.decode()
    assert history_of(officer).count() == viewed


@with_pango
def test_where_there_is_pango_the_page_leads_to_the_pdf(client, auditor, officer):
    client.force_login(auditor)
    assert url(officer) in client.get(f"/admin/deployments/officer/{officer.pk}/dossier/").content.decode()


def test_a_dossier_as_pdf_is_for_those_who_may_read_all_of_it(client, officer):
    client.force_login(factories.staff("Administrator"))
    assert client.get(url(officer)).status_code == 403
    assert history_of(officer).count() == 0


@with_pango
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/x.css",
        "https://example.org/x.png",
        "file:///etc/passwd",
        f"file://{STATIC}/../manage.py",
        f"file://{STATIC}/%2e%2e/manage.py",
        f"file://example.org{STATIC}/css/paper.css",
        "data:text/css,p{}",
        "ftp://example.org/x",
    ],
)
def test_no_page_in_pdf_reads_anything_but_static_files(address):
    with pytest.raises(ValueError, match="nothing but static files"):
        static_files_only().fetch(address)


@with_pango
def test_an_address_in_a_page_that_is_not_read_leaves_the_rest_of_the_page():
    page = '<html lang="en"><title>T</title><img src="file:///etc/passwd" alt="x"><link rel="stylesheet" href="http://127.0.0.1:1/"><p>Text'
    assert make_pdf(page, "css/paper.css").startswith(b"%PDF")


WITHOUT_SUBSET = """
import cffi

found = cffi.FFI.dlopen


def dlopen(ffi, name, *flags):
    if name and "subset" in name:
        raise OSError(name)
    return found(ffi, name, *flags)


cffi.FFI.dlopen = dlopen
import django

django.setup()
from core.files.pdf import make_pdf

print(make_pdf('<html lang="en"><title>T</title><p>Text', "css/paper.css")[:5])
"""


@with_pango
def test_pango_makes_pdfs_also_without_harfbuzz_subset():
    made = subprocess.run([sys.executable, "-c", WITHOUT_SUBSET], capture_output=True, text=True)
    assert made.stdout.strip() == "b'%PDF-'", made.stderr


@with_pango
def test_a_pdf_waits_a_few_seconds_for_others_and_then_says_so(monkeypatch):
    monkeypatch.setattr(maker, "PATIENCE", 0.05)
    page = '<html lang="en"><title>A</title><h1>A</h1></html>'
    with maker._one_at_a_time, pytest.raises(maker.NoPdf) as refusal:
        make_pdf(page, "css/paper.css")
    assert refusal.value.code == "busy"
    assert make_pdf(page, "css/paper.css").startswith(b"%PDF")
