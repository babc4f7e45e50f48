"""Words for the facts of operations and missions in templates."""

import datetime
from typing import Any
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from core.pages.as_of import AsOf
from core.templatetags.portal import as_of_query, time_tag
from core.text.bilingual import Bilingual
from core.text.dates import DatePrecision, PartialDate
from core.text.folded import fold
from missions.dated import DatedMission
from missions.help_words import filled
from missions.models import Mission, Operation, TermsStatus
from missions.told import told_on

register = template.Library()
register.filter("filled", filled)


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
    TermsStatus.SUSPENDED: _lazy("No new officers are sent there while it is suspended; tours under way continue."),
    TermsStatus.REASSESSMENT: _lazy("No new officers are sent there while its future is reviewed."),
    TermsStatus.CLOSED: _lazy("It has ended, and no officers are sent there any more."),
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
def since(day: datetime.date, is_first_day_known: bool, when: AsOf | None = None) -> str:
    """Since when a number is in force, or on record where the source gives no first day; "from" where ``when`` is earlier."""
    shown, is_later = time_tag(day), when is not None and when.day < day
    if is_first_day_known:
        return format_html(_("From {day}") if is_later else _("Since {day}"), day=shown)
    glossary = f"{reverse('help', args=['glossary'])}#:~:text={quote(_('On record since'))}"
    words = _('<a href="{glossary}">On record since</a> {day}')
    if is_later:
        words = _('<a href="{glossary}">On record from</a> {day}')
    return format_html(words, glossary=glossary, day=shown)


@register.filter
def told(text: str, when: AsOf) -> str:
    """An editorial text; on a page about a past day without what it dates later."""
    return told_on(text, when.day) if when.is_past else text


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
def link_to(record: Operation | Mission, when: AsOf) -> str:
    """The record's name as a link to its page on the day of this one."""
    return format_html('<a href="{}{}">{}</a>', record.get_absolute_url(), as_of_query(when), record)


@register.filter
def open_postings(mission: DatedMission) -> list[Any]:
    """The mission's postings that the public may know of: neither drafts nor stood down."""
    return [posting for posting in mission.known_postings if posting.status == "open"]


@register.filter
def with_station(posting: Any) -> str:
    """The posting's title with its duty station, which is not said twice: "Police Trainer, Kyiv"."""
    title, station = str(posting.title), str(posting.duty_station)
    return title if not station or fold(station) in fold(title) else f"{title}, {station}"
