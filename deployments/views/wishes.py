"""An officer's own wishes (under /en/my/wishes/), each withdrawn with one button."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.refusals import Refusal
from deployments.domain import wishes
from deployments.forms.wishes import WishForm
from deployments.models import OfficerWish
from deployments.views.answers import done, invalid
from deployments.views.openings import officer_of
from officers.signed_in import SignedInRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_wishes(request: SignedInRequest) -> HttpResponse:
    """The wishes, the form that adds one, and whether the desk may ask again."""
    officer = officer_of(request)
    if officer is None:
        return redirect("profile")
    form = WishForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                wishes.add_wish(officer, by=request.user, **form.cleaned_data)
                return done(request, _("Your wish is written down."), to=reverse("my-wishes"))
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = refusal.status
        answer = invalid(request, form)
        if answer is not None:
            return answer
        status = status if status != 200 else 400
    context = {"form": form, "officer": officer, "wishes": officer.wishes.select_related("operation", "role")}
    return render(request, "deployments/my_wishes.html", context, status=status)


@login_required
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove one of one's own wishes."""
    wish = get_object_or_404(OfficerWish.objects.select_related("officer"), pk=pk, officer__user=request.user)
    wishes.withdraw_wish(wish, by=request.user)
    return done(request, _("Your wish is withdrawn."), to=reverse("my-wishes"))


@login_required
@require_POST
def asking(request: SignedInRequest) -> HttpResponse:
    """Lets the desk ask again (field ``may_be_asked`` is ``yes``), or not any more."""
    officer = officer_of(request)
    if officer is None:
        return redirect("profile")
    may = request.POST.get("may_be_asked") == "yes"
    wishes.set_may_be_asked(officer, by=request.user, may_be_asked=may)
    said = _("The desk may ask you again.") if may else _("The desk does not ask you any more.")
    return done(request, said, to=reverse("my-wishes"))
