"""The first day of an operation's records inside SQLite: it only moves earlier, over days that meet their numbers."""

from deployments.limits.guards.sqlite_parts import POSTINGS, STRENGTH, is_day, number, peak, refuse


def records() -> dict[str, str]:
    """The records of an operation begin no later than its first number, and once they do, only earlier.

    Days that they reach newly have to meet the numbers in force on them, or what was acknowledged with these.
    """
    later = (
        f"{is_day('records_from', optional=True)} OR NEW.records_from IS NULL OR NEW.records_from > OLD.records_from"
    )
    numbered = (
        f"EXISTS (SELECT 1 FROM {STRENGTH} WHERE operation_id = NEW.id AND withdrawn_at IS NULL"
        " AND effective_from < NEW.records_from)"
    )
    missions = f"EXISTS (SELECT 1 FROM missions_mission x WHERE x.operation_id = NEW.id AND {_unacknowledged('mission', 'x.id')})"
    reached = [
        ("operation", _unacknowledged("operation", "NEW.id")),
        ("programme", _unacknowledged("programme", "NEW.programme_id")),
        ("mission", missions),
    ]
    changed = "AFTER UPDATE ON missions_operation WHEN NEW.records_from IS NOT OLD.records_from"
    return {
        "portal_records_update": f"{changed} BEGIN {refuse('records only earlier', later)}"
        f" {refuse('records after number', numbered)} END",
        "portal_records_earlier": f"{changed} AND OLD.records_from IS NOT NULL BEGIN "
        + " ".join(refuse(f"exceeded {kind}", when) for kind, when in reached)
        + " END",
    }


def _unacknowledged(kind: str, key: str) -> str:
    """Whether, on a day that the records reach newly, more are there than the number and what was accepted with it."""
    since, until = "NEW.records_from", "date(OLD.records_from, '-1 day')"
    changes = (
        f"SELECT {since} AS since UNION SELECT effective_from FROM {STRENGTH} WHERE {kind}_id = {key}"
        f" AND withdrawn_at IS NULL AND effective_from > {since} AND effective_from <= {until}"
    )
    ranges = (
        f"SELECT since, coalesce(date(lead(since) OVER (ORDER BY since), '-1 day'), {until}) AS until FROM ({changes})"
    )
    accepted = (
        f"coalesce((SELECT acknowledged_peak FROM {STRENGTH} WHERE {kind}_id = {key} AND withdrawn_at IS NULL"
        " AND effective_from <= since ORDER BY effective_from DESC LIMIT 1), 0)"
    )
    counted = peak(POSTINGS[kind].format(key=key), "held.since", "held.until", "answerable")
    return (
        f"EXISTS (SELECT 1 FROM (SELECT since, until, {number(kind, key, 'since')} AS number, {accepted} AS accepted"
        f" FROM ({ranges})) AS held WHERE number IS NOT NULL AND max(number, accepted) < {counted})"
    )
