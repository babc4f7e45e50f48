"""Parts of pages are kept by all that they show, and compiled queries give what the query set itself gives."""

import datetime

import pytest
from django.test import Client

from core.database.compiled import KEY, Compiled, read_with
from core.pages import parts
from deployments.models import LanguageRequirement, Posting
from deployments.openings.opening import end_of_day
from missions import queries
from missions.models import Mission, Operation, Organization
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)
PAGES = ("/en/", "/fr/", "/en/operations/mali/", "/fr/missions/minusma/", "/en/openings/")


@pytest.fixture
def mali() -> Operation:
    operation = factories.operation(22, code="mali", name_en="Mali", name_fr="Mali", since=datetime.date(2020, 1, 1))
    operation.countries.add(factories.country("ML"))
    lead = Organization.objects.create(code="un", name_en="United Nations", name_fr="Nations Unies", kind="un")
    mission = factories.mission(operation, code="minusma", lead_organization=lead)
    posting = factories.opening(mission, reference="trainer", title_en="Trainer", title_fr="Formation", places=9)
    LanguageRequirement.objects.create(posting=posting, language="fr", reading=2, writing=2, speaking=2)
    return operation


def shown() -> list[bytes]:
    return [Client().get(path).content for path in PAGES]


def unseen(record) -> list[str]:
    """What was read with ``record``, column by column, whose change makes no difference to a part."""
    before = parts.held_by(record)
    found = []
    columns = vars(record)
    for name in columns.keys() - set(parts.READ_WITH):
        value, columns[name] = columns[name], "another value"
        if parts.held_by(record) == before:
            found.append(name)
        columns[name] = value
    assert parts.held_by(record) == before
    return found


def test_a_part_depends_on_every_column_of_every_record(mali):
    mission = queries.mission_on(TODAY, "minusma", with_drafts=False)
    read_with(mali, "countries", "strengths", "terms")
    posting = Posting.objects.select_related("mission__lead_organization").get()
    for record in (queries.operation_on(TODAY, with_drafts=False, code="mali"), mission, posting, mali):
        assert unseen(record) == []
    for outer, inner in (
        (mission, mission.lead_organization),
        (posting, posting.mission.lead_organization),
        *((mali, each.all()[0]) for each in (mali.countries, mali.strengths, mali.terms)),
    ):
        before = parts.held_by(outer)
        inner.pk = 0
        assert parts.held_by(outer) != before


CHANGES = {
    "an operation": lambda mali: Operation.objects.update(name_en="Now", name_fr="Maintenant"),
    "a mission": lambda mali: Mission.objects.update(summary_en="Now", summary_fr="Maintenant"),
    "an organization": lambda mali: Organization.objects.update(name_en="Now", name_fr="Maintenant"),
    "a posting": lambda mali: Posting.objects.update(title_en="Now", title_fr="Maintenant"),
    "a number": lambda mali: factories.strength(mali, 30, datetime.date(2021, 1, 1)),
    "a country": lambda mali: mali.countries.clear(),
    "a requirement": lambda mali: LanguageRequirement.objects.update(language="uk"),
    "a state": lambda mali: Posting.objects.update(opens_at=end_of_day(factories.day("2099-01-01"))),
    "terms": lambda mali: factories.terms(mali, "suspended", datetime.date(2021, 1, 1)),
}


def stale(mali) -> list[str]:
    """The changes that pages with kept parts do not show, or not in full."""
    found = []
    shown()
    for name, change in CHANGES.items():
        before = shown()
        change(mali)
        kept = shown()
        parts.clear()
        fresh = shown()
        assert fresh != before, name
        found += [name] if kept != fresh else []
    return found


def test_whatever_changes_is_shown(mali):
    assert stale(mali) == []


def test_kept_by_their_keys_alone_parts_would_be_stale(mali, monkeypatch):
    monkeypatch.setattr(parts, "_of_record", lambda record, within: (record.pk,))
    parts.clear()
    assert len(stale(mali)) > 4
    parts.clear()


def test_a_part_that_asks_the_database_is_made_each_time(mali):
    mission = Mission.objects.get()
    first = parts.part("missions/includes/mission_meta.html", mission=mission)
    Organization.objects.update(name_en="The Organization")
    again = parts.part("missions/includes/mission_meta.html", mission=Mission.objects.get())
    assert ("United Nations" in first, "The Organization" in again) == (True, True)


def test_a_part_takes_values_that_can_be_compared():
    with pytest.raises(TypeError, match="a part does not take object"):
        parts.held_by([object()])
    assert parts.held_by({"a": [1, TODAY]}) == parts.held_by({"a": (1, TODAY)})


def values_of(record) -> dict:
    return {name: value for name, value in vars(record).items() if name[0] != "_" and name != "known_postings"}


def test_a_compiled_query_gives_what_the_query_set_gives(mali, django_assert_num_queries):
    factories.mission(factories.operation(5, code="haiti"), code="minustah")
    expected = [values_of(each) for each in queries.missions_on(TODAY)]
    for _ in range(2):
        with django_assert_num_queries(2):
            found = queries.listed_missions(TODAY)
        assert [values_of(each) for each in found] == expected
    assert {each.code: len(each.known_postings) for each in found} == {"minusma": 1, "minustah": 0}
    for operation in Operation.objects.all():
        with django_assert_num_queries(1):
            shown = queries.operation_on(TODAY, with_drafts=False, code=operation.code)
        assert values_of(shown) == values_of(queries.operations_on(TODAY).get(pk=operation.pk))
    assert queries.operation_on(TODAY, with_drafts=False, code="nowhere") is None
    assert queries.mission_on(TODAY, "nowhere", with_drafts=False) is None


def test_a_condition_added_to_a_compiled_query_counts(mali):
    compiled = Compiled(Operation.objects.filter(pk=KEY))
    assert compiled.rows({KEY: mali.pk}) == [mali]
    query = compiled.query.clone()
    query.add_filter("code", "haiti")
    assert "haiti" in str(query)
    assert compiled.rows({KEY: 0}) == []


def test_relations_read_with_a_record_ask_no_more(mali, django_assert_num_queries):
    with django_assert_num_queries(3):
        read_with(mali, "countries", "strengths", "terms")
    with django_assert_num_queries(0):
        assert [each.code for each in mali.countries.all()] == ["ML"]
        assert [each.maximum for each in mali.strengths.all()] == [22]
        assert [each.status for each in mali.terms.all()] == ["active"]
