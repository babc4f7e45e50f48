"""Words for the facts of operations and missions in templates."""

import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from core.pages.as_of import AsOf
from core.templatetags.portal import time_tag
from core.text.bilingual import Bilingual
from core.text.dates import DatePrecision, PartialDate
from missions.models import Mission, Operation, TermsStatus

register = template.Library()


@register.filter
def terms_status(status: str) -> str:
    """The status of terms in words."""
    return str(TermsStatus(status).label)


@register.filter
def armed(is_armed: bool | None) -> str:
    """Armed, unarmed, or nothing where nothing is said."""
    if is_armed is None:
        return ""
    return _("Armed") if is_armed else _("Unarmed")


# Two phrases each: with a month or a year, and with a day.
FROM, FROM_DAY = pgettext_lazy("month or year", "from {date}"), pgettext_lazy("day", "from {date}")
TO, TO_DAY = pgettext_lazy("month or year", "to {date}"), pgettext_lazy("day", "to {date}")
SINCE, SINCE_DAY = pgettext_lazy("month or year", "since {date}"), pgettext_lazy("day", "since {date}")
UNTIL, UNTIL_DAY = pgettext_lazy("month or year", "until {date}"), pgettext_lazy("day", "until {date}")
ARMED_POSTING = {True: pgettext_lazy("posting", "Armed"), False: pgettext_lazy("posting", "Unarmed")}
STATUS_MEANING = {
    TermsStatus.SUSPENDED: _lazy("Nobody new is sent there while it is suspended; tours under way continue."),
    TermsStatus.REASSESSMENT: _lazy("Its future is being reassessed, and nobody new is sent there in the meantime."),
    TermsStatus.CLOSED: _lazy("It has ended, and nobody is sent there any more."),
}


@register.filter
def armed_posting(is_armed: bool | None) -> str:
    """The same of a posting, which has another gender in French."""
    return "" if is_armed is None else str(ARMED_POSTING[is_armed])


@register.filter
def status_meaning(status: str) -> str:
    """What a status other than active means for deployments."""
    return str(STATUS_MEANING.get(TermsStatus(status), ""))


@register.filter
def status_explanation(record: Operation | Mission) -> str:
    """Why the status is as it is on the page's day, in the reader's language (missions.queries)."""
    return Bilingual("status_explanation").__get__(record, type(record))


@register.simple_tag
def since(day: datetime.date | None, is_first_day_known: bool) -> str:
    """Since when a number is in force, or on record where the source gives no first day."""
    shown = time_tag(day)
    if is_first_day_known:
        return format_html(_("Since {day}"), day=shown)
    return format_html(_("On record since {day}"), day=shown)


@register.filter
def mission_life(mission: Mission, when: AsOf) -> str:
    """From when to when a mission lasts: "from 2004 to October 15, 2017", « depuis juillet 2015 ».

    On a page about a past day, an end that came later is not told.
    """
    start, end = mission.starts, mission.ends
    if end and when.is_past and end.last >= when.day:
        end = None
    if start and end:
        return format_html("{} {}", _in_sentence(start, FROM, FROM_DAY), _in_sentence(end, TO, TO_DAY))
    if start:
        return _in_sentence(start, SINCE, SINCE_DAY)
    return _in_sentence(end, UNTIL, UNTIL_DAY) if end else _("dates not on record")


def _in_sentence(date: PartialDate, loose: Promise, exact: Promise) -> SafeString:
    """The date in its phrase; French has other articles before a day than before a month or a year, and elides « de »."""
    phrase = str(exact if date.precision == DatePrecision.DAY else loose)
    if phrase.startswith("de ") and str(date)[0] in "ao":
        phrase = "d'" + phrase.removeprefix("de ")
    return format_html(phrase, date=time_tag(date))


@register.filter
def open_postings(mission: Mission) -> list[Any]:
    """The mission's postings that the public may know of: neither drafts nor stood down."""
    return [posting for posting in mission.postings.all() if posting.status == "open"]


@register.simple_tag
def takes_applications(posting: Any, *halting: Operation | Mission) -> bool:
    """The posting's opening is on now: opened, not closed yet, and neither its operation nor its mission halted."""
    now = timezone.now()
    is_on = posting.opens_at and posting.closes_at and posting.opens_at <= now <= posting.closes_at
    return bool(is_on) and all(getattr(each, "status", None) in (None, TermsStatus.ACTIVE) for each in halting)
