"""The stories of an application and of a tour of duty, as the officer may read them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Words
from core.models import HistoryEntry
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.domain.verbs.data import DataVerb
from deployments.domain.verbs.parties import DESK, MISSION, SERVICE
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Application, ApplicationState, Deployment, ReasonCode

ASKED_FOR_YOU = (DESK, _("asked for an extension for you"))
SERVICE_DECLINED = (SERVICE, _("declined the extension"))
AGREED = {party: (who, _("agreed to the extension")) for party, who in (("service", SERVICE), ("mission", MISSION))}
TO_A_DAY = {TourVerb.ASK_EXTENSION, TourVerb.EXTEND, TourVerb.CHANGE_DATES}
APPLICANT_READS: dict[str, tuple[Words, Words]] = {
    verb: verb.facts.story for verb in ApplicationVerb if verb.facts.story
}
OFFICER_READS: dict[str, tuple[Words, Words]] = {verb: verb.facts.story for verb in TourVerb if verb.facts.story}


@dataclass(frozen=True)
class StoryStep:
    """One step, in words for the officer; ``day`` is the last day of the tour that it is about.

    Of what came in a list the day alone is known, or not even that (``at`` None). ``reason`` is the coded one, or that of a declined extension: never another remark of the desk.
    """

    at: datetime.datetime | datetime.date | None
    who: Words
    what: Words
    reason: str = ""
    day: datetime.date | None = None

    @property
    def has_time(self) -> bool:
        return isinstance(self.at, datetime.datetime)


def story_for_applicant(application: Application, entries: Iterable[HistoryEntry]) -> list[StoryStep]:
    """The steps that the applicant may know, latest first; a decision not told yet is left out."""
    hidden = application.state if application.shown_state != application.state else None
    chapters: list[StoryStep] = []
    for entry in entries:
        if entry.verb == DataVerb.IMPORT:
            chapters += _from_a_list(application, entry)
        elif entry.verb in APPLICANT_READS and (hidden is None or entry.to_state != hidden):
            chapters.append(StoryStep(entry.at, *APPLICANT_READS[entry.verb], _reason(entry)))
    return chapters


def _from_a_list(application: Application, entry: HistoryEntry) -> Iterable[StoryStep]:
    """The steps of an application that came in a list, latest first, with the day of each where it is on record."""
    told = {verb.facts.target: verb.facts.story for verb in ApplicationVerb if verb.facts.story and verb.facts.target}
    ended = ReasonCode(application.reason_code).label if application.reason_code else ""
    # In the order of an application's life: PostgreSQL keeps no order of its own within a detail.
    for state in reversed(ApplicationState.values):
        kept = entry.detail.get(f"day_{state}")
        if kept is not None and state in told:
            day = datetime.date.fromisoformat(kept) if isinstance(kept, str) else None
            yield StoryStep(day, *told[state], str(ended) if state == application.state else "")


def story_for_officer(tour: Deployment, entries: Iterable[HistoryEntry]) -> list[StoryStep]:
    """The steps of the officer's own tour, latest first."""
    return [
        StoryStep(
            entry.at,
            *_told(tour, entry),
            entry.reason if entry.verb == TourVerb.DECLINE_EXTENSION else "",
            datetime.date.fromisoformat(entry.detail["last_day"]) if entry.verb in TO_A_DAY else None,
        )
        for entry in entries
        if entry.verb in OFFICER_READS
    ]


def _told(tour: Deployment, entry: HistoryEntry) -> tuple[Words, Words]:
    """Who did what, in words for the officer."""
    if entry.verb == TourVerb.AGREE_EXTENSION:
        return AGREED[entry.detail["party"]]
    if entry.verb == TourVerb.DECLINE_EXTENSION and entry.detail.get("party") == "service":
        return SERVICE_DECLINED
    if entry.verb == TourVerb.ASK_EXTENSION and entry.actor_id != tour.officer.user_id:
        return ASKED_FOR_YOU
    return OFFICER_READS[entry.verb]


def _reason(entry: HistoryEntry) -> str:
    code = entry.detail.get("code", "")
    return str(ReasonCode(code).label) if code in ReasonCode.values else ""
