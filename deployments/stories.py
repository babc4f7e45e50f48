"""The story of an application, as its applicant and the police service may read it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import HistoryEntry
from deployments.models import Application, ReasonCode

YOU, SERVICE, DESK = _("You"), _("Your police service"), _("The desk")
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


@dataclass(frozen=True)
class Chapter:
    """One step, in words for the applicant; ``reason`` is the coded one, never the desk's remark."""

    at: datetime.datetime
    who: Promise
    what: Promise
    reason: str = ""


def story_for_applicant(application: Application, entries: Iterable[HistoryEntry]) -> list[Chapter]:
    """The steps that the applicant may know, latest first; a decision not told yet is left out."""
    hidden = application.state if application.shown_state != application.state else None
    return [
        Chapter(entry.at, *CHAPTERS[entry.verb], _reason(entry))
        for entry in entries
        if entry.verb in CHAPTERS and (hidden is None or entry.to_state != hidden)
    ]


def _reason(entry: HistoryEntry) -> str:
    code = entry.detail.get("code", "")
    return str(ReasonCode(code).label) if code in ReasonCode.values else ""
