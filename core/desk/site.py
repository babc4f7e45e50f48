"""The desk's AdminSite: its name, its language switch, and the places where an app adds to another app's pages.

``missions`` keeps the page of an operation, while its strength board and its acts belong to ``deployments``: that app
registers them here, so that no arrow points back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.db import IntegrityError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core.desk.acts import Act
from core.history.story import Vocabulary
from core.history.verbs import Verb
from core.refusals import Refusal


@dataclass(frozen=True)
class Link:
    """A link to a page of the desk, with its words; ``is_grave``: what it leads to ends something."""

    title: Any
    url: str
    is_grave: bool = False


@dataclass(frozen=True)
class Panel:
    """A section of a record's page: ``name`` is its address on the page."""

    name: str
    title: Any
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DeskPage:
    """A page of the desk that belongs to no record, shown to whoever has the permission; ``in_menu``: on every page."""

    title: Any
    description: Any
    url_name: str
    permission: str
    in_menu: bool = True


Panels = Callable[[HttpRequest, Any], list[Panel]]


class PortalAdminSite(admin.AdminSite):
    site_title = _("Deployments desk")
    site_header = _("Deployments desk")
    index_title = _("Desk")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.panels: dict[type[Model], Panels] = {}
        self.acts: list[Act] = []
        self.pages: list[DeskPage] = []
        self.vocabulary = Vocabulary()
        self.explain: Callable[[IntegrityError], str] = lambda error: ""
        self.own_matter: Callable[[Any, Model], Refusal | None] = lambda account, record: None

    def panels_of(self, request: HttpRequest, record: Model) -> list[Panel]:
        """What other apps show on the record's page."""
        return self.panels[type(record)](request, record) if type(record) in self.panels else []

    def acts_on(self, request: HttpRequest, record: Model) -> list[Link]:
        """Links to the acts that the account's roles include and the record's state allows."""
        return [
            Link(act.title, act.url(record), act.is_grave)
            for act in sorted(self._offered(request, record), key=attrgetter("comes_last"))
        ]

    def link_to_act(self, request: HttpRequest, record: Model, verb: Verb) -> Link | None:
        """The link to one act on the record, where ``acts_on`` has it."""
        offered = (act for act in self._offered(request, record) if act.verb == verb.address)
        return next((Link(act.title, act.url(record), act.is_grave) for act in offered), None)

    def _offered(self, request: HttpRequest, record: Model) -> Iterator[Act]:
        for act in () if self.own_matter(request.user, record) else self.acts:
            if isinstance(record, act.model) and request.user.has_perm(act.permission) and act.possible(record):
                yield act

    def register_acts(self, acts: list[Act]) -> None:
        """Add acts to the desk: their addresses, their links on the record's page."""
        self.acts.extend(acts)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "site_url": reverse("root"),
            "desk_pages": [page for page in self.pages if request.user.has_perm(page.permission)],
            "other_language_name": next(name for code, name in OWN_NAMES.items() if code != request.LANGUAGE_CODE),
        }

    def get_urls(self) -> list[Any]:
        return [path("language/", require_POST(self.language_view), name="language"), *super().get_urls()]

    def language_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the language asked for with the account, and in the browser for the pages before the log-in."""
        asked = request.POST.get("language")
        following = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(following, {request.get_host()}, request.is_secure()):
            following = reverse("admin:index")
        response = HttpResponseRedirect(following)
        if asked in OWN_NAMES:
            if request.user.is_authenticated:
                request.user.language = asked
                request.user.save(update_fields=["language"])
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, asked, max_age=31_536_000, samesite="Lax", secure=settings.SECURE
            )
        return response


# The site that ``PortalAdminConfig`` makes the default one, under its real type.
desk_site = cast(PortalAdminSite, admin.site)

OWN_NAMES = {"en": "English", "fr": "Français"}
