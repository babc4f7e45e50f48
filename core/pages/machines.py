"""Answers to machines, which ask for JSON where people get a page."""

from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def invalid_response(form: BaseForm, status: int) -> JsonResponse:
    """What is wrong in the form, by field."""
    fields = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    message = gettext("Please correct what is marked.")
    return JsonResponse({"code": "invalid", "message": message, "fields": fields}, status=status)
