"""Letters that the desk issued: kept as they were sent, with a number per kind and year."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Document
from core.text.fields import CleanTextField
from deployments.models.application import Application
from deployments.models.deployment import Deployment
from officers.models import Officer, User


class LetterKind(models.TextChoices):
    NOMINATION = "nomination", _("Nomination")
    RELEASE_REQUEST = "release_request", _("Release request")
    TOUR_ORDER = "tour_order", _("Tour order")
    EXTENSION_AGREEMENT = "extension", _("Extension agreement")
    CERTIFICATE = "certificate", _("Certificate of service")

    @classmethod
    def of_applications(cls) -> list[str]:
        """Kinds that are about an application; the others are about a tour."""
        return [cls.NOMINATION, cls.RELEASE_REQUEST]

    @classmethod
    def for_officers(cls) -> list[str]:
        """Kinds that the officer may read; a release request is between the desk and the police service."""
        return [cls.NOMINATION, cls.TOUR_ORDER, cls.EXTENSION_AGREEMENT, cls.CERTIFICATE]


# What a number begins with, the same in both languages.
PREFIXES: dict[str, str] = {
    LetterKind.NOMINATION: "NO",
    LetterKind.RELEASE_REQUEST: "RR",
    LetterKind.TOUR_ORDER: "TO",
    LetterKind.EXTENSION_AGREEMENT: "EA",
    LetterKind.CERTIFICATE: "CS",
}


class IssuedLetter(Document):
    """A letter as it was issued: the PDF (or the text, where the server makes no PDF) as a file, and always its text.

    ``content_sha256`` is the hash of the text without its number: the same letter is issued once. A row is added, never
    changed; the purge takes it. Written by deployments.domain.letters alone.
    """

    kind = models.CharField(_("kind of letter"), max_length=20, choices=LetterKind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number in the year"))
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("application"), null=True, related_name="letters"
    )
    deployment = models.ForeignKey(
        Deployment, models.PROTECT, verbose_name=_("deployment"), null=True, related_name="letters"
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    issued_on = models.DateField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("issued by"), null=True, related_name="+"
    )
    text = CleanTextField(_("text"))
    content_sha256 = models.CharField(_("hash of the text without its number"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-issued_on", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LetterKind.of_applications(), application__isnull=False, deployment=None)
                | (
                    Q(kind__in=LetterKind.values, application=None, deployment__isnull=False)
                    & ~Q(kind__in=LetterKind.of_applications())
                ),
                name="letter_has_its_record",
                violation_error_message=_("A letter is about an application or a tour, as its kind says."),
            ),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]), name="letter_language"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="letter_number_from_one"),
            models.UniqueConstraint(
                fields=["kind", "year", "number"],
                name="letter_number_once",
                violation_error_message=_("This number is given already."),
            ),
            models.UniqueConstraint(
                fields=["application", "kind", "content_sha256"],
                condition=Q(deployment=None),
                name="letter_of_application_once",
                violation_error_message=_("This letter was issued already."),
            ),
            models.UniqueConstraint(
                fields=["deployment", "kind", "content_sha256"],
                condition=Q(application=None),
                name="letter_of_tour_once",
                violation_error_message=_("This letter was issued already."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as the letter bears it, such as TO-2026-0007."""
        return reference(self.kind, self.year, self.number)

    @property
    def record(self) -> Application | Deployment:
        """What the letter is about."""
        found = self.application or self.deployment
        assert found is not None  # letter_has_its_record
        return found

    @property
    def officer(self) -> Officer:
        return self.record.officer

    @property
    def owner(self) -> User | None:
        return self.issued_by


def letters_about(record: Application | Deployment) -> models.QuerySet[IssuedLetter]:
    """The letters that were issued about the record, latest first."""
    found = IssuedLetter.objects.select_related("issued_by")
    return found.filter(application=record) if isinstance(record, Application) else found.filter(deployment=record)


def letters_for_officer(user: User) -> models.QuerySet[IssuedLetter]:
    """The letters about the officer with this account that the officer may read, latest first."""
    mine = Q(deployment__officer__user=user) | Q(application__officer__user=user)
    return IssuedLetter.objects.filter(mine, kind__in=LetterKind.for_officers())


def reference(kind: str, year: int, number: int) -> str:
    return f"{PREFIXES[kind]}-{year}-{number:04d}"
