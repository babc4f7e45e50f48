"""Extensions that officers of the own police service ask for: the service agrees, or declines."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.actors import Actor
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain import tours
from deployments.domain.stakes import postings_at_stake
from deployments.forms.applying import ExtensionAnswerForm
from deployments.models import Deployment, ExtensionState
from deployments.views.answers import OtherService, done, invalid, refused
from officers.domain.coordination import services_of
from officers.signed_in import SignedInRequest


@login_required
@require_safe
def coordinated_tour(request: SignedInRequest, pk: int) -> HttpResponse:
    """The tour of an officer of the own service, and the extensions asked for."""
    tour = _own(request, pk)
    shown = tour.extensions.filter(state=ExtensionState.OPEN).first()
    form = ExtensionAnswerForm(is_required=False, initial={"extension": shown.pk if shown else None})
    return _page(request, tour, form)


@login_required
@require_POST
def decide_extension(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """The service agrees to the extension, or declines it with a reason."""
    if verb not in ("agree-extension", "decline-extension"):
        raise Http404
    try:
        tour = _own(request, pk)
    except Http404:
        return refused(
            request,
            OtherService(
                _(
                    "This is no tour of duty of an officer of your police service, or one in a posting for which you have applied."
                )
            ),
            back=reverse("coordination"),
        )
    form = ExtensionAnswerForm(request.POST, is_required=verb == "decline-extension")
    if not form.is_valid():
        return invalid(request, form) or _page(request, tour, form, status=400)
    try:
        said = _decided(tour, verb, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("coordinated-tour", args=[pk]))
    return done(request, said, to=reverse("coordination"))


def _decided(tour: Deployment, verb: str, *, by: Actor, **said: Any) -> str:
    """Do it, and say what happened."""
    if verb == "agree-extension":
        tours.agree_extension(tour, by=by, party="service", **said)
        return _("You agreed to the extension. The desk grants it where there is room.")
    tours.decline_extension(tour, by=by, **said)
    return _("The extension is declined, and the officer is told why.")


def _own(request: SignedInRequest, pk: int) -> Deployment:
    """A tour of an officer of the own service; other people's raise 404, and so do those in postings at stake."""
    services = services_of(request.user, on=today_here())
    if not services:
        raise PermissionDenied
    own = Deployment.objects.prepared().filter(officer__police_service__in=services)
    own = own.filter(Q(officer__user=request.user) | ~Q(posting__in=postings_at_stake(request.user)))
    related = ("officer__user", "officer__police_service", "posting__mission__operation")
    return get_object_or_404(own.select_related(*related), pk=pk)


def _page(request: HttpRequest, tour: Deployment, form: ExtensionAnswerForm, status: int = 200) -> HttpResponse:
    """The tour as its coordinator reads it; the history says who did."""
    record_act(tour, CoreVerb.VIEW, by=request.user)
    extensions = list(tour.extensions.all())
    waiting = next((each for each in extensions if each.state == ExtensionState.OPEN), None)
    context = {
        "tour": tour,
        "form": form,
        "extensions": extensions,
        "waiting": waiting,
        "is_own": tour.officer.user_id == request.user.pk,
    }
    return render(request, "deployments/coordinated_tour.html", context, status=status)
