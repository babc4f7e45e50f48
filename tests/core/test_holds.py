"""Constraints worked out here say what the database says, for every model and many values."""

import datetime
import random

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from core.database.holds import NotKnown, check_constraints, holds
from deployments.models import Posting
from missions.models import Mission

pytestmark = pytest.mark.django_db
APPS = ("core", "missions", "officers", "deployments")
CHECKED = [model for app in APPS for model in apps.get_app_config(app).get_models()]
CHECKS = [(model, rule) for model in CHECKED for rule in model._meta.constraints if isinstance(rule, CheckConstraint)]


def values_of(field) -> list:
    """Values that a column might have, at its edges."""
    day = datetime.date(2027, 1, 5)
    found: list = [None] if field.null else []
    kind = field.get_internal_type()
    if field.choices:
        return [*found, *[choice for choice, _label in field.flatchoices][:4], *([""] if "Char" in kind else [99])]
    if kind == "DateField":
        return [*found, day, day - datetime.timedelta(1), day + datetime.timedelta(1)]
    if kind == "DateTimeField":
        moment = datetime.datetime(2027, 1, 5, 12, tzinfo=datetime.UTC)
        return [*found, moment, moment + datetime.timedelta(1)]
    if kind == "BooleanField":
        return [*found, True, False]
    if kind in ("CharField", "TextField", "SlugField"):
        return [*found, "", "a"]
    return [*found, 1, 2] if field.is_relation or "Integer" in kind else found or [None]


@pytest.mark.parametrize(("model", "rule"), CHECKS, ids=[rule.name for _model, rule in CHECKS])
def test_a_rule_holds_here_as_in_the_database(model, rule):
    chance = random.Random(rule.name)
    names = sorted(rule.condition.referenced_base_fields)
    fields = [model._meta.get_field(name) for name in names]
    for _n in range(25):
        record = model(**{field.attname: chance.choice(values_of(field)) for field in fields})
        try:
            said = holds(rule.condition, record)
        except NotKnown:
            return
        try:
            rule.validate(model, record)
            right = True
        except ValidationError:
            right = False
        assert said == right, {name: getattr(record, name) for name in names}


def test_few_rules_need_the_database():
    unknown = []
    for model, rule in CHECKS:
        try:
            holds(rule.condition, model())
        except NotKnown:
            unknown.append(rule.name)
    assert len(unknown) < len(CHECKS) / 10, unknown


def test_a_record_is_refused_with_every_rule_that_fails_and_without_a_query():
    mission = Mission(code="a", name_en="A", name_fr="", starts_on=datetime.date(2027, 1, 2))
    mission.ends_on = datetime.date(2027, 1, 1)
    with pytest.raises(ValidationError) as refused:
        check_constraints(mission, exclude=())
    assert len(refused.value.messages) >= 1
    check_constraints(Posting(reference="a", title_en="A", title_fr="B"), exclude=())
