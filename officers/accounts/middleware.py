"""The second factor of staff, before anything else."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from officers.accounts import stay
from officers.models import User
from officers.signed_in import signed_in

PASSED = "second_factor_passed"
# What a person without a second factor may use: setting one up, proving who they are, and leaving.
OPEN = {
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


# By which page somebody is asked who has a second factor of that kind.
ASKED_BY = {
    Authenticator.Type.TOTP: "mfa_reauthenticate",
    Authenticator.Type.WEBAUTHN: "mfa_reauthenticate_webauthn",
}


class SecondFactorMiddleware:
    """Staff reach no page without a second factor in this session, while STAFF_MFA_REQUIRED is on.

    Who has none is sent to set it up; who has one, but logged in without it, is asked for a code.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        needed = settings.STAFF_MFA_REQUIRED and request.user.is_authenticated and request.user.is_staff
        if not needed or request.session.get(PASSED) == request.user.pk or _is_open(request):
            return self.get_response(request)
        records = get_authentication_records(request, request.user)
        if any(record.get("method") == "mfa" for record in records):
            request.session[PASSED] = request.user.pk
            return self.get_response(request)
        return _ask(request)


def _is_open(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).url_name in OPEN
    except Resolver404:
        return False


def _ask(request: HttpRequest) -> HttpResponse:
    """Send the person to the code, or to setting up the second factor; in their own language."""
    with translation.override(signed_in(request).language):
        kinds = set(Authenticator.objects.filter(user=signed_in(request)).values_list("type", flat=True))
        if page := next((page for kind, page in ASKED_BY.items() if kind in kinds), ""):
            back = {"next": request.get_full_path()} if request.method == "GET" else {}
            return redirect(f"{reverse(page)}?{urlencode(back)}")
        messages.info(request, _("Staff accounts need a second factor. Set it up to go on."))
        return redirect("mfa_activate_totp")


def connect() -> None:
    """Called once, when the apps are ready."""
    user_logged_in.connect(stay.remember_sign_in, dispatch_uid="officers.stay")
    authenticator_added.connect(_remember, dispatch_uid="officers.second_factor")


def _remember(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever sets up a second factor has just shown it; sessions that were opened without it end."""
    request.session[PASSED] = user.pk
    record_authentication(request, user, method="mfa")
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        session.end()
