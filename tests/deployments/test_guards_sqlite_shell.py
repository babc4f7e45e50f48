"""A person with the sqlite3 shell in hand: foreign keys off, any type in any column, rows replaced in silence."""

import sqlite3

import pytest
from django.db import connection

from deployments.limits import guards
from deployments.models import Deployment, Gate, Posting
from missions.models import AuthorizedStrength, Mission, Operation
from tests import factories
from tests.factories import day

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has its own shell"),
]


@pytest.fixture
def shell():
    """A connection of the library itself, as the shell opens one: none of the portal's settings."""
    opened = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    yield opened
    opened.close()


@pytest.fixture
def posting() -> Posting:
    """A posting whose operation has one place, taken through 2026."""
    made = factories.posting(factories.mission(factories.operation(1)))
    factories.deployment(made, "2026-01-01", "2026-12-31")
    return made


def copy_of(model, **changes) -> tuple[list[str], list[str]]:
    """Columns of the first row of ``model``, and the SQL that selects it with ``changes``."""
    columns = [field.column for field in model._meta.concrete_fields]
    return columns, [changes.get(column, column) for column in columns]


def insert(shell, model, verb: str = "INSERT", **changes) -> None:
    columns, values = copy_of(model, **changes)
    table = model._meta.db_table
    shell.execute(f"{verb} INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} LIMIT 1")


def refused(reason: str):
    return pytest.raises(sqlite3.IntegrityError, match=reason)


def free(**changes) -> dict[str, str]:
    """A second officer's tour on days that are free."""
    return {"id": "NULL", "officer_id": str(factories.officer().pk)} | {
        "first_day": "'2027-01-01'",
        "last_day": "'2027-12-31'",
        **changes,
    }


def test_the_shell_meets_the_wall(shell, posting):
    with refused("portal: exceeded operation"):
        insert(shell, Deployment, **free(first_day="'2026-12-31'"))
    insert(shell, Deployment, **free())
    assert Deployment.objects.count() == 2


@pytest.mark.parametrize(
    "verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "INSERT OR ROLLBACK"]
)
def test_a_row_is_not_replaced(shell, posting, verb):
    with refused("portal: exists"):
        insert(shell, Deployment, verb, first_day="'2025-01-01'", last_day="'2025-12-31'")
    with refused("portal: exceeded operation"):
        insert(shell, Deployment, verb, **free(first_day="'2026-12-31'"))
    with refused("portal: (exists|one_per_day)"):
        insert(shell, AuthorizedStrength, verb, maximum="9")
    with refused("portal: one_per_day"):
        insert(shell, AuthorizedStrength, verb, id="NULL", maximum="9")
    with refused("portal: exists"):
        insert(shell, Gate, verb, revision="0")
    for model in (Posting, Mission, Operation):
        with refused("portal: exists"):
            insert(shell, model, verb, id="NULL")


def test_an_update_does_not_replace_another_row(shell, posting):
    other = factories.posting(posting.mission)
    tour = factories.deployment(other, "2027-01-01", "2027-12-31")
    later = factories.deployment(other, "2028-01-01", "2028-12-31")
    Deployment.objects.filter(pk=later.pk).update(transferred_from=tour)
    for table, values in {
        "deployments_deployment": (f"id = {tour.pk} WHERE id <> {tour.pk}", f"transferred_from_id = {tour.pk}"),
        "deployments_posting": (f"reference = '{posting.reference}' WHERE id = {other.pk}", f"id = {posting.pk}"),
    }.items():
        for value in values:
            with refused("portal: (exists|frozen)"):
                shell.execute(f"UPDATE OR REPLACE {table} SET {value}")
    assert (Deployment.objects.count(), Posting.objects.count()) == (3, 2)


@pytest.mark.parametrize(
    "text",
    [
        "'2027-3-01'",
        "'2027-02-30'",
        "'2027-03-01 00:00'",
        "20270301",
        "2460000.5",
        "x'323032372D30332D3031'",
        "'now'",
        "NULL",
    ],
)
def test_a_day_is_written_in_one_form(shell, posting, text):
    for column in ("first_day", "last_day"):
        with refused("portal: (bad day|exceeded|not released)|NOT NULL|days_in_order"):
            insert(shell, Deployment, **free(**{column: text}))
    with refused("portal: bad day|NOT NULL"):
        insert(shell, AuthorizedStrength, id="NULL", effective_from=text)
    with refused("portal: bad day|NOT NULL"):
        insert(shell, Operation.terms.rel.related_model, id="NULL", effective_from=text)


@pytest.mark.parametrize("value", ["'many'", "1.5", "x'39'"])
def test_a_number_is_a_whole_number(shell, posting, value):
    for column in ("maximum", "acknowledged_peak"):
        with refused("portal: |CHECK"):
            insert(shell, AuthorizedStrength, id="NULL", effective_from="'2027-01-01'", **{column: value})
    with refused("portal: |CHECK"):
        shell.execute(f"UPDATE deployments_posting SET places = {value}")


def test_the_chain_is_complete_without_foreign_keys(shell, posting):
    for column in ("posting_id", "officer_id"):
        with refused("portal: missing chain"):
            insert(shell, Deployment, **free(**{column: "987654"}))
    with refused("portal: missing chain"):
        insert(shell, AuthorizedStrength, id="NULL", operation_id="987654")
    for model in (Posting, Mission, Operation):
        for statement in ("DELETE FROM {}", "UPDATE {} SET id = 987654"):
            with refused("portal: frozen"):
                shell.execute(statement.format(model._meta.db_table))


def test_a_version_and_a_tour_are_never_deleted(shell, posting):
    for table in (
        "deployments_deployment",
        "missions_authorizedstrength",
        "missions_operationterms",
        "deployments_gate",
    ):
        with refused("portal: never delete"):
            shell.execute(f"DELETE FROM {table}")


def test_a_key_is_a_positive_number(shell, posting):
    for model in (Deployment, Gate):
        with refused("portal: bad key|CHECK constraint"):
            insert(shell, model, **(free(id="-1") if model is Deployment else {"id": "-1"}))


def test_a_withdrawal_says_when(shell, posting):
    factories.strength(posting.mission.operation, 5, day("2027-01-01"))
    with refused("portal: frozen version"):
        shell.execute("UPDATE missions_authorizedstrength SET withdrawn_at = 'soon' WHERE maximum = 5")


def test_a_guard_that_lets_everything_pass_counts_as_missing(shell, posting):
    name = "portal_tour_added"
    shell.execute(f"DROP TRIGGER {name}")
    assert guards.missing(connection) == [name]
    shell.execute(f"CREATE TRIGGER {name} AFTER INSERT ON deployments_deployment BEGIN SELECT 1; END")
    assert guards.missing(connection) == [name]
    guards.install(connection)
    assert guards.missing(connection) == []
