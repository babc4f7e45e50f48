"""Languages, qualifications and periods of unavailability: adding, changing and removing one at a time."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from core.files.uploads import download
from officers.domain import profile
from officers.domain.evidence import attach_evidence, remove_evidence
from officers.forms.profile import LanguageForm, PartForm, QualificationForm, UnavailabilityForm
from officers.models import LanguageRating, Qualification, QualificationEvidence, QualificationGrant, Unavailability
from officers.signed_in import SignedInRequest
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
        return cast(profile.Part, get_object_or_404(self.model, officer=self.officer, pk=self.kwargs["pk"]))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "officer": self.officer, "instance": self.part}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(part=self.part, remove=self.remove, **kwargs)

    def keep(self, form: PartForm) -> None:
        profile.save_part(form.save(commit=False), by=self.request.user)


class LanguagePage(PartPage):
    model, form_class = LanguageRating, LanguageForm
    heading = _("Language")
    notice = _("Rate yourself honestly: the language of an operation is tested before you go.")
    remove = "profile-language-remove"

    def get_initial(self) -> dict[str, Any]:
        """The language that a link of an application asks for."""
        return {"language": self.request.GET.get("language", "")}


class QualificationPage(PartPage):
    model, form_class = QualificationGrant, QualificationForm
    template_name = "officers/qualification_page.html"
    notice = _(
        "We keep the outcome and its validity only. Do not enter findings, diagnoses or reasons, and hand in only the page "
        "that shows the outcome. The desk checks what you enter against the document; nobody else reads it."
    )
    remove = "profile-qualification-remove"

    @cached_property
    def qualification(self) -> Qualification:
        if isinstance(self.part, QualificationGrant):
            return self.part.qualification
        return get_object_or_404(Qualification, code=self.kwargs["code"], is_active=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.heading = self.qualification.name
        return super().get_context_data(**kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "qualification": self.qualification}

    def keep(self, form: PartForm) -> None:
        super().keep(form)
        if form.cleaned_data["document"]:
            attach_evidence(form.instance, by=self.request.user, upload=form.cleaned_data["document"])


class UnavailabilityPage(PartPage):
    model, form_class = Unavailability, UnavailabilityForm
    heading = _("When you cannot go")
    notice = _("We ask for the days only, so that no tour is offered in them. You need not say why.")
    remove = "profile-unavailability-remove"


@login_required
@require_safe
def choose_qualification(request: SignedInRequest) -> HttpResponse:
    """The kinds of qualifications that can be added."""
    return render(request, "officers/qualifications.html", {"kinds": Qualification.objects.filter(is_active=True)})


@login_required
def remove_part(request: SignedInRequest, model: type[profile.Part], pk: int) -> HttpResponse:
    """Asks, then takes a part out of the profile. Raises Http404 for somebody else's."""
    part = cast(profile.Part, get_object_or_404(model, officer__user=request.user, pk=pk))
    if request.method == "POST":
        profile.remove_part(part, by=request.user)
        messages.success(request, gettext("Removed."))
        return redirect("profile")
    return render(request, "officers/remove.html", {"part": part})


@login_required
@require_safe
def evidence(request: SignedInRequest, pk: int) -> FileResponse:
    """The document of one's own qualification, as a download. Raises Http404 for somebody else's."""
    return download(_own_evidence(request, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_evidence_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks, then takes the document back. Raises Http404 for somebody else's."""
    found = _own_evidence(request, pk)
    if request.method == "POST":
        remove_evidence(found.grant, by=request.user)
        messages.success(request, gettext("Removed."))
        return redirect("profile-qualification", pk)
    return render(request, "officers/remove.html", {"part": found})


def _own_evidence(request: HttpRequest, pk: int) -> QualificationEvidence:
    owned = QualificationEvidence.objects.select_related("grant__officer", "grant__qualification")
    return get_object_or_404(owned, grant__pk=pk, grant__officer__user=request.user)
