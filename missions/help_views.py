"""Help pages, and the form that writes to the desk."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from core.pages.public import public_page
from missions.help import LONGEST_PAGE, EnquiryForm, help_menu, is_flood, parts_of, take
from missions.models import HelpPage, HelpTopic

TEMPLATE = "missions/help.html"


@public_page
def help_index(request: HttpRequest) -> HttpResponse:
    """Every page of help, with the beginning of what it says."""
    pages = {page.code: page for page in HelpPage.objects.all()}
    listed = [pages[code] for code, _name in help_menu() if code in pages]
    return render(request, "missions/help_index.html", {"pages": listed})


def help_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """One page of help; that of the contact form takes messages as well."""
    if code not in HelpTopic.values:
        raise Http404
    return contact(request) if code == HelpTopic.CONTACT else _read_only(request, code)


help_page.is_public_page = True  # type: ignore[attr-defined]  # what is read only is kept; the form says that it is not to be


@public_page
def _read_only(request: HttpRequest, code: str) -> HttpResponse:
    page = HelpPage.objects.filter(code=code).first()
    if page is None:
        raise Http404
    return render(request, TEMPLATE, _context(page))


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """The contact page with its form. A message is taken, or refused with 400, or with 429 where too many came."""
    asked = request.GET.get("about", "")
    about = asked[:LONGEST_PAGE] if asked.startswith("/") and "\x00" not in asked else ""
    form = EnquiryForm(request.POST) if request.method == "POST" else EnquiryForm(initial={"page": about})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            if not is_flood(request):
                take(form)
                return redirect(f"{reverse('help', args=[HelpTopic.CONTACT])}?sent=1#sent")
            status = 429
        else:
            status = 400
    context = {"form": form, "is_sent": "sent" in request.GET, "is_flood": status == 429}
    page = HelpPage.objects.filter(code=HelpTopic.CONTACT).first()
    return render(request, TEMPLATE, _context(page) | context, status=status)


def _context(page: HelpPage | None) -> dict[str, Any]:
    if page is None:
        return {"title": HelpTopic.CONTACT.label, "menu": help_menu(), "code": HelpTopic.CONTACT.value}
    return {
        "help": page,
        "title": page.title,
        "parts": parts_of(page),
        "menu": help_menu(),
        "code": page.code,
        "date_modified": page.revised_on,
    }
