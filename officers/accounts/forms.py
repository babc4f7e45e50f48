"""allauth's forms in the portal's words: visible labels instead of placeholders, and what sign-up asks beside them."""

import struct
from typing import TYPE_CHECKING, Any, cast

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal.auth import complete_authentication
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from core.pages.forms import record_choice
from officers.accounts.devices import device_of
from officers.accounts.passkeys import check_unused, keep_counter
from officers.accounts.security_log import write
from officers.forms.fields import FamilyName, GivenName
from officers.models import PoliceService, User

if TYPE_CHECKING:
    # What the classes below are mixed into: allauth's own forms, which bring no types.
    _AnyForm = forms.Form

    class _CodeForm(forms.Form):
        user: User

        def clean_code(self) -> str: ...
        def _emit_authentication_failed(self, authenticator: Authenticator) -> None: ...
else:
    _AnyForm = _CodeForm = object


LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("Confirm new password"),
    "code": _("Code"),
    "remember": _("Keep me signed in on this device"),
}
# What allauth and fido2 raise on an answer of another shape.
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error)
# An answer of a passkey that says nothing.
UNUSABLE = {"incorrect_code", "invalid", "required"}
HELP: dict[str, Any] = {
    "password1": _(
        "Use at least 8 characters. Do not use your name, a common password, numbers only, or only words from this site."
    ),
    "code": _("Six digits from your authenticator app, or one of your recovery codes."),
}


class PlainWords(_AnyForm):
    """Gives allauth's fields the labels and hints above and takes their placeholders away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            field.help_text = HELP.get(name, field.help_text if name not in LABELS else "")


class LoginForm(PlainWords, account.LoginForm):
    pass


class ReauthenticateForm(PlainWords, account.ReauthenticateForm):
    pass


class ChangeEmailForm(PlainWords, account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class ChangePasswordForm(PlainWords, account.ChangePasswordForm):
    pass


class SetPasswordForm(PlainWords, account.SetPasswordForm):
    pass


class ResetPasswordForm(PlainWords, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainWords, account.ResetPasswordKeyForm):
    def save(self) -> None:
        """The link came by mail: whoever set the password with it reads the account's only address."""
        super().save()
        if not self.user.emailaddress_set.exclude(email=self.user.email).exists():
            self.user.confirm_address()


class CountedByDevice(_CodeForm):
    """Wrong codes from a browser that the account knows are counted apart (officers.accounts.devices).

    Otherwise as allauth's ``clean_code``, which counts by the account alone.
    """

    def clean_code(self) -> str:
        device = device_of(context.request, self.user.email)
        if not device:
            return super().clean_code()
        person, counted = self.user, f"{self.user.pk}-{device}"
        if not ratelimit.consume(context.request, action="login_failed", key=f"mfa-auth-user-{counted}"):
            raise get_adapter().validation_error("too_many_login_attempts")
        return self._checked_code(person, counted)

    def _checked_code(self, person: User, counted: str) -> str:
        for authenticator in Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.WEBAUTHN):
            if authenticator.wrap().validate_code(self.cleaned_data["code"]):
                authenticator.user, self.authenticator = person, authenticator
                ratelimit.clear(context.request, action="login_failed", key=f"mfa-auth-user-{counted}")
                return str(self.cleaned_data["code"])
        if main := Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first():
            self._emit_authentication_failed(main)
        raise get_mfa_adapter().validation_error("incorrect_code")


class SoundCredential(_AnyForm):
    """A passkey's answer in any other shape than a browser gives it is a wrong answer."""

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except BROKEN:
            self.add_error(None, get_mfa_adapter().validation_error("incorrect_code"))

    def clean_credential(self) -> Any:
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict) or not _is_plain(credential):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return credential


def _is_plain(value: Any, depth: int = 5) -> bool:
    """Whether JSON is shallow, and no text in it has a character that a database does not take."""
    if isinstance(value, dict | list):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        return depth > 0 and all(_is_plain(part, depth - 1) for part in parts)
    return not isinstance(value, str) or "\0" not in value


class AddPasskeyForm(PlainWords, SoundCredential, webauthn.AddWebAuthnForm):
    name = forms.CharField(label=_("Name"), required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        cleaned = cast(dict[str, Any], super().clean())
        if cleaned.get("credential"):
            cleaned["credential"] = check_unused(cleaned["credential"])
        return cleaned


class EditPasskeyForm(PlainWords, webauthn.EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    instance: Authenticator

    @transaction.atomic
    def save(self) -> Authenticator:
        """The passkey as it is by now: its counter may have grown, or it may be gone."""
        self.instance = get_object_or_404(Authenticator.objects.select_for_update(), pk=self.instance.pk)
        return super().save()


class PasskeyForm(SoundCredential, webauthn.AuthenticateWebAuthnForm):
    """Counts failures by account, and apart for a browser that the account knows (officers.accounts.devices)."""

    def clean_credential(self) -> Authenticator:
        credential = super().clean_credential()
        device = device_of(context.request, self.user.email)
        key = f"mfa-auth-user-{self.user.pk}{device and '-'}{device}"
        if not ratelimit.consume(context.request, action="login_failed", key=key):
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            found = complete_authentication(self.user, credential)
            keep_counter(found, credential)
        except forms.ValidationError as wrong:
            write("second_factor_failed", context.request, target=self.user.pk, why=wrong.code)
            raise
        ratelimit.clear(context.request, action="login_failed", key=key)
        return found

    def problem(self) -> str:
        """What is wrong beyond that nothing usable came from the passkey; "" for that."""
        wrong = self.errors.as_data().get("credential", [])
        return next((str(each.messages[0]) for each in wrong if each.code not in UNUSABLE), "")


class ReauthenticateWithPasskeyForm(PasskeyForm, webauthn.ReauthenticateWebAuthnForm):
    pass


class AuthenticateForm(PlainWords, CountedByDevice, mfa.AuthenticateForm):
    pass


class ReauthenticateWithCodeForm(PlainWords, CountedByDevice, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(PlainWords, totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The six digits that your authenticator app shows now.")


class SignupForm(PlainWords, account.SignupForm):
    """Asks for the name and the police service too; the service may accept its own mail domains only."""

    given_name = GivenName()
    family_name = FamilyName()
    signup_service = forms.ModelChoiceField(
        PoliceService.objects.none(), label=_("Police service"), empty_label=_("Choose your police service")
    )
    field_order = ["given_name", "family_name", "signup_service", "email", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_choice(self, "signup_service").queryset = PoliceService.objects.all()
        self.fields["email"].help_text = _("Use the address that your police service gave you.")
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("Confirm password")

    def clean(self) -> dict[str, Any]:
        cleaned = cast(dict[str, Any], super().clean())
        service, email = cleaned.get("signup_service"), cleaned.get("email")
        if service and email and not service.accepts_address(email):
            self.add_error("email", service.address_refusal())
        return cleaned

    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> Any:
        """Two posts of one form at the same moment make one account; the second reads the same answer."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # as long as it takes where an account is made
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)
