"""The profile: an overview, and a small page for each part of which there is one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from officers.domain import expiry, profile
from officers.forms.profile import DeclarationsForm, JoinForm, NameForm, PersonForm, ServiceForm
from officers.signed_in import SignedInRequest
from officers.views.own import FormPage, OfficerPage, officer_of


@login_required
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Everything that the profile says, what is missing and what ends soon."""
    officer = officer_of(request.user, whole=True)
    if officer is None:
        return redirect("profile-join")
    context = {
        "officer": officer,
        "missing": profile.completeness(officer).missing,
        "endings": expiry.endings(officer.grants.all()),
    }
    return render(request, "officers/profile.html", context)


class JoinPage(FormPage):
    form_class = JoinForm
    heading = _("Begin your profile")
    notice = _(
        "We ask for your police service and service number to know who you are, and to let your service release you. "
        "Your service's coordinator and the desk see them; nothing of your profile is public."
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and officer_of(request.user):
            return redirect("profile")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return {"police_service": self.request.user.signup_service_id}

    def keep(self, form: JoinForm) -> None:
        profile.join(self.request.user, by=self.request.user, **form.cleaned_data)


class NamePage(FormPage):
    form_class = NameForm
    heading = _("Name and language")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.request.user}

    def keep(self, form: NameForm) -> None:
        form.save()


class ServicePage(OfficerPage):
    form_class: type[ServiceForm] | type[PersonForm] = ServiceForm
    heading = _("Rank and time of service")
    notice = _("Postings ask for a rank and for years of service. Your police service is changed by the desk only.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.officer}

    def keep(self, form: ServiceForm) -> None:
        profile.save_officer(form.save(commit=False), by=self.request.user)


class PersonPage(ServicePage):
    form_class = PersonForm
    heading = _("Birth date, gender and telephone")
    notice = _(
        "Receiving organizations set age limits; that is why we ask for your birth date. Gender is asked for statistics "
        "only: it is never part of a selection, and you may leave it empty."
    )


class DeclarationsPage(OfficerPage):
    form_class = DeclarationsForm
    heading = _("Declarations")
    notice = _(
        "Receiving organizations take nobody with a criminal conviction or an open investigation. Only the desk sees your "
        "answers. A false answer ends an application."
    )

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.officer, name) for name in DeclarationsForm.base_fields}

    def keep(self, form: DeclarationsForm) -> None:
        profile.declare(self.officer, by=self.request.user, **form.cleaned_data)
