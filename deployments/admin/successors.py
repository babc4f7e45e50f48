"""Who takes over from a tour: the acts that name a successor, or take the name back."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import OptionalReasonForm
from core.desk.links import link_to
from core.desk.site import desk_site
from core.text.dates import days_in_words
from deployments.admin.tours import facts, tour_act
from deployments.domain import tours
from deployments.domain.verbs.tours import TourVerb
from deployments.forms.successors import NameSuccessorForm, could_take_over
from deployments.models import Deployment


def can_name(tour: Deployment) -> bool:
    """Where nobody begins later there is nobody to name, and no button for it."""
    is_open = TourVerb.NAME_SUCCESSOR.facts.allows(tour.state) and not tour.relieved_by.exists()
    return is_open and could_take_over(tour).exists()


def is_relieved(tour: Deployment) -> bool:
    return tour.relieved_by.exists()


def named_facts(tour: Deployment) -> list[tuple[Any, Any]]:
    """The tour in a few words, with who is named to take over."""
    named = tour.relieved_by.select_related("officer__user").first()
    if named is None:
        return facts(tour)
    words = f"{named.officer}, {days_in_words(named.first_day, named.last_day)}"
    return [*facts(tour), (_("Named successor"), link_to(named, words))]


desk_site.register_acts(
    [
        tour_act(
            TourVerb.NAME_SUCCESSOR,
            NameSuccessorForm,
            tours.name_successor,
            _("Says who takes over. It changes no days and takes no place."),
            possible=can_name,
        ),
        tour_act(
            TourVerb.UN_NAME_SUCCESSOR,
            OptionalReasonForm,
            tours.un_name_successor,
            _("Nobody is named to take over any more. Both tours stay as they are."),
            possible=is_relieved,
            facts=named_facts,
        ),
    ]
)
