"""Where allauth's own page is not enough: the last second factor of staff stays, one app is set up once, words are shown."""

from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from officers.accounts.adapters import is_last_factor
from officers.accounts.passkeys import one_after_the_other


class RemovePasskey(RemoveWebAuthnView):
    """Asks, then removes a passkey. Raises PermissionDenied for the last second factor of staff who need one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_needed = not get_adapter().can_delete_authenticator(self.object)
        is_last = is_last_factor(self.object)
        context: dict[str, Any] = super().get_context_data(is_needed=is_needed, is_last=is_last, **kwargs)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            raise PermissionDenied
        return cast(HttpResponse, super().form_valid(form))


class AddPasskey(AddWebAuthnView):
    """Adds a passkey, one person after the other; shows what was wrong with what was sent, which allauth's page forgets."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        with one_after_the_other():
            return cast(HttpResponse, super().post(*args, **kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | kwargs


class ActivateApp(ActivateTOTPView):
    """Sets up an authenticator app; whoever does so twice at the same moment is told which one counts."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return cast(HttpResponse, super().form_valid(form))
        except IntegrityError:
            form.add_error(None, _("An authenticator app was set up a moment ago, on another page: that one counts."))
            return cast(HttpResponse, self.render_to_response(self.get_context_data(form=form), status=409))
