"""What is only added to, inside SQLite: versions, tours, the history, the desk's notes, letters and nominations.

Erasing a person is the one exception: it empties what a row says in words, and takes the notes and letters of somebody
whose account is erased already.
"""

from deployments.limits.guards.sqlite_parts import DEPLOYMENT, RELEASE, STRENGTH, TERMS, refuse

HISTORY = "core_historyentry"
NOTE, LETTER = "deployments_note", "deployments_issuedletter"
NOMINATION, ANSWER = "deployments_nomination", "deployments_nominationanswer"
UNIQUE: dict[str, tuple[tuple[str, ...], ...]] = dict.fromkeys((HISTORY, NOTE, LETTER, NOMINATION, ANSWER), ())
# By these REPLACE would find another letter in the way, and take it away without firing its triggers.
LETTER_ONCE = (
    ("kind", "year", "number"),
    ("application_id", "kind", "content_sha256"),
    ("deployment_id", "kind", "content_sha256"),
)
NEVER_DELETED = (DEPLOYMENT, STRENGTH, RELEASE, *TERMS.values(), "deployments_gate", HISTORY, NOMINATION, ANSWER)
# Columns that never change; of a letter that is all but what the scanner says of its file.
FIXED = {
    HISTORY: ("id", "at", "verb", "content_type_id", "object_id", "from_state", "to_state", "actor_id"),
    NOTE: ("id", "officer_id", "application_id", "deployment_id", "text", "written_at", "written_by_id"),
    LETTER: (
        *("id", "file", "name", "media_type", "size", "sha256", "uploaded_at", "kind", "year", "number"),
        *("application_id", "deployment_id", "language", "issued_on", "issued_by_id", "text", "content_sha256"),
    ),
    NOMINATION: ("id", "application_id", "organization_id", "sent_on", "sent_by_id", "recorded_at"),
    ANSWER: ("id", "nomination_id", "answer", "answered_on", "reason_code", "recorded_by_id", "recorded_at"),
}
ABOUT = "coalesce((SELECT officer_id FROM {0} WHERE id = OLD.{1}_id), 0)"
APPLICANT = ABOUT.format("deployments_application", "application")
DEPLOYED = ABOUT.format(DEPLOYMENT, "deployment")
NOMINATED = (
    f"(SELECT a.officer_id FROM {NOMINATION} n JOIN deployments_application a ON a.id = n.application_id"
    " WHERE n.id = OLD.nomination_id)"
)


def is_erased(*officers: str) -> str:
    """Whether the account of one of the officers gave way to its pseudonym."""
    return (
        "EXISTS (SELECT 1 FROM officers_officer o JOIN officers_user u ON u.id = o.user_id"
        f" WHERE o.id IN ({', '.join(officers)}) AND NOT u.is_active AND u.email = 'erased-' || u.id || '@erased.invalid')"
    )


def kept() -> dict[str, str]:
    """No row goes, and none changes but as said above."""
    erased = "NEW.label = 'erased' AND NEW.search_text = 'erased' AND NEW.reason = '' AND NEW.detail = '{}'"
    words = f"NEW.reason IS OLD.reason OR (NEW.reason = '' AND {is_erased(NOMINATED)})"
    allowed = {HISTORY: erased, ANSWER: words, NOTE: "1", LETTER: "1", NOMINATION: "1"}
    made = {f"portal_kept_{table}": _deleted(table, "1") for table in NEVER_DELETED}
    made |= {
        f"portal_kept_{NOTE}": _deleted(NOTE, f"NOT {is_erased('OLD.officer_id', APPLICANT, DEPLOYED)}"),
        f"portal_kept_{LETTER}": _deleted(LETTER, f"NOT {is_erased(APPLICANT, DEPLOYED)}"),
    }
    for table, when in allowed.items():
        same = " AND ".join([f"({when})", *(f"NEW.{column} IS OLD.{column}" for column in FIXED[table])])
        never = refuse(f"never update {table}", f"NOT ({same})")
        made[f"portal_kept_update_{table}"] = f"AFTER UPDATE ON {table} BEGIN {never} END"
    return made | {"portal_letter_once": f"BEFORE INSERT ON {LETTER} BEGIN {' '.join(map(_once, LETTER_ONCE))} END"}


def _once(columns: tuple[str, ...]) -> str:
    """Refuses a second letter in the words of the constraint, which is asked after a row in the way would be gone."""
    said = ", ".join(f"{LETTER}.{column}" for column in columns)
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    return (
        f"SELECT RAISE(ABORT, 'UNIQUE constraint failed: {said}') WHERE EXISTS (SELECT 1 FROM {LETTER} WHERE {same});"
    )


def _deleted(table: str, when: str) -> str:
    return f"BEFORE DELETE ON {table} BEGIN {refuse(f'never delete {table}', when)} END"
