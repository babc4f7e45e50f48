"""One act on many applications of a posting: one by one through the same domain function, with a report for each."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from core.refusals import Refusal
from deployments.admin.act_views import wants_json
from deployments.admin.acts import ACTS, Act
from deployments.models import Application, ApplicationState, Posting

VERBS = ("screen-in", "screen-out", "assess", "qualify", "nominate", "select", "not-select", "notify")
MOST = 200


@dataclass(frozen=True)
class Outcome:
    """What came of the act on one application: ``refusal`` is None where it was done."""

    application: Application
    refusal: Refusal | None

    def as_json(self) -> dict[str, Any]:
        done = {"code": "done", "message": gettext("Done")}
        return {"application": self.application.pk, **(self.refusal.as_json() if self.refusal else done)}


def bulk_acts(request: HttpRequest) -> list[Act]:
    """The acts that the account may do on many applications at once."""
    return [
        act for act in ACTS if act.model is Application and act.verb in VERBS and request.user.has_perm(act.permission)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """GET (``act``, ``compare``...) asks what the act asks; POST (``act``, ``application``...) does it and reports."""
    posting = get_object_or_404(Posting, pk=pk)
    sent = request.POST if request.method == "POST" else request.GET
    if not bulk_acts(request):
        raise PermissionDenied
    act = next((each for each in bulk_acts(request) if each.verb == sent.get("act")), None)
    if act is None:
        raise Http404
    chosen = _chosen(posting, sent.getlist("application" if request.method == "POST" else "compare"))
    if not chosen:
        messages.error(request, gettext("Choose the applicants first."))
        return HttpResponseRedirect(reverse("pipeline", args=[posting.pk]))
    if request.method != "POST":
        return _asked(request, posting, act, chosen, act.form(record=chosen[0], initial=act.initial(chosen[0])))
    form = act.form(request.POST, record=chosen[0])
    if not form.is_valid():
        return _asked(request, posting, act, chosen, form, status=HTTPStatus.BAD_REQUEST)
    return _reported(request, posting, act, [_attempt(act, each, request, form.arguments()) for each in chosen])


def _chosen(posting: Posting, keys: list[str]) -> list[Application]:
    """Those of the posting's applications, who waits longest first."""
    wanted = {int(key) for key in keys if key.isdecimal() and len(key) < 19}
    found = posting.applications.exclude(state=ApplicationState.DRAFT).filter(pk__in=wanted)
    whole = found.select_related("officer__user", "officer__police_service", "posting__mission__operation__programme")
    return list(whole.order_by("state_since", "pk")[:MOST])


def _attempt(act: Act, application: Application, request: HttpRequest, arguments: dict[str, Any]) -> Outcome:
    try:
        act.do(application, by=request.user, **arguments)
    except Refusal as refusal:
        return Outcome(application, refusal)
    return Outcome(application, None)


def _asked(
    request: HttpRequest, posting: Posting, act: Act, chosen: list[Application], form: Any, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"act": act, "chosen": chosen, "form": form}
    return _page(request, posting, act, "bulk", context, status)


def _reported(request: HttpRequest, posting: Posting, act: Act, outcomes: list[Outcome]) -> HttpResponse:
    """409 only where every single one was refused: what was done is done."""
    done = sum(outcome.refusal is None for outcome in outcomes)
    status = HTTPStatus.OK if done else HTTPStatus.CONFLICT
    if wants_json(request):
        rows = [outcome.as_json() for outcome in outcomes]
        return JsonResponse({"done": done, "refused": len(outcomes) - done, "rows": rows}, status=status)
    context = {"act": act, "outcomes": outcomes, "done": done, "refused": len(outcomes) - done}
    return _page(request, posting, act, "bulk_report", context, status)


def _page(
    request: HttpRequest, posting: Posting, act: Act, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    whole = {
        **admin.site.each_context(request),
        "title": gettext("%(act)s: %(record)s") % {"act": act.title, "record": posting},
        "record": posting,
        "opts": posting._meta,
        **context,
    }
    return TemplateResponse(request, f"admin/deployments/{template}.html", whole, status=status)
