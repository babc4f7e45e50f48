"""What the public may read of who is deployed: nothing, unless PUBLIC_SHOWS_DEPLOYED says so."""

import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from deployments.limits.levels import COUNTED
from deployments.models import Deployment, DeploymentState
from missions.facts import Fact
from missions.models import Operation


def deployed(operation: Operation, day: datetime.date) -> Fact | None:
    """How many tours in mission, or over since, cover ``day`` and count against the operation's number."""
    if not settings.PUBLIC_SHOWS_DEPLOYED:
        return None
    there = Deployment.objects.on(day).filter(
        posting__mission__operation=operation, posting__counts_against__in=COUNTED["operation"]
    )
    waiting = [DeploymentState.RESERVED, DeploymentState.PREPARATION]
    return Fact(_("Currently deployed"), there.exclude(state__in=waiting).count())
