"""Names of the guarded tables, and the small parts of which every guard on SQLite is made."""

STRENGTH, POSTING, DEPLOYMENT = "missions_authorizedstrength", "deployments_posting", "deployments_deployment"
RELEASE = "deployments_release"
TERMS = {"operation": "missions_operationterms", "mission": "missions_missionterms"}
EARLIEST, LATEST = "'1900-01-01'", "'2199-12-31'"
LIVE = "('reserved', 'preparation', 'in_mission')"
FIRM = "('preparation', 'in_mission')"
OVER = "('ended', 'reintegration', 'closed')"


def refuse(reason: str, when: str) -> str:
    """The statement that refuses with ``reason`` where ``when`` holds."""
    return f"SELECT RAISE(ABORT, 'portal: {reason}') WHERE {when};"


def is_day(column: str, *, optional: bool = False) -> str:
    """Whether a column is not a day from 1900 to 2199 in the one form that text compares by ('2027-02-30' is none)."""
    wrong = f"NEW.{column} IS NOT date(NEW.{column}, '+0 days') OR NEW.{column} NOT BETWEEN {EARLIEST} AND {LATEST}"
    return f"(NEW.{column} IS NOT NULL AND ({wrong}))" if optional else f"({wrong} OR NEW.{column} IS NULL)"


def records_of(posting: str) -> str:
    """The first day of the records of the operation that a posting belongs to; NULL where they have no beginning."""
    return (
        f"(SELECT o.records_from FROM {POSTING} p JOIN missions_mission m ON m.id = p.mission_id"
        f" JOIN missions_operation o ON o.id = m.operation_id WHERE p.id = {posting})"
    )
