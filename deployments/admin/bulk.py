"""One act on many records: one by one through the same domain function, with a report for each.

Applications of a posting are chosen on its pipeline, tours of duty of an operation or mission on its roll-call.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from core.desk.acts import Act
from core.desk.site import desk_site
from core.history.verbs import Verb
from core.pages.machines import wants_json
from core.refusals import Refusal
from core.text.keys import keys_in
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Application, ApplicationState, Deployment, Posting
from missions.models import Mission, Operation

VERBS: dict[type[Model], type[Verb]] = {Application: ApplicationVerb, Deployment: TourVerb}
MAX_SELECTED = 200


@dataclass(frozen=True)
class BulkSource:
    """Where records are chosen: those of ``record``, in the order in which they are dealt with; ``name`` is one of them
    in what is sent. ``address`` is that of the act, ``back`` that of the page.
    """

    record: Model
    name: str
    records: QuerySet[Any]
    address: str
    back: str
    explanation: str | Promise


@dataclass(frozen=True)
class Outcome:
    """What came of the act on one record: ``refusal`` is None where it was done."""

    record: Any
    url: str
    refusal: Refusal | None


def bulk_acts(request: HttpRequest, model: type[Model]) -> list[Act]:
    """The acts that the account may do on many applications, or many tours, at once."""
    verbs = {verb.address for verb in VERBS[model] if verb.facts.is_bulk}
    return [
        act
        for act in desk_site.acts
        if act.model is model and act.verb in verbs and request.user.has_perm(act.permission)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """Applications of a posting."""
    posting = get_object_or_404(Posting, pk=pk)
    shown = posting.applications.exclude(state=ApplicationState.DRAFT)
    whole = shown.select_related("officer__user", "officer__police_service", "posting__mission__operation__programme")
    place = BulkSource(
        posting,
        "application",
        whole.order_by("state_since", "pk"),
        reverse("bulk", args=[pk]),
        reverse("pipeline", args=[pk]),
        _(
            "Each applicant is dealt with alone, who waits longest first; the report says what was done and what was refused."
        ),
    )
    return carry_out(request, place)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_tours(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Tours of duty of an operation or mission."""
    record: Operation | Mission = (
        get_object_or_404(Operation, pk=pk) if kind == "operation" else get_object_or_404(Mission, pk=pk)
    )
    tours = Deployment.objects.within(record).consuming()
    place = BulkSource(
        record,
        "deployment",
        tours.select_related("officer__user", "posting").order_by("first_day", "pk"),
        reverse("bulk-tours", args=[kind, pk]),
        reverse("roll-call", args=[kind, pk]),
        _(
            "Each tour is dealt with alone, the first to begin first; the report says what was done and what was refused."
        ),
    )
    return carry_out(request, place)


def carry_out(request: HttpRequest, place: BulkSource) -> HttpResponse:
    """GET (``act``, ``compare``...) asks what the act asks; POST (``act``, the records) does it and reports."""
    sent = request.POST if request.method == "POST" else request.GET
    acts = bulk_acts(request, place.records.model)
    if not acts:
        raise PermissionDenied
    if request.method != "POST" and not sent.get("act"):
        return _back(request, place, gettext("Choose an act first."))
    act = next((each for each in acts if each.verb == sent.get("act")), None)
    if act is None:
        raise Http404
    chosen = _chosen(place, sent.getlist(place.name if request.method == "POST" else "compare"))
    if not chosen:
        return _back(request, place, gettext("Choose some first."))
    if len(chosen) > MAX_SELECTED:
        return _too_many(request, place)
    if request.method != "POST":
        return _asked(request, place, act, chosen, act.form(record=chosen[0], initial=act.initial(chosen[0])))
    form = act.form(request.POST, record=chosen[0])
    if not form.is_valid():
        return _asked(request, place, act, chosen, form, status=HTTPStatus.BAD_REQUEST)
    return _reported(request, place, act, [_attempt(act, each, request, form.arguments()) for each in chosen])


def _too_many(request: HttpRequest, place: BulkSource) -> HttpResponse:
    """Nothing is done rather than the half of it."""
    words = gettext("Choose at most %(most)s at once.") % {"most": MAX_SELECTED}
    if wants_json(request):
        return JsonResponse({"code": "too_many", "message": words}, status=HTTPStatus.BAD_REQUEST)
    return _back(request, place, words)


def _back(request: HttpRequest, place: BulkSource, words: str) -> HttpResponse:
    messages.error(request, words)
    return HttpResponseRedirect(place.back)


def _chosen(place: BulkSource, keys: list[str]) -> list[Any]:
    wanted = set(keys_in(keys))
    return list(place.records.filter(pk__in=wanted)[: MAX_SELECTED + 1])


def _attempt(act: Act, record: Any, request: HttpRequest, arguments: dict[str, Any]) -> Outcome:
    refusal = None
    try:
        act.do(record, by=request.user, **arguments)
    except Refusal as refused:
        refusal = refused
    return Outcome(record, act.page_of(record), refusal)


def _asked(
    request: HttpRequest, place: BulkSource, act: Act, chosen: list[Any], form: Any, status: int = HTTPStatus.OK
) -> HttpResponse:
    return _page(request, place, act, "bulk", {"chosen": chosen, "form": form}, status)


def _reported(request: HttpRequest, place: BulkSource, act: Act, outcomes: list[Outcome]) -> HttpResponse:
    """409 only where every single one was refused: what was done is done."""
    done = sum(outcome.refusal is None for outcome in outcomes)
    status = HTTPStatus.OK if done else HTTPStatus.CONFLICT
    if wants_json(request):
        said = {"code": "done", "message": gettext("Done")}
        rows = [{place.name: each.record.pk, **(each.refusal.as_json() if each.refusal else said)} for each in outcomes]
        return JsonResponse({"done": done, "refused": len(outcomes) - done, "rows": rows}, status=status)
    context = {"outcomes": outcomes, "done": done, "refused": len(outcomes) - done}
    return _page(request, place, act, "bulk_report", context, status)


def _page(
    request: HttpRequest, place: BulkSource, act: Act, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    whole = {
        **admin.site.each_context(request),
        "title": gettext("%(act)s: %(record)s") % {"act": act.title, "record": place.record},
        "record": place.record,
        "opts": place.record._meta,
        "place": place,
        "act": act,
        **context,
    }
    return TemplateResponse(request, f"admin/deployments/{template}.html", whole, status=status)
