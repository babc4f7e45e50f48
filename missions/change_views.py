"""What changed: as a page and as an Atom feed."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.pages.feeds import AtomFeed, absolute
from core.pages.public import public_page
from core.text.dates import today_here
from missions.changes import OperationChange, change_list, changes

NEWEST = 50


@public_page
def changes_page(request: HttpRequest) -> HttpResponse:
    """Every change of an authorized number and of terms, the latest first, then the numbers first on record."""
    found = change_list(today_here())
    modified = max((each.recorded_at for each in (*found.changed, *found.first)), default=None)
    context = {"changes": found, "date_modified": modified}
    return render(request, "missions/changes.html", context)


class ChangesFeed(AtomFeed):
    """The newest changes."""

    def title(self) -> str:
        return _("Changes of authorized numbers and terms")

    subtitle = title

    def link(self) -> str:
        return absolute(reverse("changes"))

    def feed_url(self) -> str:
        return absolute(reverse("changes-atom"))

    def items(self) -> list[OperationChange]:
        return changes(today_here())[:NEWEST]

    def item_title(self, item: OperationChange) -> str:
        return item.words

    def item_description(self, item: OperationChange) -> str:
        return item.source or item.words

    def item_link(self, item: OperationChange) -> str:
        return f"{absolute(reverse('changes'))}#{item.anchor}"

    def item_updateddate(self, item: OperationChange) -> datetime.datetime:
        return item.recorded_at


changes_atom = public_page(ChangesFeed())
