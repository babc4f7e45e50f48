"""What config asks of the limits: whether gate and guards are in place."""

from django.db import connection

from deployments.limits import guards
from deployments.models import Gate

__all__ = ["gate_revision", "missing_guards", "problems"]


def problems() -> list[str]:
    """What is missing, as short codes ("gate", "guard <name>"); empty when the limits are protected."""
    gate = [] if Gate.objects.filter(pk=1).exists() else ["gate"]
    return gate + [f"guard {name}" for name in missing_guards()]


def missing_guards() -> list[str]:
    """Names of guards that are absent, switched off or changed."""
    return guards.missing(connection)


def gate_revision() -> int:
    """How many changes that could touch a limit there have been; 0 without the gate's row."""
    return Gate.objects.filter(pk=1).values_list("revision", flat=True).first() or 0
