"""The desk's acts: for each record and verb, what is asked, who may, and the domain function that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from core.desk.site import Link
from deployments.forms.acts import ActForm
from deployments.models import Deployment

GRAVE = frozenset({"evacuate", "suspend", "close", "stand-down", "cancel", "curtail", "repatriate"})


@dataclass(frozen=True)
class Act:
    """One verb on one kind of record. ``do(record, by=..., **form.arguments())`` does it, or raises a Refusal.

    ``prefix`` is what stands before the record's number in the address. ``explanation`` says what the act does;
    ``preview`` what it would do with what was typed; ``possible`` whether the record's page offers it;
    ``landing`` is the page shown afterwards (None: that of ``subject``, which has a page where the record itself has
    none); ``facts`` how the record stands, in a few
    words; ``warning`` what speaks against the act ("" for nothing); ``room`` the room on the days in the form;
    ``finder`` looks up officers for the form.
    """

    model: type[Model]
    verb: str
    title: str | Promise
    form: type[ActForm]
    permission: str
    do: Callable[..., Any]
    explanation: str | Promise = ""
    prefix: str = ""
    preview: Callable[[Any, ActForm], Any] | None = None
    possible: Callable[[Any], bool] = lambda record: True
    initial: Callable[[Any], dict[str, Any]] = lambda record: {}
    landing: Callable[[Any, Any, ActForm], str] | None = None
    subject: Callable[[Any], Model] = lambda record: record
    facts: Callable[[Any], list[tuple[Any, Any]]] | None = None
    warning: Callable[[Any], str] = lambda record: ""
    room: Callable[[Any, ActForm], Any] = lambda record, form: None
    finder: Callable[[str], Any] | None = None

    @property
    def is_grave(self) -> bool:
        """Whether it brings people home or ends something: its button looks like no other."""
        return self.verb in GRAVE and (self.verb != "close" or self.model is not Deployment)

    @property
    def before_number(self) -> str:
        return self.prefix or f"{self.model._meta.model_name}/"

    @property
    def name(self) -> str:
        """The name of the address."""
        return f"{self.before_number}{self.verb}".replace("/", "-")

    def page_of(self, record: Model) -> str:
        """The page at the desk to which the act belongs."""
        shown = self.subject(record)
        return reverse(f"admin:{shown._meta.app_label}_{shown._meta.model_name}_change", args=[shown.pk])

    def url(self, record: Model) -> str:
        return reverse(self.name, args=[record.pk])


ACTS: list[Act] = []


def offered(request: HttpRequest, record: Model) -> list[Link]:
    """The acts that the account's roles include and the record's state allows, as links."""
    return [
        Link(act.title, act.url(record), act.is_grave)
        for act in ACTS
        if isinstance(record, act.model) and request.user.has_perm(act.permission) and act.possible(record)
    ]


def register(acts: list[Act]) -> None:
    """Adds acts to the desk: their addresses, their links on the record's page, their words in the history."""
    ACTS.extend(acts)
    for act in acts:
        admin.site.acts[act.model] = offered
        admin.site.vocabulary.verbs.setdefault(act.verb, act.title)
