"""What of an officer's papers ends inside a tour: one rule, for the database and for records that are loaded."""

import datetime

from django.db.models import OuterRef

from deployments.models import Deployment
from deployments.queries.rotation import STAGES
from officers.models import QualificationGrant
from officers.models.qualification import QualificationGrantQuerySet


def ending_inside(today: datetime.date) -> QualificationGrantQuerySet:
    """Grants that end inside the tour of an outer query, within the last of STAGES from ``today``.

    The outer query is of Deployment. A grant counts where the posting asks for its qualification and no later grant
    renews it; it ends inside the tour as ``ends_inside`` says.
    """
    return QualificationGrant.objects.not_renewed().filter(
        officer=OuterRef("officer"),
        qualification__requirements__posting=OuterRef("posting"),
        valid_until__gte=OuterRef("first_day"),
        valid_until__lt=OuterRef("last_day"),
        valid_until__lte=today + datetime.timedelta(days=max(STAGES)),
    )


def ends_inside(grant: QualificationGrant, tour: Deployment) -> bool:
    """Whether the posting of ``tour`` asks for the qualification and its last valid day leaves days of the tour over.

    The first and the last day of the tour, and the last day of the grant, are inclusive: a grant that ends on the last
    day of the tour covers it. Reads the prefetched requirements of the posting.
    """
    asked = {each.qualification_id for each in tour.posting.qualification_requirements.all()}
    until = grant.valid_until
    return grant.qualification_id in asked and until is not None and tour.first_day <= until < tour.last_day
