"""Finding officers by what they bring, and inviting some of them to apply."""

import datetime
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from core.desk.exports import downloads, sheet
from core.desk.site import DeskPage, desk_site
from core.pages.query import page_asked
from core.refusals import Refusal
from core.text.dates import today_here
from core.text.keys import keys_in
from core.text.languages import language_names
from deployments.admin.sheets import Sheet
from deployments.domain import invitations
from deployments.domain.verbs.applications import MAY_ASSESS
from deployments.forms.find_officers import FindOfficersForm, InvitationForm
from deployments.queries.find_officers import Wish, described, months_ahead, officers_for, profiles_asked
from officers.models import Officer, Qualification

PERMISSION = "officers.view_officer"
PER_PAGE, MOST_INVITED = 25, 100
FIREARMS, LEVEL = "firearms", "2"
desk_site.pages.insert(
    1,
    DeskPage(
        _("Find officers"), _("By language, qualification, free days, rank and service."), "find-officers", PERMISSION
    ),
)


@require_safe
def find_officers(request: HttpRequest) -> HttpResponse:
    """Who fits what the address asks, page by page or as a file; 400 for a filter of nonsense."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    today = today_here()
    form = FindOfficersForm(request.GET)
    is_valid = form.is_valid()
    wish = form.wish(today) if is_valid else Wish(today)
    if is_valid and (download := sheet(request, "officers-found", *_sheet(wish))):
        return download
    page = page_asked(officers_for(wish) if is_valid else Officer.objects.none(), PER_PAGE, request)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Find officers"),
        "form": form,
        "found": described(list(page.object_list), wish),
        "page": page,
        "profiles": profile_links(request.GET, today),
        "months": list(month_links(request.GET, today)),
        "downloads": downloads(request.GET),
        "invitation": InvitationForm() if request.user.has_perm(MAY_ASSESS) else None,
    }
    status = HTTPStatus.OK if is_valid else HTTPStatus.BAD_REQUEST
    return TemplateResponse(request, "admin/deployments/find_officers.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_officers(request: HttpRequest) -> HttpResponse:
    """Invites the chosen officers to apply for one opening; says how many were, and why others were not."""
    if not request.user.has_perm(MAY_ASSESS):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseRedirect(reverse("find-officers"))
    back = HttpResponseRedirect(f"{reverse('find-officers')}?{QueryDict(request.POST.get('query', '')).urlencode()}")
    form = InvitationForm(request.POST)
    keys = keys_in(request.POST.getlist("officer"))
    if not form.is_valid() or not 0 < len(keys) <= MOST_INVITED:
        messages.error(request, gettext("Choose an opening, and up to %(most)s officers.") % {"most": MOST_INVITED})
        return back
    invited = 0
    for officer in Officer.objects.filter(pk__in=keys).select_related("user"):
        try:
            invitations.invite(officer, by=request.user, posting=form.cleaned_data["posting"])
            invited += 1
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    if invited:
        words = ngettext("%(count)s officer was invited.", "%(count)s officers were invited.", invited)
        messages.success(request, words % {"count": invited})
    return back


def profile_links(query: QueryDict, today: datetime.date) -> list[tuple[str, str]]:
    """What active operations ask for, each as a search that keeps the days of ``query``."""
    firearms = list(Qualification.objects.filter(kind=FIREARMS, is_active=True).values_list("code", flat=True))
    links = []
    for profile in profiles_asked(today):
        asked = {
            "language": [profile.language],
            "level": [LEVEL],
            "qualification": firearms if profile.is_armed else [],
        }
        language = language_names([profile.language])
        words = gettext("%(language)s, armed") if profile.is_armed else gettext("%(language)s, unarmed")
        links.append((words % {"language": language.capitalize()}, _changed(query, asked)))
    return links


def month_links(query: QueryDict, today: datetime.date) -> Iterable[tuple[str, str]]:
    """The coming months, each as a search for who is free in it that keeps the rest of ``query``."""
    for month in months_ahead(today):
        days = {"first_day": [month.first_day.isoformat()], "last_day": [month.last_day.isoformat()]}
        yield date_format(month.first_day, "YEAR_MONTH_FORMAT"), _changed(query, days)


def _changed(query: QueryDict, values: dict[str, list[str]]) -> str:
    changed = query.copy()
    changed.pop("p", None)
    for name, given in values.items():
        changed.setlist(name, given)
    return f"?{changed.urlencode()}"


def _sheet(wish: Wish) -> Sheet:
    head = (
        gettext("Officer"), gettext("Police service"), gettext("Service number"), gettext("Rank"),
        gettext("Languages (reading/writing/speaking)"), gettext("Qualifications"), gettext("Last operation"),
        gettext("Home since"), gettext("Appraisal"), gettext("On the stand-by roster until"),
        gettext("Nominations"),
    )  # fmt: skip
    return head, _rows(wish)


def _rows(wish: Wish) -> Any:
    for found in described(list(officers_for(wish)), wish):
        tour = found.last_tour
        yield (
            *(found.officer, found.officer.police_service, found.officer.service_number, found.officer.rank),
            "; ".join(found.languages),
            "; ".join(f"{grant} ({grant.valid_until or '–'})" for grant in found.qualifications),
            tour.posting.mission.operation if tour else "",
            tour.last_day if tour else None,
            found.appraisal,
            found.roster_until,
            found.nominations.words,
        )
