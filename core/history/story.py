"""The history of a record as one story: edits of its fields, and acts on it, latest first."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import ForeignKey, ManyToManyField, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.generics import AnyField
from core.history.acts import history_of
from core.history.verbs import CoreVerb, Verb
from core.models import HistoryEntry
from core.text.dates import in_words
from core.text.languages import language_names

EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True)
class FieldChange:
    """One field of an edit, from what ("" for nothing) to what."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryEvent:
    """Something that somebody did to the record, or looked at it, so many ``times`` one after another."""

    at: datetime.datetime
    who: str
    title: Any
    reason: str = ""
    changes: list[FieldChange] = field(default_factory=list)
    times: int = 1
    is_view: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """The words for what the history names in codes: acts, states, details, and the values of a detail."""

    verbs: dict[str, Any] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_verbs(self, *tables: type[Verb]) -> None:
        """Add the past tense of every verb. Raises ValueError where two records word one verb differently."""
        for verb in (verb for table in tables for verb in table):
            if self.verbs.setdefault(verb.value, verb.facts.past) != verb.facts.past:
                raise ValueError(f"{verb!r} has other words than another record's verb of that name")


def versions_of(record: Model) -> Any:
    """The record's edits as django-simple-history keeps them; None where the model keeps none."""
    return getattr(record, "history", None) if hasattr(type(record), "history") else None


def latest_version(record: Model) -> str:
    """A token that changes with every edit of the record; "" before the first."""
    versions = versions_of(record)
    latest = versions.order_by("-history_id").values_list("history_id", flat=True).first() if versions else None
    return str(latest or "")


def words_for(value: Any, field_: AnyField | None = None) -> str:
    """A field's value as a person reads it."""
    if value in EMPTY:
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field_ is not None and field_.choices:
        return str(dict(field_.flatchoices).get(value, value))
    if isinstance(value, datetime.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return in_words(value)
    if isinstance(value, list | tuple):
        return ", ".join(words_for(part) for part in value)
    return str(value)


def field_words(value: Any, field_: AnyField) -> str:
    """A field's value in words; of several records, as a version keeps them, the names."""
    if isinstance(field_, ManyToManyField):
        target = field_.m2m_reverse_field_name()
        return words_for([str(row[target]) if isinstance(row, dict) else str(row) for row in value])
    if isinstance(field_, ForeignKey) and isinstance(value, int):
        value = field_.remote_field.model._base_manager.filter(pk=value).first()
    return words_for(value, field_)


def changes_between(newer: Any, older: Any) -> list[FieldChange]:
    """What an edit changed, field by field, many-to-many fields as the names on either side."""
    model = newer.instance_type
    changes = []
    for change in newer.diff_against(older, foreign_keys_are_objs=True).changes:
        field_ = model._meta.get_field(change.field)
        label = str(field_.verbose_name)
        before = "" if change.old in EMPTY else field_words(change.old, field_)
        changes.append(FieldChange(label[:1].upper() + label[1:], before, field_words(change.new, field_)))
    return changes


def history_events(record: Model) -> list[tuple[datetime.datetime, Any, Any]]:
    """List acts on the record and edits of its fields, latest first, each as (when, act or edit, the edit before it)."""
    manager = versions_of(record)
    versions = list(manager.select_related("history_user").order_by("history_id")) if manager else []
    edits = [(edit.history_date, edit, versions[n - 1] if n else None) for n, edit in enumerate(versions)]
    acts = [(act.at, act, None) for act in history_of(record)]
    return sorted([*reversed(edits), *acts], key=lambda event: event[0], reverse=True)


def describe_event(event: tuple[datetime.datetime, Any, Any], vocabulary: Vocabulary) -> HistoryEvent:
    """Describe one event of ``history_events`` for a reader, with the labels of ``vocabulary``."""
    at, happened, before = event
    if isinstance(happened, HistoryEntry):
        title = vocabulary.verbs.get(happened.verb, happened.verb)
        changes = details_of(happened, vocabulary)
        return HistoryEvent(at, who(happened), title, happened.reason, changes, is_view=happened.verb == CoreVerb.VIEW)
    author = str(happened.history_user) if happened.history_user else gettext("the portal")
    if before is None:
        return HistoryEvent(at, author, _("Recorded"))
    return HistoryEvent(
        at, author, _("Changed"), happened.history_change_reason or "", changes_between(happened, before)
    )


def fold_views(events: Iterable[HistoryEvent]) -> list[HistoryEvent]:
    """The events, where somebody's views of one day that follow each other are one: the latest, so many times."""
    folded: list[HistoryEvent] = []
    for event in events:
        last = folded[-1] if folded else None
        if last and last.is_view and event.is_view and (last.who, _day(last)) == (event.who, _day(event)):
            folded[-1] = replace(last, times=last.times + 1)
        else:
            folded.append(event)
    return folded


def _day(event: HistoryEvent) -> datetime.date:
    return timezone.localdate(event.at)


def who(act: HistoryEntry) -> str:
    """The person of an act, or the portal itself."""
    return str(act.actor) if act.actor else gettext("the portal")


def details_of(act: HistoryEntry, vocabulary: Vocabulary) -> list[FieldChange]:
    """The details of an act, its change of state first; what has no name in the vocabulary is for machines.

    They come in the vocabulary's order. A detail beside another of its name with ``_was`` is shown from what to what.
    """
    changes = []
    if act.from_state != act.to_state:
        before, after = (str(vocabulary.states.get(state, state)) for state in (act.from_state, act.to_state))
        after = after or "–"
        changes.append(FieldChange(gettext("From and to"), before, after))
    for name in vocabulary.details:
        value = act.detail.get(name)
        if value not in (None, "", []):
            was = act.detail.get(f"{name}_was", value)
            if isinstance(value, dict) and set(value) == {"from", "to"}:
                was, value = value["from"], value["to"]
            before = "" if was == value else _value_words(name, was, vocabulary)
            changes.append(FieldChange(str(vocabulary.details[name]), before, _value_words(name, value, vocabulary)))
    return changes


def _value_words(name: str, value: Any, vocabulary: Vocabulary) -> str:
    """A detail as a person reads it: languages by their names, codes by their labels, an ISO text as its day.

    What was kept in each language (``core.text.bilingual.in_each``) is read in the reader's own.
    """
    if name == "languages":
        return language_names(value)
    if isinstance(value, list):
        return ", ".join(_value_words(name, part, vocabulary) for part in value)
    if isinstance(value, dict):
        return str(value.get(get_language()) or next(iter(value.values()), "–"))
    if name in vocabulary.values:
        return str(vocabulary.values[name].get(value, value))
    try:
        return words_for(datetime.date.fromisoformat(value))
    except (TypeError, ValueError):
        return words_for(value)
