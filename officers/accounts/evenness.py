"""Answers that tell nobody whether an account exists: the same time, whatever had to be done.

Body and status are allauth's and the forms' matter. Here an answer to somebody who is not let in waits for the next
full step, so that a mail more or a hash less is not to be measured.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

PAGES = {
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_email",
    "account_email_verification_sent",
}


class EvenAnswersMiddleware:
    """Rounds the time of such an answer up to the next multiple of ACCOUNT_ANSWER_STEP seconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        step = settings.ACCOUNT_ANSWER_STEP
        if request.method != "POST" or not step or not _is_even(request):
            return self.get_response(request)
        began = time.monotonic()
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_signed_in or not request.user.is_authenticated:
            time.sleep(step - (time.monotonic() - began) % step)
        return response


def _is_even(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).url_name in PAGES
    except Resolver404:
        return False
