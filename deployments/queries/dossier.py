"""All that the portal knows of one officer, for one page: profile, tours, applications, and what was done."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, Q

from core.models import HistoryEntry
from core.text.dates import today_here
from deployments.models import Application, ApplicationState, Assessment, Deployment, OfficerWaiver, OfficerWish
from deployments.queries.rotation import Relay, relays_of
from officers.models import Officer, QualificationGrant

MOST_ACTS = 200


@dataclass(frozen=True)
class Dossier:
    """An officer with the records linked to the officer; ``acts`` are the latest, views left out.

    Each tour comes with who takes over from it, named or likely.
    """

    officer: Officer
    relays: tuple[Relay, ...]
    applications: tuple[Application, ...]
    acts: tuple[HistoryEntry, ...]


def dossier_of(officer: Officer) -> Dossier:
    """The dossier of one officer; the same number of queries, however much there is. Drafts are the officer's own business."""
    held = QualificationGrant.objects.select_related("qualification", "evidence", "verified_by")
    whole = Officer.objects.select_related("user", "police_service").prefetch_related(
        "language_ratings",
        "unavailabilities",
        Prefetch("assessments", Assessment.objects.select_related("application__posting")),
        Prefetch("waivers", OfficerWaiver.objects.select_related("posting", "given_by")),
        Prefetch("grants", held),
        Prefetch("wishes", OfficerWish.objects.select_related("operation", "role")),
    )
    tours = Deployment.objects.filter(officer=officer).select_related("posting__mission__operation", "appraisal")
    applications = Application.objects.filter(officer=officer).exclude(state=ApplicationState.DRAFT)
    listed = tuple(applications.select_related("posting").prefetch_related("waivers"))
    there = tuple(tours.order_by("-first_day", "pk"))
    followed = relays_of(there, today_here())
    relays = tuple(followed[tour.pk] for tour in there)
    return Dossier(whole.get(pk=officer.pk), relays, listed, _acts(officer, there, listed))


def _acts(
    officer: Officer, tours: tuple[Deployment, ...], applications: tuple[Application, ...]
) -> tuple[HistoryEntry, ...]:
    kinds = ContentType.objects.get_for_models(Officer, Application, Deployment)
    about = (
        Q(content_type=kinds[Officer], object_id=officer.pk)
        | Q(content_type=kinds[Application], object_id__in=[each.pk for each in applications])
        | Q(content_type=kinds[Deployment], object_id__in=[each.pk for each in tours])
    )
    acts = HistoryEntry.objects.filter(about).exclude(verb="view").select_related("actor", "content_type")
    return tuple(acts.order_by("-at", "-pk")[:MOST_ACTS])
