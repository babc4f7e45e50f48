"""What is seen to before a departure: a checklist, and whom to call."""

import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.bilingual import Bilingual, in_both
from core.text.dates import today_here
from core.text.fields import CleanCharField
from core.text.validators import refuse_disguises
from deployments.models.deployment import Deployment
from missions.models import Mission


class ChecklistItemQuerySet(models.QuerySet["ChecklistItem"]):
    def of_mission(self, mission: Mission) -> Self:
        """What is asked before a departure to ``mission``: the items for all missions and its own."""
        return self.filter(Q(mission=None) | Q(mission=mission), is_active=True)


class ChecklistMoment(models.TextChoices):
    """What the days of an item are counted from."""

    BEFORE = "before", _("before the departure")
    AFTER = "after", _("after the return")


class ChecklistItem(models.Model):
    """Something to have done before departure, or after the return: for every mission, or for one.

    It is due ``days`` before the first day of a tour, or after the last one. Out of use, it stays where it was done.
    """

    code = models.SlugField(_("code"), unique=True)
    mission = models.ForeignKey(
        Mission,
        models.PROTECT,
        verbose_name=_("mission"),
        null=True,
        blank=True,
        related_name="checklist",
        help_text=_("Empty: for every mission."),
    )
    text_en = CleanCharField(_("text in English"), max_length=200)
    text_fr = CleanCharField(_("text in French"), max_length=200)
    moment = models.CharField(
        _("counted"), max_length=6, choices=ChecklistMoment.choices, default=ChecklistMoment.BEFORE
    )
    days = models.PositiveSmallIntegerField(
        _("due, in days"),
        default=1,
        validators=[MaxValueValidator(730)],
        help_text=_("Days before the departure, or after the return, by which it is to be done."),
    )
    is_for_officer = models.BooleanField(
        _("the officer does it"), default=False, help_text=_("The officer is reminded of it by mail.")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    text = Bilingual("text")
    history = HistoricalRecords()

    objects = ChecklistItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist before departure")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=in_both("text"),
                name="checklist_item_in_both",
                violation_error_message=_("Give the text in English and in French."),
            ),
            models.CheckConstraint(condition=Q(moment__in=ChecklistMoment.values), name="checklist_item_moment"),
        ]

    def __str__(self) -> str:
        return self.text

    def due_for(self, tour: Deployment) -> datetime.date:
        """The day by which it is to be done for the tour, unless the desk set another one."""
        days = datetime.timedelta(days=self.days)
        return tour.last_day + days if self.moment == ChecklistMoment.AFTER else tour.first_day - days


class ChecklistDueDay(models.Model):
    """The desk set another day for one item of one tour than the item itself says."""

    deployment = models.ForeignKey(
        Deployment, models.PROTECT, verbose_name=_("tour of duty"), related_name="checklist_due_days"
    )
    item = models.ForeignKey(ChecklistItem, models.PROTECT, verbose_name=_("checklist item"), related_name="due_days")
    due_on = models.DateField(_("due"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), related_name="+")
    set_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("day set for an item")
        verbose_name_plural = _("days set for items")
        constraints = [models.UniqueConstraint(fields=["deployment", "item"], name="checklist_due_once")]

    def __str__(self) -> str:
        return str(self.item)


class ChecklistMark(models.Model):
    """One item is done for one tour."""

    deployment = models.ForeignKey(
        Deployment, models.PROTECT, verbose_name=_("tour of duty"), related_name="checklist_marks"
    )
    item = models.ForeignKey(ChecklistItem, models.PROTECT, verbose_name=_("checklist item"), related_name="marks")
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), related_name="+")
    done_at = models.DateTimeField(_("when"), default=timezone.now)
    done_on = models.DateField(_("done"), default=today_here)
    note = CleanCharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("checked item")
        verbose_name_plural = _("checked items")
        constraints = [models.UniqueConstraint(fields=["deployment", "item"], name="checked_once")]

    def __str__(self) -> str:
        return str(self.item)


class EmergencyContact(models.Model):
    """Whom to call if something happens during a tour. Asked for at the preparation, kept with the tour."""

    deployment = models.OneToOneField(
        Deployment, models.PROTECT, verbose_name=_("tour of duty"), related_name="emergency_contact"
    )
    name = CleanCharField(_("name"), max_length=120, validators=[refuse_disguises])
    relationship = CleanCharField(_("relationship"), max_length=80, validators=[refuse_disguises])
    telephone = CleanCharField(_("telephone"), max_length=40, validators=[refuse_disguises])
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("emergency contact")
        verbose_name_plural = _("emergency contacts")

    def __str__(self) -> str:
        return f"{self.name} ({self.relationship}), {self.telephone}"
