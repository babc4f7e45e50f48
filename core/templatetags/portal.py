"""Filters for text, dates and languages in templates."""

from django import template
from django.utils.safestring import SafeString

from core.languages import language_names
from core.markdown import to_html

register = template.Library()
register.filter("language_names", language_names)


@register.filter
def markdown(text: str) -> SafeString:
    """Editorial Markdown as safe HTML."""
    return to_html(text)
