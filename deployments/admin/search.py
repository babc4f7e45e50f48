"""One search box in the desk's header: officers, postings, operations, missions and tours, as the role may read them."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from core.history.acts import record_act
from core.history.verbs import CoreVerb
from deployments.forms.search import SearchForm
from deployments.models import Deployment, Posting
from missions.models import Mission, Operation
from officers.models import Officer

# In the order in which people look: each with whether its hits are about a person.
KINDS: dict[type[Model], bool] = {Officer: True, Posting: False, Operation: False, Mission: False, Deployment: True}
MAX_HITS = 10


@dataclass(frozen=True)
class DeskHits:
    """The first records of one kind, how many there are, and the list that shows all of them."""

    label: str
    count: int
    hits: list[tuple[str, str]]
    list_url: str


@require_safe
def desk_search(request: HttpRequest) -> HttpResponse:
    """Records with every word of ``q``, without accents and capitals; 400 for more than a search takes.

    A search that shows persons is in the history of the reader's account, without its words.
    """
    models = [model for model in KINDS if admin.site._registry[model].has_view_permission(request)]
    if not models:
        raise PermissionDenied
    form = SearchForm({"q": request.GET.get("q", "")})
    is_valid = form.is_valid()
    asked = form.cleaned_data["q"].strip() if is_valid else ""
    found = {model: hits for model in models if asked and (hits := hits_of(request, model, asked)).count}
    if any(KINDS[model] for model in found):
        record_act(cast(Model, request.user), CoreVerb.VIEW, by=request.user, list="search")
    context = {
        **admin.site.each_context(request),
        "title": gettext("Search: %(words)s") % {"words": asked} if asked else gettext("Search"),
        "asked": asked,
        "groups": list(found.values()),
        "form": form,
    }
    status = HTTPStatus.OK if is_valid else HTTPStatus.BAD_REQUEST
    return TemplateResponse(request, "admin/deployments/search.html", context, status=status)


def hits_of(request: HttpRequest, model: type[Model], asked: str) -> DeskHits:
    """What the list of ``model`` finds, the first few of it."""
    desk: Any = admin.site._registry[model]
    records, _distinct = desk.get_search_results(request, desk.get_queryset(request), asked)
    if desk.list_select_related:
        records = records.select_related(*desk.list_select_related)
    meta = model._meta
    page = f"admin:{meta.app_label}_{meta.model_name}"
    hits = [(str(each), reverse(f"{page}_change", args=[each.pk])) for each in records[:MAX_HITS]]
    list_url = f"{reverse(f'{page}_changelist')}?{urlencode({'q': asked})}"
    return DeskHits(str(capfirst(meta.verbose_name_plural)), records.count(), hits, list_url)
