"""How an act answers: a page to go on to, or the refusal in words; JSON for who asks for it."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from core.pages.machines import invalid_response, wants_json
from core.refusals import NotPermitted, Refusal


class OtherService(NotPermitted):
    """The record belongs to another police service, or there is none: which of the two is not said."""

    def __init__(self, words: Any) -> None:
        super().__init__()
        self.message = words


def done(request: HttpRequest, message: str, *, to: str, **data: Any) -> HttpResponse:
    """The answer to an act that was done: a redirect to ``to`` with the message, or the same as JSON."""
    if wants_json(request):
        return JsonResponse({"message": str(message), **data})
    messages.success(request, message)
    return HttpResponseRedirect(to)


def invalid(request: HttpRequest, form: BaseForm) -> HttpResponse | None:
    """What is wrong in the form, for who asks for JSON; None for who gets the page again."""
    return invalid_response(form, 400) if wants_json(request) else None


def refused(request: HttpRequest, refusal: Refusal, *, back: str) -> HttpResponse:
    """The answer to an act that was refused: its status, and why, with a link ``back``."""
    if wants_json(request):
        return JsonResponse(refusal.as_json(), status=refusal.status)
    return render(request, "deployments/refused.html", {"refusal": refusal, "back": back}, status=refusal.status)
