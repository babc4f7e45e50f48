"""The stories of an application and of a tour of duty, as the officer may read them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Words
from core.models import HistoryEntry
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.domain.verbs.parties import DESK, MISSION, SERVICE
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Application, Deployment, ReasonCode

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

    ``reason`` is the coded one, or that of a declined extension: never another remark of the desk.
    """

    at: datetime.datetime
    who: Words
    what: Words
    reason: str = ""
    day: datetime.date | None = None


def story_for_applicant(application: Application, entries: Iterable[HistoryEntry]) -> list[StoryStep]:
    """The steps that the applicant may know, latest first; a decision not told yet is left out."""
    hidden = application.state if application.shown_state != application.state else None
    return [
        StoryStep(entry.at, *APPLICANT_READS[entry.verb], _reason(entry))
        for entry in entries
        if entry.verb in APPLICANT_READS and (hidden is None or entry.to_state != hidden)
    ]


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
