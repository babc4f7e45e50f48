"""Asking again who it is, at the desk: before data are taken along as a file, and before rights change.

Whoever gave the password, a code or a passkey some minutes ago is not asked. What was sent is kept in the session meanwhile,
and done afterwards, without JavaScript.
"""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, is_reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import serialize_request
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core.pages.machines import wants_json
from core.refusals import Refusal


class IdentityNotConfirmed(Refusal):
    """The session is some minutes old: machines confirm who they are, then send it again."""

    code = "confirm_identity"
    status = 403

    def __init__(self) -> None:
        super().__init__(_("Confirm that it is you, then send this again: your log-in is some minutes old."))


def confirm_identity(request: HttpRequest) -> None:
    """Leads to the password or second factor, and back, unless either was given some minutes ago.

    A POST is kept, without files, and done afterwards. Raises ImmediateHttpResponse, which allauth's middleware answers,
    and IdentityNotConfirmed for the POST of a client that asks for JSON.
    """
    if not is_reauthentication_required(request, app="core"):
        return
    if request.method == "POST" and wants_json(request):
        raise IdentityNotConfirmed
    methods = get_adapter().get_reauthentication_methods(request.user)
    back = request.get_full_path()
    if request.method == "POST":
        request.session[STATE_SESSION_KEY] = {"request": serialize_request(request)}
        back = request.path  # as allauth compares it with what is kept; the query is kept with it
    page = methods[0]["url"] if methods else reverse("account_login")
    raise ImmediateHttpResponse(HttpResponseRedirect(f"{page}?{urlencode({REDIRECT_FIELD_NAME: back})}"))
