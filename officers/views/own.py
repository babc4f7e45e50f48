"""What the officer's own pages have in common: whose they are, one form a page, and refusals said at the form."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core.generics import AnyFormView
from core.refusals import Refusal
from officers.models import Officer, QualificationGrant, User
from officers.signed_in import SignedInRequest


def officer_of(user: User, *, whole: bool = False) -> Officer | None:
    """The profile beside the account, if any; with all its parts where the ``whole`` is shown."""
    officers = Officer.objects.filter(user=user).select_related("user", "police_service")
    if whole:
        held = QualificationGrant.objects.select_related("qualification", "evidence")
        officers = officers.prefetch_related("language_ratings", "unavailabilities", Prefetch("grants", held))
    return officers.first()


class FormPage(LoginRequiredMixin, AnyFormView):
    """A page with one form. ``notice`` says why we ask; ``heading`` is its title."""

    request: SignedInRequest
    template_name = "officers/form_page.html"
    heading: str | Promise = ""
    notice: str | Promise = ""
    success = "profile"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading, notice=self.notice, **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            with transaction.atomic():
                self.keep(form)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return self.render_to_response(self.get_context_data(form=form), status=refusal.status)
        except IntegrityError:
            form.add_error(None, _("The same was saved a moment ago already."))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(self.request, _("Saved."))
        return redirect(self.back or self.success)

    @property
    def back(self) -> str:
        """The page of the portal from which the reader came to mend something; "" for none."""
        asked = self.request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(asked, {self.request.get_host()}, self.request.is_secure())
        return asked if is_ours else ""

    def keep(self, form: Any) -> None:
        """Save through the domain. Raises Refusal."""
        raise NotImplementedError


class OfficerPage(FormPage):
    """A page of the officer who is logged in; an account without a profile begins with joining."""

    officer: Officer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            officer = officer_of(request.user)
            if officer is None:
                return redirect("profile-join")
            self.officer = officer
        return super().dispatch(request, *args, **kwargs)
