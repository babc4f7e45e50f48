"""Acts that put a tour right: it goes on after all, or gets its true last day."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.desk.site import desk_site
from core.history.acts import history_of
from deployments.admin.tours import NEW_DAYS, tour_act
from deployments.domain import tours
from deployments.domain.verbs.tours import TourVerb
from deployments.forms.putting_right import CorrectLastDayForm, ReinstateForm
from deployments.models import Deployment

ENDINGS = [TourVerb.COMPLETE, TourVerb.CURTAIL, TourVerb.REPATRIATE]


def planned_end(tour: Deployment) -> dict[str, Any]:
    """The last day that was planned before the tour ended, or the actual one where that is later."""
    ended = history_of(tour).filter(verb__in=ENDINGS).first()
    planned = ended.detail.get("last_day_was") if ended else None
    return {"last_day": max(datetime.date.fromisoformat(planned), tour.last_day) if planned else tour.last_day}


def actual_end(tour: Deployment) -> dict[str, Any]:
    return {"last_day": tour.last_day}


desk_site.register_acts(
    [
        tour_act(TourVerb.REINSTATE, ReinstateForm, tours.reinstate, NEW_DAYS, initial=planned_end),
        tour_act(
            TourVerb.CORRECT_LAST_DAY,
            CorrectLastDayForm,
            tours.correct_last_day,
            _(
                "The tour stays over. An earlier day frees the days after it; a later one needs room on the days it adds."
            ),
            initial=actual_end,
        ),
    ]
)
