"""Where allauth's own page is not enough: the last second factor of staff stays."""

from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from officers.accounts.adapters import is_last_factor


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
