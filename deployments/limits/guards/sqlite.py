"""The limits, stated once more inside SQLite: rendered here, because SQLite has no functions to name a rule once.

The rules are those of postgresql.sql, under the same names. Added are the traps of this engine: REPLACE deletes a row
in silence (so a key that exists is refused before the row is written), columns take values of any type (so days and
numbers are checked), and the shell runs with foreign keys off (so the chain is checked).
"""

from deployments.limits.guards import sqlite_kept, sqlite_records, sqlite_releases
from deployments.limits.guards.sqlite_parts import (
    DEPLOYMENT,
    EARLIEST,
    LATEST,
    LIVE,
    NEVER_FIRM,
    OVER,
    POSTING,
    POSTINGS,
    RELEASE,
    STRENGTH,
    TERMS,
    is_day,
    number,
    peak,
    records_of,
    refuse,
    touching,
)

NUMBERED = ("mission", "operation", "programme")
ABOVE = {
    "posting": "NEW.posting_id",
    "mission": f"(SELECT mission_id FROM {POSTING} WHERE id = NEW.posting_id)",
    "operation": f"(SELECT m.operation_id FROM {POSTING} p JOIN missions_mission m ON m.id = p.mission_id"
    " WHERE p.id = NEW.posting_id)",
    "programme": f"(SELECT o.programme_id FROM {POSTING} p JOIN missions_mission m ON m.id = p.mission_id"
    " JOIN missions_operation o ON o.id = m.operation_id WHERE p.id = NEW.posting_id)",
}
UNIQUE = {
    DEPLOYMENT: (("transferred_from_id",), ("relieves_id",)),
    POSTING: (("reference",),),
    "missions_mission": (("code",),),
    "missions_operation": (("code",),),
    "missions_programme": (("code",),),
    STRENGTH: (),
    TERMS["operation"]: (),
    TERMS["mission"]: (),
    RELEASE: (),
    "deployments_gate": (),
    **sqlite_kept.UNIQUE,
}
# The records of an operation begin with its first number, at the latest: an older number takes them with it.
BEGINS_WITH_NUMBER = (
    " UPDATE missions_operation SET records_from = NEW.effective_from"
    " WHERE id = NEW.operation_id AND records_from > NEW.effective_from;"
)
CHAIN = {
    POSTING: ((DEPLOYMENT, "posting_id"),),
    "missions_mission": ((POSTING, "mission_id"), (STRENGTH, "mission_id")),
    "missions_operation": (("missions_mission", "operation_id"), (STRENGTH, "operation_id")),
    "missions_programme": (("missions_operation", "programme_id"), (STRENGTH, "programme_id")),
}


def exceeded(kind: str, since: str, until: str) -> str:
    """Whether more tours occupy a day of the interval than the level's number in force on it."""
    key = ABOVE[kind]
    if kind == "posting":
        places = f"(SELECT places FROM {POSTING} WHERE id = NEW.posting_id)"
        own = POSTINGS[kind].format(key=key)
        return f"({touching(own, since, until)} > {places} AND {peak(own, since, until)} > {places})"
    changes = (
        f"SELECT {since} AS since UNION SELECT effective_from FROM {STRENGTH} WHERE {kind}_id = {key}"
        f" AND withdrawn_at IS NULL AND effective_from > {since} AND effective_from <= {until}"
    )
    ranges = (
        f"SELECT since, coalesce(date(lead(since) OVER (ORDER BY since), '-1 day'), {until}) AS until FROM ({changes})"
    )
    below = POSTINGS[kind].format(key=key)
    counts = "'all'" if kind != "programme" else "'all', 'programme'"
    # Of a programme with many postings it is quicker to count everybody first, whatever the posting.
    any_posting = f" AND number < {touching('', 'held.since', 'held.until')}" if kind == "programme" else ""
    return (
        f"(SELECT counts_against FROM {POSTING} WHERE id = NEW.posting_id) IN ({counts}) AND EXISTS (SELECT 1 FROM"
        f" (SELECT since, until, {number(kind, key, 'since')} AS number FROM ({ranges})) AS held WHERE number IS NOT NULL{any_posting}"
        f" AND number < {touching(below, 'held.since', 'held.until')}"
        f" AND number < {peak(below, 'held.since', 'held.until')})"
    )


def closed(kind: str, since: str, until: str) -> str:
    """Whether terms of the operation or the mission take nobody on a day of the interval."""
    return (
        "EXISTS (SELECT 1 FROM (SELECT status, effective_from, lead(effective_from) OVER (ORDER BY effective_from)"
        f" AS following FROM {TERMS[kind]} WHERE {kind}_id = {ABOVE[kind]} AND withdrawn_at IS NULL)"
        f" WHERE status <> 'active' AND effective_from <= {until} AND (following IS NULL OR following > {since}))"
    )


def days_are_free(from_day: str, until: str) -> str:
    """Newly occupied days: no terms on them take nobody, and every level above the posting has room.

    Days before the records of the operation begin are asked for nothing.
    """
    since = f"max({from_day}, coalesce({records_of('NEW.posting_id')}, {from_day}))"
    asked = f"{since} <= {until} AND"
    return " ".join(
        [refuse(f"closed {kind}", f"{asked} {closed(kind, since, until)}") for kind in ("operation", "mission")]
        + [refuse(f"exceeded {kind}", f"{asked} {exceeded(kind, since, until)}") for kind in ABOVE]
    )


def above_parent(child: str, parent: str, which: str) -> str:
    """Whether a child chosen by ``which`` is authorised above its parent on any day."""
    return (
        f"EXISTS (SELECT 1 FROM missions_{child} c JOIN {STRENGTH} v ON v.{child}_id = c.id"
        f" OR v.{parent}_id = c.{parent}_id WHERE {which} AND v.withdrawn_at IS NULL AND"
        f" {number(child, 'c.id', 'v.effective_from')} > {number(parent, f'c.{parent}_id', 'v.effective_from')})"
    )


def parents_hold(mission: str = "NULL", operation: str = "NULL", programme: str = "NULL") -> str:
    """No mission above its operation, no operation above its programme, on any day; one of the keys is given."""
    return " ".join(
        [
            refuse(
                "above parent mission",
                above_parent("mission", "operation", f"(c.id = {mission} OR c.operation_id = {operation})"),
            ),
            refuse(
                "above parent operation",
                above_parent("operation", "programme", f"(c.id = {operation} OR c.programme_id = {programme})"),
            ),
        ]
    )


def triggers() -> dict[str, str]:
    """Every trigger by its name, as sqlite_master keeps it."""
    made = {
        **_gate(),
        **_keys(),
        **_tours(),
        **_returning(),
        **_successors(),
        **sqlite_releases.firm_days(),
        **sqlite_releases.releases(),
        **_versions(),
        **_numbers(),
        **_chain(),
        **sqlite_records.records(),
        **sqlite_kept.kept(),
    }
    return {name: f"CREATE TRIGGER {name} {text}" for name, text in made.items()}


# BEFORE, so that the turn at the gate is taken whatever the statement does after it. SQLite has one writer at a time:
# here the step only makes sure that the row is there, and the revision that pages are kept by moves on.
def _gate() -> dict[str, str]:
    step = refuse("gate missing", "NOT EXISTS (SELECT 1 FROM deployments_gate WHERE id = 1)")
    turn = "UPDATE deployments_gate SET revision = revision + 1 WHERE id = 1;"
    events = dict.fromkeys((DEPLOYMENT, STRENGTH, RELEASE, *TERMS.values()), ("INSERT", "UPDATE"))
    events[POSTING] = ("UPDATE", "DELETE")
    return {
        f"portal_gate_{event.lower()}_{table}": f"BEFORE {event} ON {table} BEGIN {step} {turn} END"
        for table, of_table in events.items()
        for event in of_table
    }


# REPLACE and INSERT OR REPLACE delete the row in the way without firing its delete triggers. So a key that exists is
# refused BEFORE the insert, for each column by which REPLACE would find a row.
def _keys() -> dict[str, str]:
    made = {}
    for table, keys in UNIQUE.items():
        same = " OR ".join(
            [f"id = NEW.id{''.join(f' OR {column} = NEW.{column}' for column in columns)}" for columns in keys]
            or ["id = NEW.id"]
        )
        taken = refuse(f"exists {table}", f"EXISTS (SELECT 1 FROM {table} WHERE {same})")
        made[f"portal_key_insert_{table}"] = f"BEFORE INSERT ON {table} BEGIN {taken} END"
        made[f"portal_key_made_{table}"] = f"AFTER INSERT ON {table} BEGIN {refuse('bad key', 'NEW.id < 1')} END"
        moved = refuse(f"frozen {table}", "NEW.id IS NOT OLD.id")
        for columns in keys:
            equal = " AND ".join(f"{column} = NEW.{column}" for column in columns)
            moved += refuse(f"exists {table}", f"EXISTS (SELECT 1 FROM {table} WHERE id <> OLD.id AND {equal})")
        made[f"portal_key_update_{table}"] = f"BEFORE UPDATE ON {table} BEGIN {moved} END"
    return made


def _tours() -> dict[str, str]:
    last_new = "coalesce(date(NEW.late_from, '-1 day'), NEW.last_day)"
    last_old = "coalesce(date(OLD.late_from, '-1 day'), OLD.last_day)"
    chain = (
        f"NOT EXISTS (SELECT 1 FROM {POSTING} p JOIN missions_mission m ON m.id = p.mission_id"
        " JOIN missions_operation o ON o.id = m.operation_id JOIN missions_programme r ON r.id = o.programme_id"
        " WHERE p.id = NEW.posting_id) OR NOT EXISTS (SELECT 1 FROM officers_officer WHERE id = NEW.officer_id)"
    )
    twice = (
        f"EXISTS (SELECT 1 FROM {DEPLOYMENT} WHERE officer_id = NEW.officer_id AND id <> NEW.id AND"
        " state <> 'cancelled' AND last_day >= NEW.first_day AND first_day <= NEW.last_day)"
    )
    days = " OR ".join(
        [
            is_day("first_day"),
            is_day("last_day"),
            is_day("late_from", optional=True),
            is_day("hold_until", optional=True),
        ]
    )
    sound = refuse("bad day", days) + refuse("missing chain", chain)
    alone = refuse("officer twice", twice)
    shut = refuse(
        "closed posting",
        f"NEW.state IN {LIVE} AND (SELECT status FROM {POSTING} WHERE id = NEW.posting_id) <> 'open'",
    )
    # AFTER, because each check counts the table in its final state, with the row itself in it.
    consumes = "NEW.state <> 'cancelled'"
    revived = "OLD.state = 'cancelled'"
    stays = f"{consumes} AND NOT {revived}"
    # Only newly occupied days are asked: shortening a tour, and moving it on the days that it has, always passes.
    earlier = days_are_free("NEW.first_day", f"min(date(OLD.first_day, '-1 day'), {last_new})")
    later = days_are_free(f"max(date({last_old}, '+1 day'), NEW.first_day)", last_new)
    fresh = f"{alone} {days_are_free('NEW.first_day', last_new)}"
    on = f"ON {DEPLOYMENT}"
    return {
        "portal_tour_insert": f"AFTER INSERT {on} BEGIN {sound}"
        f" {refuse('late before last day', 'NEW.late_from IS NOT NULL')} END",
        "portal_tour_update": f"AFTER UPDATE {on} BEGIN {sound}"
        f" {refuse('frozen deployment', 'NEW.posting_id <> OLD.posting_id OR NEW.officer_id <> OLD.officer_id')}"
        f" {refuse('late before last day', f'NEW.late_from <= {last_old}')} END",
        "portal_tour_added": f"AFTER INSERT {on} WHEN {consumes} BEGIN {shut} {fresh} END",
        "portal_tour_reopened": f"AFTER UPDATE {on} WHEN OLD.state = 'cancelled' OR {NEVER_FIRM} BEGIN {shut} END",
        "portal_tour_revived": f"AFTER UPDATE {on} WHEN {consumes} AND {revived} BEGIN {fresh} END",
        "portal_tour_moved": f"AFTER UPDATE {on} WHEN {stays} AND"
        f" (NEW.first_day < OLD.first_day OR NEW.last_day > OLD.last_day) BEGIN {alone} END",
        "portal_tour_earlier": f"AFTER UPDATE {on} WHEN {stays} AND NEW.first_day < OLD.first_day BEGIN {earlier} END",
        "portal_tour_later": f"AFTER UPDATE {on} WHEN {stays} AND {last_new} > {last_old} BEGIN {later} END",
    }


def _returning() -> dict[str, str]:
    """A tour that was over goes on: it had its days, but places may have been lowered below those that are over."""
    last_new = "coalesce(date(NEW.late_from, '-1 day'), NEW.last_day)"
    places = f"(SELECT places FROM {POSTING} WHERE id = NEW.posting_id)"
    more = f"{peak('SELECT NEW.posting_id', 'NEW.first_day', last_new, 'live')} > {places}"
    returns = f"NEW.state IN {LIVE} AND OLD.state IN {OVER}"
    text = f"AFTER UPDATE ON {DEPLOYMENT} WHEN {returns} BEGIN {refuse('exceeded posting', more)} END"
    return {"portal_tour_returned": text}


def _successors() -> dict[str, str]:
    """A tour takes over from another one of the same posting that is not cancelled."""
    relieved = refuse(
        "bad predecessor",
        f"NOT EXISTS (SELECT 1 FROM {DEPLOYMENT} WHERE id = NEW.relieves_id AND posting_id = NEW.posting_id"
        " AND state <> 'cancelled')",
    )
    named, on = "NEW.relieves_id IS NOT NULL", f"ON {DEPLOYMENT}"
    return {
        "portal_tour_relieving": f"AFTER INSERT {on} WHEN {named} BEGIN {relieved} END",
        "portal_tour_relieves": f"AFTER UPDATE {on} WHEN {named} AND NEW.relieves_id IS NOT OLD.relieves_id"
        f" BEGIN {relieved} END",
    }


def _versions() -> dict[str, str]:
    columns = {
        TERMS["operation"]: (
            *("operation_id", "status", "is_armed", "languages", "reason"),
            *("explanation_en", "explanation_fr"),
        ),
        TERMS["mission"]: ("mission_id", "status", "reason", "explanation_en", "explanation_fr"),
        STRENGTH: (
            *(f"{kind}_id" for kind in NUMBERED),
            "maximum",
            "instrument",
            "instrument_fr",
            "is_first_day_known",
            "note",
            "acknowledged_peak",
        ),
    }
    made = {}
    for table, own in columns.items():
        owners = [column for column in own if column.endswith("_id")]
        same_day = " OR ".join(f"{owner} = NEW.{owner}" for owner in owners)
        taken = (
            f"NEW.withdrawn_at IS NULL AND EXISTS (SELECT 1 FROM {table}"
            f" WHERE withdrawn_at IS NULL AND effective_from = NEW.effective_from AND ({same_day}))"
        )
        chain = " OR ".join(
            f"(NEW.{owner} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM missions_{owner[:-3]} WHERE id = NEW.{owner}))"
            for owner in owners
        )
        begins = "NEW.withdrawn_at IS NOT NULL"
        if table == STRENGTH:
            begins += " OR NEW.withdrawal_acknowledged_peak IS NOT NULL"
        changed = " OR ".join(
            f"NEW.{column} IS NOT OLD.{column}" for column in (*own, "effective_from", "recorded_at", "recorded_by_id")
        )
        frozen = f"OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR datetime(NEW.withdrawn_at) IS NULL OR {changed}"
        made[f"portal_version_day_{table}"] = f"BEFORE INSERT ON {table} BEGIN {refuse('one_per_day', taken)} END"
        made[f"portal_version_insert_{table}"] = (
            f"AFTER INSERT ON {table} BEGIN {refuse('bad day', is_day('effective_from'))}"
            f" {refuse('missing chain', chain)} {refuse('frozen version', begins)} END"
        )
        made[f"portal_version_update_{table}"] = f"AFTER UPDATE ON {table} BEGIN {refuse('frozen version', frozen)} END"
    return made


def _numbers() -> dict[str, str]:
    columns = ("maximum", "acknowledged_peak", "withdrawal_acknowledged_peak")
    bad = refuse("bad number", " OR ".join(f"typeof(NEW.{column}) NOT IN ('integer', 'null')" for column in columns))
    made = {}
    for kind in NUMBERED:
        key = f"NEW.{kind}_id"
        until = (
            f"coalesce((SELECT date(min(effective_from), '-1 day') FROM {STRENGTH} WHERE {kind}_id = {key}"
            f" AND withdrawn_at IS NULL AND effective_from > NEW.effective_from), {LATEST})"
        )
        committed = peak(POSTINGS[kind].format(key=key), "NEW.effective_from", until, "answerable")
        allowed = number(kind, key, "NEW.effective_from")
        # Inserting a version and withdrawing one can both lower what holds, and each has its own acknowledgement.
        for event, column in (("INSERT", "acknowledged_peak"), ("UPDATE", "withdrawal_acknowledged_peak")):
            over = f"{allowed} IS NOT NULL AND {committed} > max({allowed}, coalesce(NEW.{column}, 0))"
            made[f"portal_number_{event.lower()}_{kind}"] = (
                f"AFTER {event} ON {STRENGTH} WHEN {key} IS NOT NULL BEGIN {bad}"
                f"{BEGINS_WITH_NUMBER if (event, kind) == ('INSERT', 'operation') else ''}"
                f" {refuse(f'not acknowledged {kind}', over)} {parents_hold(**{kind: key})} END"
            )
    return made


def _chain() -> dict[str, str]:
    made = {}
    for table, below in CHAIN.items():
        name = table.split("_")[1]
        stands = " OR ".join(f"EXISTS (SELECT 1 FROM {child} WHERE {column} = OLD.id)" for child, column in below)
        made[f"portal_{name}_delete"] = f"BEFORE DELETE ON {table} BEGIN {refuse(f'frozen {name}', stands)} END"
    deployed = {
        "posting": f"SELECT 1 FROM {DEPLOYMENT} WHERE posting_id = OLD.id",
        "mission": f"SELECT 1 FROM {POSTING} p JOIN {DEPLOYMENT} d ON d.posting_id = p.id WHERE p.mission_id = OLD.id",
        "operation": f"SELECT 1 FROM missions_mission m JOIN {POSTING} p ON p.mission_id = m.id"
        f" JOIN {DEPLOYMENT} d ON d.posting_id = p.id WHERE m.operation_id = OLD.id",
    }
    moved = "NEW.{0}_id <> OLD.{0}_id"
    lowered = f"NEW.places < OLD.places AND {peak('SELECT NEW.id', EARLIEST, LATEST, 'live')} > NEW.places"
    frozen = (
        f"({moved.format('mission')} OR NEW.counts_against <> OLD.counts_against) AND EXISTS ({deployed['posting']})"
    )
    places = refuse("bad number", "typeof(NEW.places) <> 'integer'")
    made["portal_posting_insert"] = f"AFTER INSERT ON {POSTING} BEGIN {places} END"
    made["portal_posting_update"] = (
        f"AFTER UPDATE ON {POSTING} BEGIN {places} {refuse('frozen posting', frozen)}"
        f" {refuse('not acknowledged posting', lowered)} END"
    )
    for name, parent in (("mission", "operation"), ("operation", "programme")):
        made[f"portal_{name}_update"] = (
            f"AFTER UPDATE ON missions_{name} WHEN {moved.format(parent)} BEGIN"
            f" {refuse(f'frozen {name}', f'EXISTS ({deployed[name]})')} {parents_hold(**{name: 'NEW.id'})} END"
        )
    return made
