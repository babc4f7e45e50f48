"""Reading a tour as it stands behind the gate, and writing it together with its history."""

from core.history.acts import record_act
from deployments.domain.tours.extensions import overtaken
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Deployment

# Acts that leave the days as they are, and so do not name them.
WITHOUT_DAYS = frozenset({TourVerb.PREPARE, TourVerb.CHECK_IN, TourVerb.REINTEGRATE, TourVerb.CLOSE})


def fresh(deployment: Deployment) -> Deployment:
    """The tour as the database has it now, with its officer and chain; the caller's copy may be old."""
    chain = Deployment.objects.select_related("officer__user", "posting__mission__operation__programme")
    return chain.get(pk=deployment.pk)


def save_act(tour: Deployment, verb: TourVerb, *, by, before: str = "", reason: str = "", **detail) -> Deployment:
    """Saves ``tour`` and adds the act to its history, with its days where the act is about them; gives the tour.

    An extension that is asked for and has no point any more is declined with it.
    """
    tour.save()
    days = {"first_day": tour.first_day.isoformat(), "last_day": tour.last_day.isoformat()}
    told = detail if verb in WITHOUT_DAYS else {**days, **detail}
    record_act(tour, verb, by=by, reason=reason, from_state=before, to_state=tour.state, **told)
    if before:
        overtaken(tour, by=by)
    return tour
