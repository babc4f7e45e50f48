"""Reading a tour as it stands behind the gate, and writing it together with its history."""

from core.history import record_act
from deployments.models import Deployment

PERMISSION = "deployments.deploy"


def fresh(deployment: Deployment) -> Deployment:
    """The tour as the database has it now, with its officer and chain; the caller's copy may be old."""
    chain = Deployment.objects.select_related("officer__user", "posting__mission__operation__programme")
    return chain.get(pk=deployment.pk)


def save_act(tour: Deployment, verb: str, *, by, before: str = "", reason: str = "", **detail) -> Deployment:
    """Saves ``tour`` and adds the act to its history, with its days; gives the tour."""
    tour.save()
    record_act(
        tour,
        verb,
        by=by,
        reason=reason,
        from_state=before,
        to_state=tour.state,
        first_day=tour.first_day.isoformat(),
        last_day=tour.last_day.isoformat(),
        **detail,
    )
    return tour
