"""The room on the days that an act is about, shown beside its button."""

import datetime
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm
from core.desk.acts import Aside
from core.text.dates import ONE_DAY, today_here
from deployments.limits.rule import Span
from deployments.models import Application, Deployment, ExtensionState, Posting
from deployments.queries.pipeline import PlannedRoom, room_for

DAYS = ("first_day", "last_day")


@dataclass(frozen=True)
class Sought:
    """The room on the days of ``tour``; ``instead`` is the query that fills the form with the next days that fit.

    ``is_part``: the days are added to a tour, so that nothing else fits in their place.
    """

    tour: Span
    room: PlannedRoom
    label: str | Promise
    instead: str = ""
    is_part: bool = False


def in_posting(request: HttpRequest, posting: Posting, form: ActForm) -> Aside | None:
    """The room for a tour on the days in the form; None where they cannot be read."""
    tour = days_in(form)
    return beside(sought_in(posting, tour)) if tour else None


def beside(sought: Sought) -> Aside:
    return Aside("admin/deployments/room_aside.html", {"sought": sought})


def sought_in(posting: Posting, tour: Span) -> Sought:
    room = room_for(posting, tour, today_here())
    instead = ""
    if room.is_full and room.next_day:
        last_day = room.next_day + (tour.days - 1) * ONE_DAY
        instead = urlencode({"first_day": room.next_day.isoformat(), "last_day": last_day.isoformat()})
    return Sought(tour, room, _("Days asked for"), instead)


def in_posting_of(request: HttpRequest, application: Application, form: ActForm) -> Aside | None:
    return in_posting(request, application.posting, form)


def for_extension(request: HttpRequest, tour: Deployment, form: ActForm) -> Aside | None:
    """The room on the days that the extension asked for would add."""
    asked = tour.extensions.filter(state=ExtensionState.OPEN).first()
    if asked is None or asked.last_day <= tour.last_day:
        return None
    added = Span(tour.last_day + ONE_DAY, asked.last_day)
    return beside(Sought(added, room_for(tour.posting, added, today_here()), _("Days added"), is_part=True))


def days_in(form: ActForm) -> Span | None:
    """The first and last day in the form, typed or filled in; None where one is missing or they are out of order."""
    try:
        first_day, last_day = (_day(form, name) for name in DAYS)
    except forms.ValidationError:
        return None
    return Span(first_day, last_day) if first_day and last_day and first_day <= last_day else None


def _day(form: ActForm, name: str) -> datetime.date | None:
    return cast(datetime.date | None, form.fields[name].clean(form[name].value()))
