"""What somebody sent after the sign-in had ended: shown again to the same person, to be sent or left."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from officers.accounts.stay import kept_form
from officers.signed_in import SignedInRequest


@login_required
@require_safe
def kept(request: SignedInRequest) -> HttpResponse:
    """The form as it was typed, with the button that sends it."""
    form = kept_form(request)
    typed = [value for _name, values in form["fields"] for value in values if len(value) > 1] if form else []
    return render(request, "account/kept.html", {"kept": form, "typed": typed})
