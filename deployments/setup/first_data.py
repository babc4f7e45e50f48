"""The first data set: what the public page says, put into an empty portal and never over what staff changed.

The files are in ``missions/data``: one for the countries, one for the programme and the organizations, two for each page
of help, one for each
operation; what is seen to before a departure is in ``deployments/setup/data/checklist.toml``, the role profiles are in
``roles.toml`` beside it. Every table in them has the names of the model's fields.
"""

import csv
import datetime
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from simple_history.utils import bulk_create_with_history

from core.actors import SYSTEM, Actor
from core.generics import AnyField
from core.history.acts import record_act
from core.models import HistoryEntry
from core.text.dates import DatePrecision
from deployments.domain.authority import set_mission_terms, set_strength, set_terms
from deployments.domain.verbs.data import DataVerb
from deployments.limits.gate import locked_transaction
from deployments.models import ChecklistItem, Posting, RoleProfile
from missions.models import Country, HelpPage, HelpTopic, Mission, Operation, Organization, Programme

DATA = Path(settings.BASE_DIR) / "missions" / "data"
ROLES = Path(__file__).resolve().parent / "data" / "roles.toml"
CHECKLIST = Path(__file__).resolve().parent / "data" / "checklist.toml"
REASON = "First data set / Premier jeu de données"


@locked_transaction
def load_first_data(*, by: Actor = SYSTEM) -> Counter[str]:
    """Make each record of the first data set that was never loaded and does not exist; return how many of each kind.

    What was loaded once is staff's: renamed, changed or deleted, it is left as it is. Numbers and terms are made only
    where a record has none at all, withdrawn ones included. Raises ValidationError for a fault in the files.
    """
    return _FirstDataLoader(by).load()


def _help_page(code: str) -> dict[str, str]:
    """One page of help from its two files: the first line is the title, the rest the text."""
    page = {"code": code}
    for language in ("en", "fr"):
        title, _newline, body = (DATA / "help" / f"{code}.{language}.md").read_text("utf-8").partition("\n")
        page |= {f"title_{language}": title.removeprefix("# "), f"body_{language}": body.strip()}
    return page


class _FirstDataLoader:
    def __init__(self, by: Actor) -> None:
        self.by = by
        self.made: Counter[str] = Counter()
        self.organizations: dict[str, Organization | None] = {}
        self.profiles: dict[str, RoleProfile | None] = {}
        self.loaded = {
            (content_type, detail.get("key")): record
            for content_type, record, detail in HistoryEntry.objects.filter(verb=DataVerb.LOADED).values_list(
                "content_type", "object_id", "detail"
            )
        }

    def load(self) -> Counter[str]:
        self._countries()
        base = tomllib.loads((DATA / "programme.toml").read_text("utf-8"))
        programme = self._record(Programme, base["programme"], key="code")
        for organization in base["organizations"]:
            self.organizations[organization["code"]] = self._record(Organization, organization, key="code")
        for profile in tomllib.loads(ROLES.read_text("utf-8"))["profiles"]:
            self.profiles[profile["code"]] = self._record(RoleProfile, profile, key="code")
        for path in sorted((DATA / "operations").glob("*.toml")):
            operation = tomllib.loads(path.read_text("utf-8"))
            self._operation(operation, programme)
        for topic in HelpTopic.values:
            self._record(HelpPage, _help_page(topic), key="code")
        for item in tomllib.loads(CHECKLIST.read_text("utf-8"))["items"]:
            self._record(ChecklistItem, item, key="code")
        return self.made

    def _countries(self) -> None:
        known = set(Country.objects.values_list("code", flat=True))
        with (DATA / "countries.csv").open(encoding="utf-8", newline="") as lines:
            missing = [Country(**row) for row in csv.DictReader(lines) if row["code"] not in known]
        for country in missing:
            country.clean_fields()
        bulk_create_with_history(missing, Country)
        if missing:
            self.made["country"] = len(missing)

    def _operation(self, data: dict[str, Any], programme: Programme | None) -> None:
        missions = data.pop("missions")
        operation = self._record(Operation, data, key="code", programme=programme)
        for mission_data in missions:
            postings = mission_data.pop("postings", [])
            mission = self._record(Mission, mission_data, key="code", operation=operation)
            for posting in postings:
                self._record(Posting, posting, key="reference", mission=mission)

    def _record(self, model: type[models.Model], data: dict[str, Any], *, key: str, **parent: Any) -> Any:
        """The record with its numbers and terms, new or as staff left it; None where staff took it, or its parent, away."""
        versions = {name: data.pop(name, []) for name in ("strengths", "terms")}
        content_type = ContentType.objects.get_for_model(model).pk
        once = self.loaded.get((content_type, data[key]))
        record = model._default_manager.filter(**({"pk": once} if once else {key: data[key]})).first()
        if record is None and (once or None in parent.values()):
            return None
        if record is None:
            record = self._make(model, data | parent)
            record_act(record, DataVerb.LOADED, by=self.by, key=data[key])
        for name, rows in versions.items():
            self._versions(record, name, rows)
        return record

    def _versions(self, record: Any, name: str, rows: list[dict[str, Any]]) -> None:
        if not rows or getattr(record, name).exists():
            return
        for row in rows:
            if name == "strengths":
                set_strength(record, by=self.by, note=REASON, **row)
            elif isinstance(record, Operation):
                set_terms(record, by=self.by, reason=REASON, **row)
            else:
                set_mission_terms(record, by=self.by, reason=REASON, **row)
            self.made[f"{name} of {record._meta.model_name}s"] += 1

    def _make(self, model: type[models.Model], data: dict[str, Any]) -> models.Model:
        many = {field.name: data.pop(field.name, []) for field in model._meta.many_to_many}
        values: dict[str, Any] = {}
        fields = {field.name: field for field in model._meta.fields}
        for name, value in data.items():
            values |= self._value(fields[name], value)
        record = model(**values)
        record.full_clean()
        record.save()
        for name, codes in many.items():
            getattr(record, name).set(Country.objects.filter(code__in=codes))
        self.made[str(model._meta.model_name)] += 1
        return record

    def _value(self, field: AnyField, value: Any) -> dict[str, Any]:
        """What the model takes for the file's ``value``: an organization by code, a day known to the month or year."""
        if field.related_model is Organization:
            return {field.name: self.organizations[value]}
        if field.related_model is RoleProfile:
            return {field.name: self.profiles[value]}
        if isinstance(field, models.DateField) and isinstance(value, str):
            precision = {4: DatePrecision.YEAR, 7: DatePrecision.MONTH}.get(len(value), DatePrecision.DAY)
            first = datetime.date.fromisoformat(value + "0000-01-01"[len(value) :])
            return {field.name: first, field.name.replace("_on", "_precision"): precision}
        return {field.name: value.strip() if isinstance(value, str) else value}
