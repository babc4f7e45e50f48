"""Filters and tags for text, dates, languages and forms in templates."""

import datetime
import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm, BoundField
from django.utils import timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext

from core.pages.as_of import AsOf
from core.pages.parts import part
from core.text.dates import DatePrecision, PartialDate, clock, in_words
from core.text.folded import size_in_words
from core.text.languages import language_names
from core.text.markdown import excerpt, to_html

register = template.Library()
register.filter("language_names", language_names)
register.filter("clock", clock)
register.filter("excerpt", excerpt)
register.filter("file_size", size_in_words)
register.simple_tag(part)


@register.filter
def as_json(value: Any) -> str:
    """A value as JSON, for an attribute that a script reads."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def markdown(text: str) -> SafeString:
    """Editorial Markdown as safe HTML."""
    return to_html(text)


@register.filter
def day(value: datetime.date | PartialDate | None) -> str:
    """A day in words: "October 17, 2019", « 1er juin 2016 »; a time gives its day in the portal's time zone."""
    if value is None:
        return ""
    if isinstance(value, PartialDate):
        if value.precision != DatePrecision.DAY:
            return str(value)
        value = value.date
    return in_words(value)


@register.filter
def time_tag(value: datetime.date | PartialDate | None) -> SafeString | str:
    """A day in words inside ``<time>``, so that machines read it too."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localdate(value)
    iso = value.iso if isinstance(value, PartialDate) else value.isoformat()
    return format_html('<time datetime="{}">{}</time>', iso, day(value))


@register.filter
def up_to(number: int | None) -> str:
    """An authorized number: "Up to 22", « 22 tout au plus »."""
    return gettext("No number in force") if number is None else gettext("Up to %(number)s") % {"number": number}


@register.filter
def beside(values: Iterable[Any], others: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Pairs of values, such as the cells of a row with the headings of their columns. Raises ValueError if one is left."""
    return list(zip(values, others, strict=True))


@register.filter
def labelled(cell: SafeString, heading: str) -> SafeString:
    """A cell of Django's change list with the heading of its column, which is shown beside it where the page is narrow.

    The heading of the column of check boxes is itself a check box: it gives no label.
    """
    if not cell.startswith("<td"):
        return cell
    label = capfirst(strip_tags(heading))
    return format_html('<td data-label="{}"{}', label, mark_safe(cell.removeprefix("<td")))  # noqa: S308  Django's own cell


@register.simple_tag(takes_context=True)
def current(context: dict[str, Any], url: str) -> SafeString:
    """``aria-current="page"`` for a link to the page being read; "true" for one to its section."""
    path = context["request"].path if "request" in context else ""
    if path == url:
        return mark_safe(' aria-current="page"')
    is_section = url.count("/") > 2 and path.startswith(url)
    return mark_safe(' aria-current="true"') if is_section else SafeString("")


@register.simple_tag
def as_of_query(when: AsOf) -> str:
    """Keep the chosen day in a link: "?on=2027-01-01", or nothing for today."""
    return f"?on={when.day.isoformat()}" if when.is_other_day else ""


@register.simple_tag
def form_errors(forms: Iterable[BaseForm] | None, form: BaseForm | None) -> list[dict[str, Any]]:
    """Every error of the forms: the message, the field's label, and the id of the control to go to ("" for none)."""
    problems = []
    for each in [*(forms or ()), *([form] if form else ())]:
        for name, messages in each.errors.items():
            field = each[name] if name in each.fields else None
            shown = None if field is None or field.is_hidden else field
            problems += [
                {"message": message, "label": shown.label if shown else "", "id": _target(shown) if shown else ""}
                for message in messages
            ]
    return problems


def _target(field: BoundField) -> str:
    """The control's id; of a group of check boxes or radio buttons, its first."""
    if field.use_fieldset:
        return next((choice.id_for_label for choice in field.subwidgets if choice.id_for_label), field.auto_id)
    return field.id_for_label or field.auto_id
