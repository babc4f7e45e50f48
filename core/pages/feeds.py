"""Atom feeds: absolute addresses from the settings, so that every process writes the same bytes."""

import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language

from core.generics import RecordFeed
from core.text.clean import for_xml
from core.text.dates import today_here


def absolute(path: str) -> str:
    """``path`` with the portal's public address before it."""
    return f"{settings.SITE_URL}{path}"


class SteadyAtom(Atom1Feed):
    """An Atom feed that says the same while nothing changes: without an entry it was updated as today began."""

    def __init__(self, title: str, link: str, description: str, **extra: Any) -> None:
        super().__init__(for_xml(title), link, for_xml(description or ""), **extra)

    def add_item(self, title: str, link: str, description: str, *more: Any, **extra: Any) -> None:
        """An entry without the characters that no XML may hold: whatever a table holds, the feed is read."""
        super().add_item(for_xml(title), link, for_xml(description or ""), *more, **extra)

    def latest_post_date(self) -> datetime.datetime:
        dates = [item["updateddate"] for item in self.items if item["updateddate"]]
        return max(dates, default=timezone.make_aware(datetime.datetime.combine(today_here(), datetime.time())))


class AtomFeed(RecordFeed):
    """A feed in the reader's language. Links of entries and of the feed are paths; readers get whole addresses."""

    feed_type = SteadyAtom

    def author_name(self) -> str:
        """Atom asks for an author: the portal itself."""
        return str(settings.BRAND_NAME_FR if get_language() == "fr" else settings.BRAND_NAME_EN)
