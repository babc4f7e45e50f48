"""Where allauth meets the portal: its mail goes through the outbox, its words are the portal's."""

import time
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import BaseSignupForm
from allauth.account.utils import get_next_redirect_url
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.mail.outbox import queue_mail_to
from officers.accounts import secrets
from officers.accounts.devices import device_of
from officers.accounts.stay import SIGNED_IN_AT
from officers.models import User

# Mails that let their reader in: their text is not kept once they are sent.
CONFIDENTIAL = {"email_confirmation", "email_confirmation_signup", "password_reset_key"}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up, log-in and the account's own mails."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The e-mail address or the password is incorrect."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("The code is incorrect. Wait for the next one and enter that."),
        "incorrect_password": _("The password is incorrect."),
        "invalid_password_reset": _("This link is no longer valid."),
        "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then try again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        name = template_prefix.rsplit("/", 1)[1]
        user = context.get("user")
        queue_mail_to(
            email,
            user=user,
            language=user.language if user else get_language(),
            template=f"account/{name}",
            context={"person": user, "email": email, **context},
            confidential=name in CONFIDENTIAL,
        )

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def save_user(self, request: HttpRequest, user: User, form: BaseSignupForm, commit: bool = True) -> User:
        """A new account speaks the language of the page on which it was made."""
        user.language = get_language()
        for name in ("given_name", "family_name", "signup_service"):
            if name in form.cleaned_data:
                setattr(user, name, form.cleaned_data[name])
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def clean_email(self, email: str) -> str:
        """An officer's address stays one of the police service, where the service says which are its own."""
        user = allauth_context.request.user
        officer = getattr(user, "officer", None) if user.is_authenticated else None
        if officer and not officer.police_service.accepts_address(email):
            raise ValidationError(officer.police_service.address_refusal(), code="foreign_address")
        return email

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who logged in a moment ago is not asked again; with a second factor only where the log-in used it."""
        request = allauth_context.request
        records = get_authentication_records(request, request.user)
        records = records or [{"method": "", "at": request.session.get(SIGNED_IN_AT, 0)}]
        recent = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        shown = {record["method"] for record in records if record["at"] >= recent}
        return not shown or ("mfa" not in shown and has_second_factor(cast(User, request.user)))

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """The password alone confirms nothing for an account with a second factor: that one is asked for, the app first."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        by_factor = [method for method in methods if method["id"] != "reauthenticate"]
        if len(by_factor) > 1 and not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
            by_factor.reverse()  # beside a passkey there are only recovery codes
        return by_factor or methods

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Failures of a browser that the account knows are counted apart (officers.accounts.devices)."""
        device = device_of(request, credentials.get("email") or credentials.get("username") or "")
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}{device and ':'}{device}"

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link of the mail; sign-in after it leads back to the page from which the account was made."""
        url = str(super().get_email_confirmation_url(request, emailconfirmation))
        back = get_next_redirect_url(request) if request else None
        if not back:
            return url
        login = f"{reverse('account_login')}?{urlencode({'next': back})}"
        return f"{url}?{urlencode({'next': login})}"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index") if request.user.is_staff else reverse("my")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("my")


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time codes: secrets encrypted at rest, and no way back for staff while the second factor is required."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Staff accounts keep their second factor."),
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(settings.BRAND_NAME_FR if get_language() == "fr" else settings.BRAND_NAME_EN)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep one second factor at least."""
        is_needed = settings.STAFF_MFA_REQUIRED and authenticator.user.is_staff
        return not (is_needed and is_last_factor(authenticator))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The portal by its name, as the browser shows it beside a passkey."""
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}


def has_second_factor(user: User) -> bool:
    """Whether the account has an authenticator app or a passkey; recovery codes come with one and go with the last."""
    return bool(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def is_last_factor(authenticator: Authenticator) -> bool:
    """Whether nothing but recovery codes is left without it."""
    others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
    return not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class SignOnAdapter(DefaultSocialAccountAdapter):
    """Single sign-on with the organization's own provider, where one is configured (config.accounts)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.given_name = (data.get("first_name") or "")[:100]
        user.family_name = (data.get("last_name") or "")[:100]
        user.language = get_language()
        return user
