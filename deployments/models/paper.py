"""Papers: files that stay with the record that they belong to, until somebody removes one with a reason."""

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Document
from core.text.fields import CleanCharField, CleanTextField
from core.text.validators import refuse_disguises
from deployments.models.application import Application
from deployments.models.deployment import Deployment
from deployments.models.posting import Posting
from deployments.models.release import Release
from missions.models import AuthorizedStrength, MissionTerms, OperationTerms
from officers.models import Officer, PoliceService, User

# Columns that lead to the record of a paper: exactly one is filled in. The latter ones are about a person.
OF_AUTHORITY = ("strength", "operation_terms", "mission_terms")
OF_PERSONS = ("release", "deployment", "application", "officer")
# Records that have an officer.
_LINKED = ("release", "deployment", "application")
OF_RECORDS = (*OF_AUTHORITY, *OF_PERSONS)


def of_one(columns: tuple[str, ...]) -> Q:
    """Exactly one of ``columns`` is filled in."""
    one = Q()
    for column in columns:
        one |= Q(**{f"{name}__isnull": name != column for name in columns})
    return one


def _about(**officer: Any) -> Q:
    """Papers of an officer, or of a release, tour or application of one."""
    found = Q(**officer)
    for record in _LINKED:
        found |= Q(**{f"{record}__{path}": value for path, value in officer.items()})
    return found


def _of_postings(postings: models.QuerySet[Posting]) -> Q:
    """Papers of a release, tour or application for one of ``postings``."""
    found = Q()
    for record in _LINKED:
        found |= Q(**{f"{record}__posting__in": postings})
    return found


class PaperKind(models.TextChoices):
    INSTRUMENT = "instrument", _("Instrument")
    RELEASE_LETTER = "release_letter", _("Letter of release")
    TOUR_ORDER = "tour_order", _("Tour order")
    MEMORANDUM = "memorandum", _("Memorandum")
    EVIDENCE = "evidence", _("Evidence")
    OTHER = "other", _("Another paper")


class PaperQuerySet(models.QuerySet["Paper"]):
    def kept(self) -> Self:
        """Papers that were not removed."""
        return self.filter(removed_at=None)

    def with_people(self) -> Self:
        """With who added and who removed each, for pages."""
        return self.select_related("added_by", "removed_by")

    def with_officers(self) -> Self:
        """With the officer whom each is about."""
        return self.select_related(*(f"{path}officer__user" for path in ("", *(f"{name}__" for name in _LINKED))))

    def about(self, officer: Officer) -> Self:
        """Papers of the officer's own records: the officer, releases, tours and applications."""
        return self.filter(_about(officer=officer))

    def for_officer(self, user: User) -> Self:
        """What the officer with this account may see."""
        return self.kept().filter(_about(officer__user=user), is_for_officer=True)

    def for_coordinator(
        self, user: User, services: Iterable[PoliceService], at_stake: models.QuerySet[Posting] | None = None
    ) -> Self:
        """What a coordinator of ``services`` may see: of their officers, never of the coordinator as an officer.

        Nothing of records of the postings ``at_stake``, for which the coordinator has applied.
        """
        theirs = self.kept().filter(_about(officer__police_service__in=list(services)), is_for_coordinator=True)
        theirs = theirs.exclude(pk__in=self.filter(_about(officer__user=user)).values("pk"))
        return theirs if at_stake is None else theirs.exclude(pk__in=self.filter(_of_postings(at_stake)).values("pk"))


class Paper(Document):
    """A file that the desk keeps with one record. Written by deployments.domain.papers alone.

    The desk reads it where it reads the record; of records about a person, it says in addition whether the officer and
    the coordinator of the officer's service may. ``dated`` is the day that the paper itself bears. Nothing here is ever
    edited: a paper is removed by somebody with a reason, which stays, while the file goes.
    """

    strength = models.ForeignKey(
        AuthorizedStrength, models.PROTECT, verbose_name=_("authorized strength"), null=True, related_name="papers"
    )
    operation_terms = models.ForeignKey(
        OperationTerms, models.PROTECT, verbose_name=_("terms of an operation"), null=True, related_name="papers"
    )
    mission_terms = models.ForeignKey(
        MissionTerms, models.PROTECT, verbose_name=_("terms of a mission"), null=True, related_name="papers"
    )
    release = models.ForeignKey(Release, models.PROTECT, verbose_name=_("release"), null=True, related_name="papers")
    deployment = models.ForeignKey(
        Deployment, models.PROTECT, verbose_name=_("tour of duty"), null=True, related_name="papers"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("application"), null=True, related_name="papers"
    )
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"), null=True, related_name="papers")
    kind = models.CharField(_("kind of paper"), max_length=20, choices=PaperKind.choices)
    title = CleanCharField(_("title"), max_length=200, validators=[refuse_disguises])
    dated = models.DateField(_("date of the paper"))
    is_for_officer = models.BooleanField(_("the officer may see it"), default=False)
    is_for_coordinator = models.BooleanField(_("the coordinator of the police service may see it"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("added by"), null=True, related_name="+"
    )
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("removed by"), null=True, related_name="+"
    )
    removal_reason = CleanTextField(_("reason of the removal"), blank=True, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta(Document.Meta):
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-dated", "-pk"]
        constraints = [
            models.CheckConstraint(condition=of_one(OF_RECORDS), name="paper_of_one_record"),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind"),
            models.CheckConstraint(
                condition=Q(is_for_officer=False, is_for_coordinator=False)
                | Q(**{f"{name}__isnull": True for name in OF_AUTHORITY}),
                name="paper_for_others_about_a_person",
                violation_error_message=_("Only papers about a person are for the officer or the coordinator."),
            ),
            models.CheckConstraint(
                condition=(Q(removed_at=None, removed_by=None, removal_reason="") & ~Q(file=""))
                | (Q(removed_at__isnull=False, file="") & ~Q(removal_reason="")),
                name="paper_removed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def owner(self) -> User | None:
        return self.added_by

    @property
    def record_name(self) -> str:
        """The column that leads to the record."""
        return next(name for name in OF_RECORDS if getattr(self, f"{name}_id") is not None)

    @property
    def record(self) -> Any:
        """The record with which the paper is kept."""
        return getattr(self, self.record_name)

    @property
    def record_kind(self) -> str:
        """What kind of record that is, in words."""
        return str(self._meta.get_field(self.record_name).verbose_name)  # type: ignore[union-attr]

    @property
    def is_about_person(self) -> bool:
        return self.record_name in OF_PERSONS

    @property
    def person(self) -> Officer | None:
        """The officer whom the paper is about; None for numbers and terms."""
        record = self.record
        return record if isinstance(record, Officer) else getattr(record, "officer", None)

    @property
    def subject(self) -> Any:
        """The record in whose history its acts are kept, and on whose page it is shown."""
        return subject_of(self.record)


def subject_of(record: Any) -> Any:
    """The record on whose page the papers of ``record`` are: versions and releases have none of their own."""
    if isinstance(record, AuthorizedStrength):
        return record.level
    if isinstance(record, OperationTerms):
        return record.operation
    if isinstance(record, MissionTerms):
        return record.mission
    return record.officer if isinstance(record, Release) else record
