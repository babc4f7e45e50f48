"""Openings for machines: CSV, Atom and iCalendar."""

import datetime
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from core.pages.feeds import AtomFeed, absolute
from core.tabular.sheets import csv_response
from core.text.clean import without_refused
from core.text.dates import clock, in_words
from core.text.languages import language_names
from deployments.openings.opening import Opening


def openings_csv(listed: list[Opening]) -> HttpResponse:
    """One line an opening, with headings in the reader's language."""
    head = (
        _("Reference"), _("Title"), _("Operation"), _("Mission"), _("Duty station"), _("State"), _("Places left"),
        _("Languages"), _("Opens"), _("Closes"), _("Planned departure"), _("Planned return"),
    )  # fmt: skip
    return csv_response("openings.csv", head, [_row(each) for each in listed])


def _row(opening: Opening) -> tuple[Any, ...]:
    posting = opening.posting
    return (
        posting.reference,
        posting.title,
        posting.mission.operation.name,
        posting.mission.name,
        posting.duty_station,
        opening.state.label,
        None if opening.takes_nobody else opening.places_left,
        language_names(required.language for required in posting.language_requirements.all()),
        _moment(posting.opens_at),
        _moment(posting.closes_at),
        posting.tour_first_day,
        posting.tour_last_day,
    )


def _moment(value: datetime.datetime | None) -> str:
    return timezone.localtime(value).isoformat(timespec="minutes") if value else ""


def taking(listed: list[Opening]) -> list[Opening]:
    """Those of ``listed`` that take applications now."""
    return [each for each in listed if each.state.takes_applications]


class OpeningsFeed(AtomFeed):
    """Openings that take applications, the latest changed first."""

    def title(self) -> str:
        return _("Openings")

    subtitle = title

    def link(self) -> str:
        return absolute(reverse("openings"))

    def feed_url(self) -> str:
        return absolute(reverse("openings-atom"))

    def get_object(self, request: HttpRequest, listed: list[Opening]) -> list[Opening]:
        return taking(listed)

    def items(self, listed: list[Opening]) -> list[Opening]:
        return sorted(listed, key=lambda each: each.posting.changed_at, reverse=True)

    def item_title(self, item: Opening) -> str:
        return f"{item.posting.title} – {item.posting.mission.operation.name}"

    def item_description(self, item: Opening) -> str:
        return _("Closes on %(day)s.") % {"day": in_words(timezone.localdate(item.posting.closes_at))}

    def item_link(self, item: Opening) -> str:
        return absolute(reverse("opening", args=[item.posting.reference]))

    def item_updateddate(self, item: Opening) -> datetime.datetime:
        return item.posting.changed_at


def closing_days(listed: list[Opening], filename: str = "openings.ics") -> HttpResponse:
    """The closing days as a calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//International police deployments//Openings//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Closing dates of openings"))
    for each in listed:
        calendar.add_component(_closing_day(each))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response


def _closing_day(opening: Opening) -> Event:
    posting = opening.posting
    closes_at = cast(datetime.datetime, posting.closes_at)  # what is open has a closing time
    closes = timezone.localdate(closes_at)
    event = Event()
    event.add("uid", f"opening-{posting.reference}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("summary", without_refused(_("Closes: %(title)s") % {"title": posting.title}))
    event.add("description", _("Apply by %(time)s.") % {"time": clock(closes_at)})
    event.add("dtstart", closes)
    event.add("dtend", closes + datetime.timedelta(days=1))
    event.add("dtstamp", posting.changed_at)
    event.add("url", absolute(reverse("opening", args=[posting.reference])))
    return event
