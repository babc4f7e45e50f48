"""How an act answers: a page to go on to, or the refusal in words; JSON for who asks for it."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.refusals import Refusal


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def done(request: HttpRequest, message: str, *, to: str, **data) -> HttpResponse:
    """The act stands: on to ``to`` with the message, or the same as JSON."""
    if wants_json(request):
        return JsonResponse({"message": str(message), **data})
    messages.success(request, message)
    return HttpResponseRedirect(to)


def invalid(request: HttpRequest, form: BaseForm) -> HttpResponse | None:
    """What is wrong in the form, for who asks for JSON; None for who gets the page again."""
    if not wants_json(request):
        return None
    fields = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    return JsonResponse(
        {"code": "invalid", "message": _("Please correct what is marked."), "fields": fields}, status=422
    )


def refused(request: HttpRequest, refusal: Refusal, *, back: str) -> HttpResponse:
    """The act does not stand: its status, and why, with a link to go ``back``."""
    if wants_json(request):
        return JsonResponse(refusal.as_json(), status=refusal.status)
    return render(request, "deployments/refused.html", {"refusal": refusal, "back": back}, status=refusal.status)
