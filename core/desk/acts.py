"""The desk's acts: for each record and verb, what is asked, who may, and the domain function that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from core.desk.act_forms import ActForm
from core.history.verbs import Verb
from core.refusals import Refusal


class Preview(Protocol):
    """What an act would do with the values typed."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the effect changes: nobody confirms anything but what the page showed."""

    @property
    def unasked(self) -> str:
        """An effect to confirm although no rule refuses it, in words; "" for none."""


@dataclass(frozen=True)
class Aside:
    """A section of an act's page, beside its form."""

    template: str
    context: dict[str, Any]


def state_of(record: Any) -> str:
    """The state or status of a record that has one; else ""."""
    return getattr(record, "state", "") or getattr(record, "status", "")


@dataclass(frozen=True)
class Act:
    """One verb on one kind of record. ``do(record, by=..., **form.arguments())`` does it, or raises a Refusal.

    ``prefix`` comes before the record's number in the address. ``explanation`` says what the act does, ``preview``
    (drawn by ``preview_template``) what it would do with the values typed. ``possible`` says whether the record's page
    offers it. ``is_grave`` marks an act that brings people home or ends something: its button looks like no other.
    ``landing`` gives the page shown afterwards; by default that of ``subject``, which has a page where the record
    itself has none. ``facts`` describes the record in a few words, ``warning`` says what speaks against the act ("" for
    nothing), ``question`` what a person has to answer in one of the form's confirmations first (machines are not asked),
    and ``asides`` give further sections of the page. ``is_personal`` where the page shows what only some may
    read of a person: the history says who looked. ``asks_again`` where the act gives or takes rights: whoever signed in a while
    ago gives the password or second factor once more. ``comes_last`` where it is offered after the other acts.
    """

    model: type[Model]
    verb: str
    title: str | Promise
    form: type[ActForm]
    permission: str
    do: Callable[..., Any]
    explanation: str | Promise = ""
    prefix: str = ""
    is_grave: bool = False
    is_personal: bool = False
    asks_again: bool = False
    comes_last: bool = False
    preview: Callable[[Any, Any], Preview] | None = None
    preview_template: str = ""
    possible: Callable[[Any], bool] = lambda record: True
    initial: Callable[[Any], dict[str, Any]] = lambda record: {}
    landing: Callable[[Any, Any, ActForm], str] | None = None
    subject: Callable[[Any], Model] = lambda record: record
    facts: Callable[[Any], list[tuple[Any, Any]]] | None = None
    warning: Callable[[Any], str] = lambda record: ""
    question: Callable[[Any, ActForm], Refusal | None] = lambda record, form: None
    asides: tuple[Callable[[HttpRequest, Any, ActForm], Aside | None], ...] = ()

    @classmethod
    def of(
        cls,
        model: type[Model],
        verb: Verb,
        form: type[ActForm],
        do: Callable[..., Any],
        explanation: Any = "",
        **more: Any,
    ) -> Self:
        """The act of a verb on ``model``: words, permission, states and address are those of the verb's table."""
        facts = verb.facts
        given: dict[str, Any] = {
            "possible": lambda record: facts.allows(state_of(record)),
            "is_grave": facts.is_grave,
        } | more
        return cls(model, verb.address, facts.label, form, facts.who, do, explanation, **given)

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
