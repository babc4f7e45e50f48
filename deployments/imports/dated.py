"""Terms and numbers of operations and missions from a list: what each line changes against what is in force on its day."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from core.parsing.names import heading_key
from core.refusals import Refusal
from deployments.domain.authority.effects import (
    LoweringNotAcknowledged,
    NumberAboveParent,
    StrengthEffect,
    StrengthPreview,
    effects,
)
from deployments.domain.authority.many import NewTerms, NewVersion, insert_numbers, insert_terms
from deployments.domain.authority.records import NewNumber
from deployments.domain.authority.strengths import set_strength, takes_records_along
from deployments.domain.authority.terms import set_mission_terms, set_terms
from deployments.domain.four_eyes import require_proposal
from deployments.domain.verbs.authority import MAY_SET_STRENGTH, MAY_SET_TERMS
from deployments.imports.lines import DatedValues, Terms
from deployments.imports.reports import LineReport
from deployments.imports.session import ImportSession
from deployments.limits.days import check_day
from deployments.limits.levels import kind_of, level_reaching, levels_of
from deployments.limits.rule import FOREVER, Level, above_parent
from missions.models import AuthorizedStrength, Mission, MissionTerms, Operation, OperationTerms, Programme

# What a list says where the number of a mission ends and none follows.
NO_NUMBER = "none"
Versions = dict[str, dict[datetime.date, Any]]


@dataclass(frozen=True)
class DatedLine:
    """A line with its operation or mission, which is recorded already or only planned."""

    line: DatedValues
    record: Operation | Mission
    is_known: bool


@dataclass(frozen=True)
class SaidNumber:
    """A number and the instrument that sets it."""

    maximum: int | None
    instrument: str

    def says_the_same(self, line: DatedValues) -> bool:
        """Whether a line brings nothing new: another instrument does, also with the same number."""
        is_same = not line.instrument or heading_key(line.instrument) == heading_key(self.instrument)
        return line.authorized == self.maximum and is_same


def plan_steps(steps: list[DatedLine], reports: dict[int, LineReport], session: ImportSession) -> None:
    """Plans the terms and the numbers, of operations or of missions; problems and writes are left in ``session``."""
    if not steps:
        return
    known = {step.line.code: step.record for step in steps if step.is_known}
    numbers, terms = _recorded(known)
    columns = ("authorized", "effective_from", "instrument", "status", "armed", "languages")
    changing = []
    for step in sorted(steps, key=lambda step: step.line.effective_from):
        with session.at_line(step.line.line, columns):
            check_day(step.line.effective_from, session.today, field="effective_from")
            _plan_terms(step, terms[step.line.code], reports[step.line.line], session)
            if _number_changes(step, numbers[step.line.code], reports[step.line.line], session):
                changing.append(step)
    _plan_numbers(changing, reports, session)


def _recorded(records: Mapping[str, Operation | Mission]) -> tuple[Versions, Versions]:
    """Numbers and terms that were not withdrawn, by code of the operation or mission, and day."""
    codes = {record.pk: code for code, record in records.items()}
    numbers: Versions = defaultdict(dict)
    terms: Versions = defaultdict(dict)
    if codes:
        kind = kind_of(next(iter(records.values())))
        owners = {f"{kind}__in": codes}
        for strength in AuthorizedStrength.objects.standing().filter(**owners):
            said = SaidNumber(strength.maximum, strength.instrument)
            numbers[codes[getattr(strength, f"{kind}_id")]][strength.effective_from] = said
        model = OperationTerms if kind == "operation" else MissionTerms
        for row in model._default_manager.standing().filter(**owners):
            known = Terms(row.status, getattr(row, "is_armed", None), tuple(getattr(row, "languages", ())))
            terms[codes[getattr(row, f"{kind}_id")]][row.effective_from] = known
    return numbers, terms


def in_force(versions: dict[datetime.date, Any], day: datetime.date) -> Any:
    begun = [start for start in versions if start <= day]
    return versions[max(begun)] if begun else None


def _plan_terms(
    step: DatedLine, recorded: dict[datetime.date, Any], report: LineReport, session: ImportSession
) -> None:
    line, new = step.line, step.line.terms
    now: Terms | None = in_force(recorded, line.effective_from)
    if new is None or new.says_the_same(now):
        return
    replaces = line.effective_from in recorded
    recorded[line.effective_from] = new
    report.compare("status", now.status if now else "", new.status)
    report.compare("armed", now.armed if now else None, new.armed)
    report.compare("languages", ";".join(now.languages) if now else "", ";".join(new.languages))
    if not session.may(MAY_SET_TERMS):
        session.not_permitted(line.line, "status")
        return
    reason = session.note(line.line, line.instrument)
    if replaces:
        session.writes.append(lambda: _replace_terms(step, new, reason, session))
        return
    made = NewTerms(
        step.record,
        line.effective_from,
        new.status,
        new.armed,
        list(new.languages),
        reason,
        now.status if now else "",
    )
    _gather(session, "terms", insert_terms, made)


def _replace_terms(step: DatedLine, new: Terms, reason: str, session: ImportSession) -> None:
    """Terms in the place of those that begin on the same day."""
    common: dict[str, Any] = {
        "by": session.by,
        "effective_from": step.line.effective_from,
        "status": new.status,
        "reason": reason,
        "today": session.today,
    }
    if isinstance(step.record, Mission):
        set_mission_terms(step.record, **common)
    else:
        set_terms(step.record, is_armed=new.armed, languages=list(new.languages), **common)


def _gather(session: ImportSession, kind: str, write: Any, item: Any) -> None:
    """Add to what one write does at the end."""
    bundles = (each for each in session.writes if isinstance(each, Bundle))
    bundle = next((each for each in bundles if each.kind == kind), None)
    if bundle is None:
        bundle = Bundle(kind, write, [], session)
        session.writes.append(bundle)
    bundle.items.append(item)


@dataclass
class Bundle:
    """Many of one kind, written at once."""

    kind: str
    write: Any
    items: list[Any]
    session: ImportSession

    def __call__(self) -> None:
        self.write(self.items, by=self.session.by)


def _number_changes(
    step: DatedLine, recorded: dict[datetime.date, Any], report: LineReport, session: ImportSession
) -> bool:
    line = step.line
    now: SaidNumber | None = in_force(recorded, line.effective_from)
    if not line.says_number or (now and now.says_the_same(line)) or (line.ends_limit and now is None):
        return False
    report.compare("authorized", _number(now), _number(line))
    if line.effective_from in recorded:
        with session.at_line(line.line, ("effective_from",)):
            _refuse_second(step, recorded[line.effective_from])
        return False
    recorded[line.effective_from] = SaidNumber(line.authorized, line.instrument)
    if not line.instrument:
        session.refuse(line.line, gettext("The number changes: name the instrument."), "instrument")
        return False
    if not session.may(MAY_SET_STRENGTH):
        session.not_permitted(line.line, "authorized")
        return False
    report.compare("instrument", now.instrument if now else "", line.instrument)
    report.compare("instrument_fr", "", line.instrument_fr)
    if not line.is_first_day_known:
        report.compare("first_day_known", None, after=False)
    return True


def _number(said: SaidNumber | DatedValues | None) -> object:
    """A number as a list writes it, also that there is none."""
    if isinstance(said, SaidNumber):
        return NO_NUMBER if said.maximum is None else said.maximum
    return said and (NO_NUMBER if said.ends_limit else said.authorized)


def _refuse_second(step: DatedLine, recorded: SaidNumber) -> None:
    """Raise Refusal: a day has one number, by one instrument."""
    words = gettext("%(level)s has a number from %(day)s already, %(number)s: withdraw it first if it is wrong.")
    number = gettext("no number") if recorded.maximum is None else recorded.maximum
    if recorded.maximum == step.line.authorized:
        number = f"{number} ({recorded.instrument})"
    raise Refusal(
        words % {"level": step.record, "day": step.line.effective_from.isoformat(), "number": number},
        code="one_version_a_day",
        field="effective_from",
    )


def _plan_numbers(steps: list[DatedLine], reports: dict[int, LineReport], session: ImportSession) -> None:
    """The latest of each record first: every version is then judged on exactly the days that it will hold."""
    if not steps:
        return
    since = min(step.line.effective_from for step in steps)
    levels = _levels(steps, since)
    parents = _parents(steps)
    for step in sorted(steps, key=lambda step: (step.line.effective_from, step.line.line), reverse=True):
        line = step.line
        with session.at_line(line.line, ("authorized", "effective_from", "instrument", "status")):
            before = levels[line.code]
            after = before.with_number(line.effective_from, line.authorized)
            preview = _preview(step, before, after, parents, session)
            levels[line.code] = after
            _accept(step, preview, reports[line.line], session)


def _levels(steps: list[DatedLine], since: datetime.date) -> dict[str, Level]:
    known = {step.line.code: step.record for step in steps if step.is_known}
    found = levels_of(known.values(), since)
    levels = {code: found[record.pk] for code, record in known.items()}
    for step in steps:
        code, record = step.line.code, step.record
        if code not in levels:
            levels[code] = Level(kind_of(record), 0, str(record), ())
        elif isinstance(record, Operation) and takes_records_along(record, since):
            first = min(s.line.effective_from for s in steps if s.line.code == code)
            levels[code] = level_reaching(record, first)
    return levels


def _above(record: Operation | Mission) -> Operation | Programme:
    """Whose number limits that of ``record``."""
    return record.operation if isinstance(record, Mission) else record.programme


def _parents(steps: list[DatedLine]) -> dict[int, Level]:
    """The levels above, of the programmes or operations, with their numbers alone."""
    parents = {(above := _above(step.record)).pk: above for step in steps}
    kind = kind_of(next(iter(parents.values())))
    numbers: dict[int, list[Any]] = defaultdict(list)
    rows = AuthorizedStrength.objects.standing().filter(**{f"{kind}__in": parents})
    for key, day, maximum in rows.values_list(kind, "effective_from", "maximum"):
        numbers[key or 0].append((day, maximum))
    return {key: Level(kind, key, str(each), tuple(numbers[key])) for key, each in parents.items()}


def _preview(
    step: DatedLine, before: Level, after: Level, parents: dict[int, Level], session: ImportSession
) -> StrengthPreview:
    line, parent = step.line, parents[_above(step.record).pk]
    if step.is_known:
        return effects(step.record, before, after, line.effective_from, session.today, parent=parent)
    if breaches := above_parent(after, parent, line.effective_from, FOREVER):
        raise NumberAboveParent(
            gettext("%(level)s cannot have %(number)s: %(parent)s has %(limit)s from %(day)s.")
            % {
                "level": after.label,
                "number": breaches[0].number,
                "parent": parent.label,
                "limit": breaches[0].parent_number,
                "day": breaches[0].first_day.isoformat(),
            },
            field="authorized",
        )
    # Of what is only planned nobody is there, and nothing is below it.
    reach = after.reach(line.effective_from)
    number = before.number_on(line.effective_from)
    own = StrengthEffect(step.record, after, reach, number, after.number_on(reach.first_day), 0)
    return StrengthPreview(own, None, None, (), needs_note=False)


def _accept(step: DatedLine, preview: StrengthPreview, report: LineReport, session: ImportSession) -> None:
    line = step.line
    require_proposal(is_higher=preview.is_higher, by=session.by, proposed_by=None)
    if preview.needs_acknowledgement and not session.acknowledge_lowering:
        raise LoweringNotAcknowledged(preview)
    for change in preview.brought_down:
        report.compare(f"authorized ({change.record.code})", change.number_before, change.maximum)
    if preview.own.accepted_peak is not None:
        report.compare("accepted strength", None, preview.own.accepted_peak)
    note = session.note(line.line, line.instrument)
    if preview.brought_down or takes_records_along(step.record, line.effective_from):
        session.writes.append(
            lambda: set_strength(
                step.record,
                by=session.by,
                effective_from=line.effective_from,
                maximum=line.authorized,
                instrument=line.instrument,
                instrument_fr=line.instrument_fr,
                is_first_day_known=line.is_first_day_known,
                note=note,
                acknowledge_lowering=session.acknowledge_lowering,
                today=session.today,
            )
        )
        return
    number = NewNumber(line.authorized, line.instrument, note, line.instrument_fr, line.is_first_day_known)
    _gather(
        session,
        "numbers",
        insert_numbers,
        NewVersion(step.record, preview.own, number),
    )
