"""The officer's own tours of duty (under /en/my/tours/): the state of each, and asking for an extension."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.history.acts import history_of
from core.pages.machines import wants_json
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain import tours
from deployments.domain.verbs.tours import CHECKED
from deployments.forms.applying import ExtensionForm
from deployments.models import Deployment, DeploymentState, ExtensionState
from deployments.models.letter import letters_for_officer
from deployments.queries.checklists import lines_of
from deployments.queries.stories import story_for_officer
from deployments.views.answers import done, refused
from officers.signed_in import SignedInRequest


@login_required
@require_safe
def my_tour(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own tour: its days and state, leave, extensions asked for, and its story."""
    return _page(request, _own(request, pk), ExtensionForm())


@login_required
@require_POST
def ask_extension(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks for a later last day; what was typed is kept where it is refused."""
    tour = _own(request, pk)
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return _page(request, tour, form, status=400)
    try:
        tours.ask_extension(tour, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        if wants_json(request):
            return refused(request, refusal, back=reverse("my-tour", args=[pk]))
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, tour, form, status=refusal.status)
    said = _("You asked for an extension. Your police service and the mission are asked; then the desk decides.")
    return done(request, said, to=reverse("my-tour", args=[pk]))


def _own(request: SignedInRequest, pk: int) -> Deployment:
    """A tour of one's own that is more than a held place; any other is as good as missing."""
    mine = Deployment.objects.prepared().filter(officer__user=request.user)
    return get_object_or_404(mine.select_related("officer__user", "posting__mission__operation"), pk=pk)


def _page(request: SignedInRequest, tour: Deployment, form: ExtensionForm, status: int = 200) -> HttpResponse:
    extensions = list(tour.extensions.all())
    is_live = tour.state in DeploymentState.live_states()
    context = {
        "tour": tour,
        "form": form,
        "leaves": tour.leaves.all(),
        "extensions": extensions,
        "can_ask": is_live and all(each.state != ExtensionState.OPEN for each in extensions),
        "lines": [line for line in lines_of([tour]) if line.item.is_for_officer and tour.state in CHECKED],
        "today": today_here(),
        "letters": letters_for_officer(request.user).filter(Q(deployment=tour) | Q(application__deployment=tour)),
        "story": story_for_officer(tour, history_of(tour)),
    }
    return render(request, "deployments/my_tour.html", context, status=status)
