"""A person with psql in hand, as the owner of everything: temporary tables, replica role, TRUNCATE, COPY, MERGE."""

import subprocess

import pytest
from django.db import connection

from deployments.limits import guards
from deployments.models import Deployment
from tests import factories
from tests.psql import psql_command

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has its own shell"),
]
ONE_MORE = (
    "INSERT INTO deployments_deployment (officer_id, posting_id, first_day, last_day, state, end_reason, late_reason,"
    " created_at, changed_at) SELECT {officer}, posting_id, '{first}', '{last}', 'reserved', '', '', now(), now()"
    " FROM public.deployments_deployment LIMIT 1"
)


def psql(*statements: str) -> subprocess.CompletedProcess:
    """Runs the statements in one session of the psql program."""
    return subprocess.run(
        psql_command(connection.settings_dict["NAME"]),
        input=";\n".join(statements) + ";\n",
        env={"PGPASSWORD": connection.settings_dict["PASSWORD"] or ""},
        capture_output=True,
        text=True,
        check=False,
    )


def refused(reason: str, *statements: str) -> None:
    done = psql(*statements)
    assert done.returncode != 0 and f"portal: {reason}" in done.stderr, done.stderr or "nothing was refused"


@pytest.fixture
def one_more(db):
    """SQL for one more tour in a posting whose operation has one place, taken through 2026."""
    posting = factories.posting(factories.mission(factories.operation(1)))
    factories.deployment(posting, "2026-01-01", "2026-12-31")

    def statement(first: str = "2026-06-01", last: str = "2026-06-30") -> str:
        return ONE_MORE.format(officer=factories.officer().pk, first=first, last=last)

    return statement


def test_psql_meets_the_wall_and_what_fits_goes_in(one_more):
    refused("exceeded operation", one_more())
    assert psql(one_more("2027-01-01", "2027-12-31")).stderr == ""
    assert Deployment.objects.count() == 2


@pytest.mark.parametrize(
    "trick",
    [
        ["SET session_replication_role = replica"],
        [
            "SET search_path = pg_temp, public",
            "CREATE TEMP TABLE deployments_posting (LIKE public.deployments_posting)",
        ],
        [
            "CREATE TEMP TABLE missions_authorizedstrength AS SELECT * FROM public.missions_authorizedstrength WHERE false"
        ],
        ["BEGIN ISOLATION LEVEL SERIALIZABLE"],
        ["SET CONSTRAINTS ALL DEFERRED"],
        ["SET jit = off", "SET plan_cache_mode = force_generic_plan"],
    ],
)
def test_no_setting_of_a_session_helps(one_more, trick):
    refused("exceeded operation", *trick, one_more().replace("INTO deployments", "INTO public.deployments"))


def test_no_other_form_of_writing_helps(one_more):
    refused("exceeded operation", f"WITH one AS ({one_more()} RETURNING id) SELECT * FROM one")
    refused("exceeded operation", f"{one_more()} ON CONFLICT (id) DO UPDATE SET state = 'reserved'")
    refused("exceeded operation", one_more("2027-01-01", "2027-12-31"), "UPDATE deployments_deployment SET first_day = '2026-06-01', last_day = '2027-06-01'")  # fmt: skip
    refused(
        "exceeded operation",
        one_more("2027-01-01", "2027-12-31"),
        "MERGE INTO deployments_deployment d USING (VALUES (1)) AS one ON d.first_day = '2027-01-01'"
        " WHEN MATCHED THEN UPDATE SET first_day = '2026-12-31'",
    )
    row = f"{factories.officer().pk}\t{Deployment.objects.first().posting_id}\t2026-06-01\t2026-06-30"
    refused(
        "exceeded operation",
        "COPY deployments_deployment (officer_id, posting_id, first_day, last_day, state, end_reason, late_reason,"
        f" created_at, changed_at) FROM STDIN;\n{row}\treserved\t\t\t2026-01-01\t2026-01-01\n\\.\nSELECT 1",
    )


@pytest.mark.parametrize("day", ["infinity", "2200-01-01"])
def test_a_day_is_in_the_reach_of_every_reader(one_more, day):
    done = psql(one_more("2027-01-01", day))
    assert "portal: " in done.stderr


@pytest.mark.parametrize(
    "table",
    [
        "deployments_deployment",
        "deployments_posting",
        "missions_authorizedstrength",
        "missions_operationterms",
        "missions_missionterms",
        "missions_programme",
        "deployments_gate",
        "core_historyentry",
        "deployments_note",
        "deployments_issuedletter",
        "deployments_nominationanswer",
    ],
)
def test_no_table_is_emptied(one_more, table):
    refused("never truncate", f"TRUNCATE {table} CASCADE")


def test_the_chain_holds_without_foreign_keys(one_more):
    tour = Deployment.objects.get()
    replica = "SET session_replication_role = replica"
    refused("frozen posting", replica, f"DELETE FROM deployments_posting WHERE id = {tour.posting_id}")
    refused("frozen mission", replica, f"UPDATE missions_mission SET id = 987654 WHERE id = {tour.posting.mission_id}")
    refused("missing chain", replica, one_more("2027-01-01", "2027-12-31").replace("posting_id, '", "987654, '"))


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("ALTER TABLE {t} DISABLE TRIGGER portal_tour", "deployments_deployment.portal_tour"),
        ("ALTER TABLE {t} ENABLE TRIGGER portal_tour", "deployments_deployment.portal_tour"),
        ("DROP TRIGGER portal_gate ON {t}", "deployments_deployment.portal_gate"),
        (
            "CREATE OR REPLACE TRIGGER portal_tour AFTER INSERT ON {t} EXECUTE FUNCTION portal_check_tour()",
            "deployments_deployment.portal_tour",
        ),  # fmt: skip
        ("ALTER TABLE {t} DROP CONSTRAINT portal_officer_twice", "portal_officer_twice"),
        ("ALTER FUNCTION portal_check_tour RESET ALL", "portal_check_tour"),
        ("ALTER FUNCTION portal_peak SET search_path = pg_temp, public", "portal_peak"),
        (
            "CREATE OR REPLACE FUNCTION portal_check_tour() RETURNS trigger LANGUAGE plpgsql"
            " SET search_path = pg_catalog, public, pg_temp AS $$BEGIN RETURN NULL; END$$",
            "portal_check_tour",
        ),
    ],
)
def test_a_guard_that_lets_something_pass_counts_as_missing(one_more, statement, name):
    done = psql(statement.format(t="deployments_deployment"))
    assert done.stderr == "" and guards.missing(connection) == [name]
    guards.install(connection)
    assert guards.missing(connection) == []
    refused("exceeded operation", one_more())
