"""Numbers and terms of many operations or missions at once, as lists bring them: planned without writing, then written in bulk.

A plan is a chain of the same values that one act uses (``effects``); what one act alone can do, such as taking the place of
a version of the same day or bringing other numbers down, is left to that act.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.actors import Actor
from core.database.bulk import create_rows
from core.history.acts import ActOn, record_acts
from core.refusals import require
from deployments.domain.authority.effects import StrengthEffect
from deployments.domain.authority.records import NewNumber
from deployments.domain.authority.strengths import figure, named
from deployments.domain.verbs.authority import MAY_SET_STRENGTH, MAY_SET_TERMS, StrengthVerb, TermsVerb
from deployments.limits.levels import kind_of
from missions.models import AuthorizedStrength, Mission, MissionTerms, Operation, OperationTerms


@dataclass(frozen=True)
class NewVersion:
    """A number for an operation or a mission as its plan has it."""

    record: Operation | Mission
    change: StrengthEffect
    number: NewNumber


@dataclass(frozen=True)
class NewTerms:
    """Terms of an operation or a mission from a day on; ``status_before`` is what held on that day. Of a mission the
    status alone is kept.
    """

    record: Operation | Mission
    effective_from: datetime.date
    status: str
    is_armed: bool | None
    languages: Sequence[str]
    reason: str
    status_before: str = ""


def insert_numbers(versions: Iterable[NewVersion], *, by: Actor) -> None:
    """Write numbers with their history, all of one kind. Of one record the latest comes first, so that each is judged on its own days.

    Call it behind the gate. Raises NotPermitted, and IntegrityError for what the guards refuse.
    """
    require(by, MAY_SET_STRENGTH)
    versions = sorted(versions, key=lambda version: version.change.effective_from, reverse=True)
    rows = [
        AuthorizedStrength(
            **{kind_of(version.record): version.record},
            effective_from=version.change.effective_from,
            maximum=version.number.maximum,
            instrument=version.number.instrument,
            instrument_fr=version.number.instrument_fr,
            is_first_day_known=version.number.is_first_day_known,
            note=version.number.note,
            acknowledged_peak=version.change.accepted_peak,
            recorded_by_id=by.pk,
        )
        for version in versions
    ]
    # Of many versions of one record in one statement, PostgreSQL would judge each by all of them.
    for batch in _one_of_each(rows):
        create_rows(AuthorizedStrength, batch)
    record_acts((_act(version) for version in versions), by=by)


def insert_terms(terms: Iterable[NewTerms], *, by: Actor) -> None:
    """Write terms with their history. Call it behind the gate. Raises NotPermitted."""
    require(by, MAY_SET_TERMS)
    terms = list(terms)
    model = MissionTerms if isinstance(terms[0].record, Mission) else OperationTerms
    create_rows(
        model,
        [
            model(
                **{kind_of(each.record): each.record},
                **_own(each),
                effective_from=each.effective_from,
                status=each.status,
                reason=each.reason,
                recorded_by_id=by.pk,
            )
            for each in terms
        ],
    )
    acts = (
        ActOn(
            each.record,
            TermsVerb.SET,
            each.reason,
            each.status_before,
            each.status,
            {"effective_from": each.effective_from.isoformat(), **_own(each)},
        )
        for each in terms
    )
    record_acts(acts, by=by)


def _own(terms: NewTerms) -> dict[str, Any]:
    """What terms of an operation say besides the status."""
    if isinstance(terms.record, Mission):
        return {}
    return {"is_armed": terms.is_armed, "languages": list(terms.languages)}


def _one_of_each(rows: Iterable[AuthorizedStrength]) -> list[list[AuthorizedStrength]]:
    """The rows in batches with at most one of each record, in their order."""
    batches: list[list[AuthorizedStrength]] = []
    count: dict[tuple[int | None, int | None], int] = defaultdict(int)
    for row in rows:
        owner = row.operation_id, row.mission_id
        number = count[owner]
        count[owner] += 1
        if number == len(batches):
            batches.append([])
        batches[number].append(row)
    return batches


def _act(version: NewVersion) -> ActOn:
    change = version.change
    detail = {
        "effective_from": change.effective_from.isoformat(),
        "until": change.until.isoformat() if change.until else None,
        "accepted_peak": change.accepted_peak,
        **named(version.number),
    }
    before, after = figure(change.number_before), figure(change.maximum)
    return ActOn(change.record, StrengthVerb.SET, version.number.note, before, after, detail)
