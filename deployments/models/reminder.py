"""What a person was reminded of, so that nobody is told the same twice."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.text.fields import CleanCharField


class Reminder(models.Model):
    """One matter (``key``, such as "tour-ends:12:90") told to one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = CleanCharField(max_length=100)
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="reminded_once")]
