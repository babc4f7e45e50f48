"""Names of the guarded tables, and the small parts of which every guard on SQLite is made."""

STRENGTH, POSTING, DEPLOYMENT = "missions_authorizedstrength", "deployments_posting", "deployments_deployment"
RELEASE = "deployments_release"
TERMS = {"operation": "missions_operationterms", "mission": "missions_missionterms"}
EARLIEST, LATEST = "'1900-01-01'", "'2199-12-31'"
LIVE = "('reserved', 'preparation', 'in_mission')"
FIRM = "('preparation', 'in_mission')"
OVER = "('ended', 'reintegration', 'closed')"
# A tour that was recorded as over was never asked for what a tour that begins is asked for.
NEVER_FIRM = f"(OLD.state IN {OVER} AND NOT OLD.was_firm)"


def refuse(reason: str, when: str) -> str:
    """The statement that refuses with ``reason`` where ``when`` holds."""
    return f"SELECT RAISE(ABORT, 'portal: {reason}') WHERE {when};"


def is_day(column: str, *, optional: bool = False) -> str:
    """Whether a column is not a day from 1900 to 2199 in the one form that text compares by ('2027-02-30' is none)."""
    # date() with a modifier normalises: '2027-02-30' becomes March 2, and '2027-3-01', which sorts wrongly as text, NULL.
    wrong = f"NEW.{column} IS NOT date(NEW.{column}, '+0 days') OR NEW.{column} NOT BETWEEN {EARLIEST} AND {LATEST}"
    return f"(NEW.{column} IS NOT NULL AND ({wrong}))" if optional else f"({wrong} OR NEW.{column} IS NULL)"


def records_of(posting: str) -> str:
    """The first day of the records of the operation that a posting belongs to; NULL where they have no beginning."""
    return (
        f"(SELECT o.records_from FROM {POSTING} p JOIN missions_mission m ON m.id = p.mission_id"
        f" JOIN missions_operation o ON o.id = m.operation_id WHERE p.id = {posting})"
    )


POSTINGS = {
    "posting": "SELECT {key}",
    "mission": f"SELECT id FROM {POSTING} WHERE mission_id = {{key}} AND counts_against = 'all'",
    "operation": f"SELECT p.id FROM missions_mission m JOIN {POSTING} p ON p.mission_id = m.id"
    " WHERE m.operation_id = {key} AND p.counts_against = 'all'",
    "programme": "SELECT p.id FROM missions_operation o JOIN missions_mission m ON m.operation_id = o.id"
    f" JOIN {POSTING} p ON p.mission_id = m.id WHERE o.programme_id = {{key}} AND p.counts_against <> 'none'",
}


def peak(postings: str, since: str, until: str, counted: str = "all") -> str:
    """The most tours on one and the same day of an interval: changes by day, summed up over time.

    Days of a tour before the records of its operation begin count nowhere.
    """
    last = "coalesce(date(late_from, '-1 day'), last_day)" if counted == "answerable" else "last_day"
    live = f" AND state IN {LIVE}" if counted == "live" else ""
    # Looked up only where some operation's records begin late enough to matter: the scan of tours stays on its index.
    records = (
        f"CASE WHEN EXISTS (SELECT 1 FROM missions_operation WHERE records_from > {since})"
        f" THEN {records_of('d.posting_id')} END"
    )
    tours = (
        f"FROM (SELECT max(first_day, {since}, coalesce({records}, first_day)) AS begins, {last} AS ends"
        f" FROM {DEPLOYMENT} d WHERE posting_id IN ({postings}) AND last_day >= {since} AND first_day <= {until}"
        f" AND state <> 'cancelled'{live}) WHERE ends >= begins AND begins <= {until}"
    )
    return (
        "(SELECT coalesce(max(committed), 0) FROM (SELECT sum(sum(change)) OVER (ORDER BY day) AS committed FROM ("
        f"SELECT begins AS day, 1 AS change {tours}"
        f" UNION ALL SELECT date(ends, '+1 day'), -1 {tours} AND ends < {until}) GROUP BY day))"
    )


def touching(postings: str, since: str, until: str) -> str:
    """How many tours occupy any day of an interval: a bound of the peak that is quicker to have.

    Without ``postings`` all are counted, also those cancelled: the index of days alone answers that.
    """
    of_level = f"posting_id IN ({postings}) AND state <> 'cancelled' AND " if postings else ""
    return f"(SELECT count(*) FROM {DEPLOYMENT} WHERE {of_level}last_day >= {since} AND first_day <= {until})"


def number(kind: str, key: str, day: str) -> str:
    """The number in force on a day; NULL is no limit. An operation without one has 0."""
    in_force = (
        f"(SELECT maximum FROM {STRENGTH} WHERE {kind}_id = {key} AND withdrawn_at IS NULL"
        f" AND effective_from <= {day} ORDER BY effective_from DESC LIMIT 1)"
    )
    return f"coalesce({in_force}, 0)" if kind == "operation" else in_force
