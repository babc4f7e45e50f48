"""What the portal holds on whoever is signed in: take it along, or close the account (/en/my/data/)."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.history.acts import record_act
from core.refusals import Refusal
from deployments.domain.verbs.data import DataVerb
from deployments.forms.own_data import CloseAccountForm
from deployments.privacy.erasure import close_account
from deployments.privacy.holdings import as_zip
from deployments.views.answers import done, refused
from officers.signed_in import SignedInRequest, asks_again_who_it_is


@login_required
@require_safe
def own_data(request: SignedInRequest) -> HttpResponse:
    """What is kept and how long, with the two acts."""
    return _page(request, CloseAccountForm())


@login_required
@require_POST
@asks_again_who_it_is
def export(request: SignedInRequest) -> HttpResponse:
    """Everything held on the person, as JSON with the documents."""
    record_act(request.user, DataVerb.EXPORT_OWN_DATA, by=request.user)
    response = HttpResponse(as_zip(request.user), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response


@login_required
@require_POST
@asks_again_who_it_is
def close(request: SignedInRequest) -> HttpResponse:
    """Close the account and sign out; ask for the box to be ticked."""
    form = CloseAccountForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        close_account(request.user, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("own-data"))
    logout(request)
    return done(request, _("Your account is closed."), to=reverse("current-operations"))


def _page(request: HttpRequest, form: CloseAccountForm, status: int = 200) -> HttpResponse:
    return render(request, "deployments/own_data.html", {"form": form}, status=status)
