"""The stories of an application and of a tour of duty, as the officer may read them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import HistoryEntry
from deployments.models import Application, Deployment, ReasonCode

YOU, SERVICE, DESK, MISSION = _("You"), _("Your police service"), _("The desk"), _("The mission")
CHAPTERS: dict[str, tuple[Promise, Promise]] = {
    "start": (YOU, _("began the application")),
    "revise": (YOU, _("changed the application")),
    "attach": (YOU, _("added a document")),
    "remove-document": (YOU, _("removed a document")),
    "submit": (YOU, _("handed the application in")),
    "withdraw": (YOU, _("withdrew the application")),
    "accept": (YOU, _("accepted")),
    "endorse": (SERVICE, _("endorsed the application")),
    "decline-release": (SERVICE, _("did not release you")),
    "screen-in": (DESK, _("screened the application in")),
    "screen-out": (DESK, _("screened the application out")),
    "assess": (DESK, _("began the assessment")),
    "qualify": (DESK, _("put you on the stand-by roster")),
    "nominate": (DESK, _("nominated you to the receiving organization")),
    "not-select": (DESK, _("did not select you")),
    "refuse": (DESK, _("recorded that the receiving organization refused")),
    "select": (DESK, _("selected you: please accept")),
    "expire": (DESK, _("ended the application: a deadline passed")),
    "stand-down": (DESK, _("ended the application: the posting was stood down")),
    "reinstate": (DESK, _("reinstated the application")),
    "propose": (DESK, _("carried your qualification to this posting")),
}
TOUR_CHAPTERS: dict[str, tuple[Promise, Promise]] = {
    "prepare": (DESK, _("began the preparation of your tour")),
    "check-off": (DESK, _("checked off an item before your departure")),
    "check-in": (DESK, _("recorded your arrival in the mission")),
    "record-leave": (DESK, _("recorded leave")),
    "cancel-leave": (DESK, _("cancelled leave")),
    "ask-extension": (YOU, _("asked for an extension")),
    "decline-extension": (DESK, _("declined the extension")),
    "extend": (DESK, _("extended your tour")),
    "change-dates": (DESK, _("changed the days of your tour")),
    "transfer": (DESK, _("transferred you")),
    "complete": (DESK, _("recorded the end of your tour")),
    "curtail": (DESK, _("ended your tour early")),
    "repatriate": (DESK, _("recorded your repatriation")),
    "reintegrate": (DESK, _("recorded your return to the home service")),
    "record-appraisal": (DESK, _("recorded your appraisal")),
    "close": (DESK, _("closed the tour")),
    "reinstate": (DESK, _("reinstated your tour")),
}
ASKED_FOR_YOU = (DESK, _("asked for an extension for you"))
SERVICE_DECLINED = (SERVICE, _("declined the extension"))
AGREED = {party: (who, _("agreed to the extension")) for party, who in (("service", SERVICE), ("mission", MISSION))}
TO_A_DAY = {"ask-extension", "extend", "change-dates"}


@dataclass(frozen=True)
class Chapter:
    """One step, in words for the officer; ``day`` is the last day of the tour that it is about.

    ``reason`` is the coded one, or that of a declined extension: never another remark of the desk.
    """

    at: datetime.datetime
    who: Promise
    what: Promise
    reason: str = ""
    day: datetime.date | None = None


def story_for_applicant(application: Application, entries: Iterable[HistoryEntry]) -> list[Chapter]:
    """The steps that the applicant may know, latest first; a decision not told yet is left out."""
    hidden = application.state if application.shown_state != application.state else None
    return [
        Chapter(entry.at, *CHAPTERS[entry.verb], _reason(entry))
        for entry in entries
        if entry.verb in CHAPTERS and (hidden is None or entry.to_state != hidden)
    ]


def story_for_officer(tour: Deployment, entries: Iterable[HistoryEntry]) -> list[Chapter]:
    """The steps of the officer's own tour, latest first."""
    return [
        Chapter(
            entry.at,
            *_told(tour, entry),
            entry.reason if entry.verb == "decline-extension" else "",
            datetime.date.fromisoformat(entry.detail["last_day"]) if entry.verb in TO_A_DAY else None,
        )
        for entry in entries
        if entry.verb in TOUR_CHAPTERS or entry.verb == "agree-extension"
    ]


def _told(tour: Deployment, entry: HistoryEntry) -> tuple[Promise, Promise]:
    """Who did what, in words for the officer."""
    if entry.verb == "agree-extension":
        return AGREED[entry.detail["party"]]
    if entry.verb == "decline-extension" and entry.detail.get("party") == "service":
        return SERVICE_DECLINED
    if entry.verb == "ask-extension" and entry.actor_id != tour.officer.user_id:
        return ASKED_FOR_YOU
    return TOUR_CHAPTERS[entry.verb]


def _reason(entry: HistoryEntry) -> str:
    code = entry.detail.get("code", "")
    return str(ReasonCode(code).label) if code in ReasonCode.values else ""
