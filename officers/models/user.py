"""A person with an account: the e-mail address is the name."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.fields import CleanCharField
from core.text.folded import FoldedTextField, SortKeyField, run_together


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account; the address is kept in lower case. Raises ValueError without an address."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Made by whoever may type commands on the server, who vouches for the address."""
        user = self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})
        user.confirm_address()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Roles are Django groups (deployments.setup.roles); an officer has an Officer record beside it."""

    email = models.EmailField(_("e-mail address"), unique=True)
    given_name = CleanCharField(_("given name"), max_length=100, blank=True)
    family_name = CleanCharField(_("family name"), max_length=100, blank=True)
    language = models.CharField(_("preferred language"), max_length=2, choices=settings.LANGUAGES, default="en")
    is_staff = models.BooleanField(_("works at the desk"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    signup_service = models.ForeignKey(
        "officers.PoliceService",
        models.SET_NULL,
        verbose_name=_("police service named at sign-up"),
        null=True,
        related_name="+",
        editable=False,
    )
    date_joined = models.DateTimeField(_("account made"), default=timezone.now, editable=False)
    search_text = FoldedTextField(sources=("email", "given_name", "family_name"))
    sort_key = SortKeyField(sources=("family_name", "given_name"))

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("An account with this e-mail address exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def also_in_search_text(self) -> str:
        """Each name as one word: O'Halloran is found as "ohalloran", Van der Berg as "vanderberg"."""
        return " ".join(map(run_together, (self.given_name, self.family_name)))

    def get_full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def get_short_name(self) -> str:
        return self.given_name or self.family_name or self.email

    def confirm_address(self) -> None:
        """Take the e-mail address as proven, so that log-in does not ask to confirm it."""
        from allauth.account.models import EmailAddress

        EmailAddress.objects.update_or_create(user=self, email=self.email, defaults={"verified": True, "primary": True})
