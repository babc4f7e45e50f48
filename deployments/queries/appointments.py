"""An officer's appointment for an assessment, as a calendar takes it."""

import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from core.pages.feeds import absolute
from core.text.clean import without_refused
from deployments.models import Assessment

USUAL_LENGTH = datetime.timedelta(hours=1)


def calendar_of(assessment: Assessment) -> bytes:
    """One event; an appointment that was moved takes the place of the event that a calendar has already."""
    event = Event()
    event.add("uid", f"assessment-{assessment.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", assessment.changes)
    event.add("summary", without_refused(_("Assessment: %(kind)s") % {"kind": assessment.label}))
    event.add("location", without_refused(assessment.place))
    if assessment.assessor:
        event.add("description", without_refused(_("Assessor: %(name)s.") % {"name": assessment.assessor}))
    if assessment.scheduled_at is not None:
        starts = assessment.scheduled_at.astimezone(datetime.UTC)
        event.add("dtstart", starts)
        event.add("dtend", starts + USUAL_LENGTH)
    event.add("dtstamp", assessment.recorded_at.astimezone(datetime.UTC))
    event.add("url", absolute(reverse("my-assessments")))
    calendar = Calendar()
    calendar.add("prodid", "-//International police deployments//Assessments//")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
