"""Languages, qualifications and periods of unavailability: adding, changing and removing one at a time."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from officers.domain import profile
from officers.forms.profile import LanguageForm, PartForm, QualificationForm, UnavailabilityForm
from officers.models import LanguageRating, Qualification, QualificationGrant, Unavailability
from officers.views.own import OfficerPage


class PartPage(OfficerPage):
    """Adds a part, or changes the one that the address names; somebody else's is not there (404)."""

    model: type[LanguageRating] | type[QualificationGrant] | type[Unavailability]
    remove = ""

    @cached_property
    def part(self) -> profile.Part | None:
        """The part that the address names; None on a page that adds one."""
        if "pk" not in self.kwargs:
            return None
        return get_object_or_404(self.model, officer=self.officer, pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "officer": self.officer, "instance": self.part}

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(part=self.part, remove=self.remove, **kwargs)

    def keep(self, form: PartForm) -> None:
        profile.save_part(form.save(commit=False), by=self.request.user)


class LanguagePage(PartPage):
    model, form_class = LanguageRating, LanguageForm
    heading = _("Language")
    notice = _("Rate yourself honestly: the language of an operation is tested before you go.")
    remove = "profile-language-remove"


class QualificationPage(PartPage):
    model, form_class = QualificationGrant, QualificationForm
    notice = _(
        "We keep the outcome and its validity only. Do not enter findings, diagnoses or reasons. The desk checks what you "
        "enter against the document."
    )
    remove = "profile-qualification-remove"

    @cached_property
    def qualification(self) -> Qualification:
        if self.part:
            return self.part.qualification
        return get_object_or_404(Qualification, code=self.kwargs["code"], is_active=True)

    @property
    def heading(self) -> str:
        return self.qualification.name

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "qualification": self.qualification}


class UnavailabilityPage(PartPage):
    model, form_class = Unavailability, UnavailabilityForm
    heading = _("When you cannot go")
    notice = _("We ask for the days only, so that no tour is offered in them. You need not say why.")
    remove = "profile-unavailability-remove"


@login_required
@require_safe
def choose_qualification(request: HttpRequest) -> HttpResponse:
    """The kinds of qualifications that can be added."""
    return render(request, "officers/qualifications.html", {"kinds": Qualification.objects.filter(is_active=True)})


@login_required
def remove_part(request: HttpRequest, model: type, pk: int) -> HttpResponse:
    """Asks, then takes a part out of the profile. Raises Http404 for somebody else's."""
    part = get_object_or_404(model, officer__user=request.user, pk=pk)
    if request.method == "POST":
        profile.remove_part(part, by=request.user)
        messages.success(request, gettext("Removed."))
        return redirect("profile")
    return render(request, "officers/remove.html", {"part": part})
