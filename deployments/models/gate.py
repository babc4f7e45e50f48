"""The one-row table through which every change that touches a limit passes (deployments.limits.gate)."""

from django.db import models


class Gate(models.Model):
    """One row, number 1. ``revision`` counts the changes that could touch a limit."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    revision = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="gate_is_one_row")]
