"""What machines ask a site for: sitemap, robots.txt, security.txt and the icon at its old address."""

import datetime
from collections.abc import Iterator
from http import HTTPStatus
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control

from core.pages.feeds import absolute
from core.pages.public import public_page
from core.text.dates import today_here
from deployments.openings.opening import published
from missions import queries
from missions.models import HelpPage

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
LISTS = ("current-operations", "openings", "past-operations", "changes", "map", "numbers", "help-index")
Page = tuple[str, datetime.datetime | None]


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page once in each language, each naming its counterpart (sitemaps.org, with hreflang)."""
    ElementTree.register_namespace("", SITEMAP)
    ElementTree.register_namespace("xhtml", XHTML)
    root = ElementTree.Element(f"{{{SITEMAP}}}urlset")
    for path, changed in _pages():
        addresses = {code: absolute(f"/{code}{path}") for code, _name in settings.LANGUAGES}
        for address in addresses.values():
            _add(root, address, addresses, changed)
    return HttpResponse(
        ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), content_type="application/xml"
    )


def _add(root: ElementTree.Element, address: str, addresses: dict[str, str], changed: datetime.datetime | None) -> None:
    entry = ElementTree.SubElement(root, f"{{{SITEMAP}}}url")
    ElementTree.SubElement(entry, f"{{{SITEMAP}}}loc").text = address
    if changed:
        ElementTree.SubElement(entry, f"{{{SITEMAP}}}lastmod").text = timezone.localtime(changed).isoformat(
            "T", "seconds"
        )
    for code, counterpart in addresses.items():
        ElementTree.SubElement(entry, f"{{{XHTML}}}link", {"rel": "alternate", "hreflang": code, "href": counterpart})


def _pages() -> Iterator[Page]:
    """Paths without their language, with the moment of the last edit where a record has one."""
    for name in LISTS:
        yield _path(name), None
    today = today_here()
    records = (
        ("operation", queries.operations_on(today).values_list("code", "changed_at")),
        ("mission", queries.missions_on(today).values_list("code", "changed_at")),
        ("opening", published().filter(closes_at__gte=timezone.now()).values_list("reference", "changed_at")),
    )
    for name, found in records:
        for code, changed in found.order_by("pk"):
            yield _path(name, code), changed
    for code, changed in HelpPage.objects.order_by("pk").values_list("code", "changed_at"):
        yield _path("help", code), changed


def _path(name: str, *args: str) -> str:
    return reverse(name, args=args)[len("/en") :]


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of what is not public, and show them the sitemap."""
    private = [
        f"Disallow: /{code}/{part}/" for code, _ in settings.LANGUAGES for part in ("accounts", "coordination", "my")
    ]
    lines = ["User-agent: *", "Disallow: /admin/", *private, f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116); valid for half a year from the first of this month."""
    contact = settings.SECURITY_CONTACT
    expires = timezone.localdate().replace(day=1) + datetime.timedelta(days=183)
    lines = [
        f"Contact: {contact if ':' in contact else f'mailto:{contact}'}",
        f"Expires: {expires.isoformat()}T00:00:00Z",
        "Preferred-Languages: en, fr",
        f"Canonical: {absolute('/.well-known/security.txt')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@cache_control(max_age=86_400, public=True)
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers that look for the icon where it always was."""
    return HttpResponseRedirect(static("icons/favicon.ico"), status=HTTPStatus.FOUND)
