"""The wall of release inside SQLite: days that become firm, and what may change of a release."""

from deployments.limits.guards.sqlite_parts import (
    DEPLOYMENT,
    FIRM,
    LATEST,
    NEVER_FIRM,
    OVER,
    RELEASE,
    is_day,
    records_of,
    refuse,
)


def unreleased(from_day: str, until: str) -> str:
    """Whether the officer's service needs a release and none covers some day of the interval before the retirement.

    The first day without one is the first of all, or follows on the last day of a release: only those are looked at.
    Days before the records of the operation need none.
    """
    since = f"max({from_day}, coalesce({records_of('NEW.posting_id')}, {from_day}))"
    held = (
        f"{RELEASE} r WHERE r.officer_id = NEW.officer_id AND r.withdrawn_at IS NULL AND r.police_service_id = service"
        " AND (r.posting_id IS NULL OR r.posting_id = NEW.posting_id)"
    )
    days = f"SELECT since AS day UNION SELECT date(r.last_day, '+1 day') FROM {held}"
    return (
        "EXISTS (SELECT 1 FROM (SELECT s.id AS service, "
        f"{since} AS since, min({until}, coalesce(date(o.retired_on, '-1 day'), {LATEST})) AS until"
        " FROM officers_officer o JOIN officers_policeservice s ON s.id = o.police_service_id"
        f" WHERE o.id = NEW.officer_id AND s.needs_release) WHERE EXISTS (SELECT 1 FROM ({days}) AS looked"
        " WHERE looked.day BETWEEN since AND until AND NOT EXISTS"
        f" (SELECT 1 FROM {held} AND looked.day BETWEEN r.first_day AND r.last_day)))"
    )


def firm_days() -> dict[str, str]:
    """Days that become firm are released; those that were firm before are not asked again (docs/adr/0018).

    A tour that ended was firm on its days, and says so; one that was recorded as over was not, and goes on as if it were
    new. Days that a correction adds to it are asked, but not those of a late return as long as they are such, and none
    when it ends or is recorded as over.
    """
    last_new = "coalesce(date(NEW.late_from, '-1 day'), NEW.last_day)"
    last_old = "coalesce(date(OLD.late_from, '-1 day'), OLD.last_day)"
    begins = f"(OLD.state IN ('reserved', 'cancelled') OR {NEVER_FIRM})"
    was_firm = f"(OLD.state IN {FIRM} OR (OLD.state IN {OVER} AND OLD.was_firm))"
    stays = f"(NEW.state IN {FIRM} AND OLD.state IN {FIRM}) OR (NEW.state NOT IN ('reserved', 'cancelled') AND OLD.state IN {OVER})"
    whole = refuse("not released", unreleased("NEW.first_day", last_new))
    earlier = refuse("not released", unreleased("NEW.first_day", f"min(date(OLD.first_day, '-1 day'), {last_new})"))
    later = refuse("not released", unreleased(f"max(date({last_old}, '+1 day'), NEW.first_day)", last_new))
    never, on = refuse("never firm", "1"), f"ON {DEPLOYMENT}"
    return {
        "portal_firm_added": f"AFTER INSERT {on} WHEN NEW.state IN {FIRM} BEGIN {whole} END",
        "portal_firm_made": f"AFTER UPDATE {on} WHEN NEW.state IN {FIRM} AND {begins} BEGIN {whole} END",
        "portal_firm_earlier": f"AFTER UPDATE {on} WHEN ({stays}) AND NEW.first_day < OLD.first_day BEGIN {earlier} END",
        "portal_firm_marked": f"AFTER INSERT {on} WHEN NEW.was_firm AND NEW.state IN {OVER} BEGIN {never} END",
        "portal_firm_remarked": f"AFTER UPDATE {on} WHEN NEW.was_firm AND NEW.state IN {OVER} AND NOT {was_firm}"
        f" BEGIN {never} END",
        "portal_firm_later": f"AFTER UPDATE {on} WHEN ({stays}) AND {last_new} > {last_old} BEGIN {later} END",
    }


def releases() -> dict[str, str]:
    """A release begins in force and may be withdrawn once; its officer, service, posting and days never change."""
    chain = (
        "NOT EXISTS (SELECT 1 FROM officers_officer WHERE id = NEW.officer_id)"
        " OR NOT EXISTS (SELECT 1 FROM officers_policeservice WHERE id = NEW.police_service_id)"
    )
    kept = ("officer_id", "police_service_id", "posting_id", "first_day", "last_day", "given_at")
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in kept)
    withdrawn = (
        "OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NOT OLD.withdrawn_at"
        " OR NEW.withdrawn_at IS NOT NULL AND datetime(NEW.withdrawn_at) IS NULL"
    )
    days = " OR ".join([is_day("first_day"), is_day("last_day")])
    return {
        "portal_release_insert": f"AFTER INSERT ON {RELEASE} BEGIN {refuse('bad day', days)}"
        f" {refuse('missing chain', chain)} END",
        "portal_release_update": f"AFTER UPDATE ON {RELEASE} BEGIN {refuse('frozen release', f'{changed} OR {withdrawn}')} END",
    }
