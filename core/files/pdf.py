"""Pages as PDF, where the machine has the library Pango. It is looked for on the first use: without it all else runs."""

import atexit
import functools
import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from core.refusals import Refusal

STATIC = Path(settings.BASE_DIR) / "static"
# Pango's font maps are not made for several renderings at once.
PATIENCE = 3.0  # seconds for which a page waits for those before it
_one_at_a_time = threading.Lock()


class NoPdf(Refusal):
    """This machine can not make a PDF."""

    code = "no_pdf"


@functools.cache
def can_make_pdf() -> bool:
    """Whether WeasyPrint is here, and the library Pango that it needs from the machine."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def make_pdf(html: str, stylesheet: str) -> bytes:
    """A tagged PDF (PDF/UA) of a page, in the language and with the title that the page names.

    ``stylesheet`` is a path below ``static/``. Nothing but files from there is read, whatever the page asks for.
    Raises NoPdf where the machine has no Pango, or is busy with others.
    """
    if not can_make_pdf():
        raise NoPdf(
            _("This server makes no PDF: the library Pango is not installed. Print the page from your browser instead.")
        )
    from weasyprint import HTML

    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise NoPdf(_("Other PDFs are being made at the moment. Try again in a few seconds."), code="busy")
    try:
        style, fonts = _style(stylesheet)
        page = HTML(string=html, base_url=f"{settings.SITE_URL}/", url_fetcher=static_files_only())
        made: bytes = page.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    finally:
        _one_at_a_time.release()
    return made


@functools.cache
def _style(stylesheet: str) -> tuple[Any, Any]:
    """The style sheet and its fonts, read and unpacked once a process: a third of the time of a page."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    return CSS(filename=STATIC / stylesheet, url_fetcher=static_files_only(), font_config=fonts), fonts


# Fonts are let go before the interpreter takes the library apart.
atexit.register(_style.cache_clear)


def static_files_only() -> Any:
    """A fetcher that reads files below ``static/`` and refuses every other address."""
    from weasyprint.urls import URLFetcher

    class StaticFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            parts = urlsplit(url)
            inside = Path(unquote(parts.path)).resolve().is_relative_to(STATIC.resolve())
            if parts.scheme != "file" or parts.netloc or not inside:
                raise ValueError(f"A page in PDF reads nothing but static files: {url}")
            return super().fetch(url, headers)

    return StaticFilesOnly(allowed_protocols=["file"], allow_redirects=False)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """The PDF as a download; ``name`` is in letters, digits and hyphens."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
