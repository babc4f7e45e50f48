"""What the officer is told by mail of each act on a tour, or why there is no mail.

An act that is not named here is told by its words in the history (``mail_of``). The texts take ``title`` and ``operation`` of the posting, ``first`` and ``last`` day of the tour, the days before the act
(``first_was``, ``last_was``), ``until`` (the last day of a hold), and ``leave_first`` and ``leave_last``.
"""

from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.history.verbs import Words
from deployments.domain.verbs.tours import TourVerb

V = TourVerb


@dataclass(frozen=True)
class Mail:
    """The subject, what happened, and what comes next."""

    subject: Words
    happened: Words
    following: Words


PREPARATION = _("The desk prepares your departure with you: it writes to you about papers, medical tests and travel.")
END_AHEAD = _("Your last day is %(last)s. If you wish to stay longer, ask for an extension on the page of the tour.")
WRITE = _("If something in this is wrong, write to the desk at once.")
HOME = _("Your police service takes you back; the desk records your return to it, and then closes the tour.")
ENDED = _("The end of your tour is recorded: %(title)s")
FREE = _("You are free for other postings: the openings are on this site.")

MAILS: dict[TourVerb, Mail] = {
    V.RESERVE: Mail(
        _("A place is reserved for you: %(title)s"),
        _("The desk reserved a place for you in %(operation)s from %(first)s to %(last)s, both days included."),
        _("The desk confirms the place, or lets it go. %(hold)s"),
    ),
    V.EXPIRE: Mail(
        _("The place is no longer held for you: %(title)s"),
        _("The time for which a place was held for you in %(operation)s has passed: it is free again."),
        FREE,
    ),
    V.PREPARE: Mail(
        _("Your place is firm: %(title)s"),
        _("The preparation of your tour in %(operation)s has begun: from %(first)s to %(last)s, both days included."),
        PREPARATION,
    ),
    V.SET_EMERGENCY_CONTACT: Mail(
        _("Your emergency contact is recorded: %(title)s"),
        _("The desk recorded whom to call if something happens to you during your tour in %(operation)s."),
        WRITE,
    ),
    V.CHECK_IN: Mail(
        _("Your arrival is recorded: %(title)s"),
        _("The desk recorded that you arrived in %(operation)s."),
        END_AHEAD,
    ),
    V.RECORD_LEAVE: Mail(
        _("Your leave is recorded: %(title)s"),
        _("Leave is recorded from %(leave_first)s to %(leave_last)s, both days included."),
        WRITE,
    ),
    V.CANCEL_LEAVE: Mail(
        _("Your leave is cancelled: %(title)s"),
        _("The leave from %(leave_first)s to %(leave_last)s does not take place."),
        WRITE,
    ),
    V.ASK_EXTENSION: Mail(
        _("An extension is asked for: %(title)s"),
        _("The desk asked in your place that your tour may last until %(asked)s."),
        _(
            "Your police service and the mission are asked; then the desk decides, and you are told. Until then your last "
            "day is %(last)s."
        ),
    ),
    V.EXTEND: Mail(
        _("Your tour is extended: %(title)s"),
        _("Your tour in %(operation)s now lasts until %(last)s (before: until %(last_was)s)."),
        END_AHEAD,
    ),
    V.CHANGE_DATES: Mail(
        _("The days of your tour changed: %(title)s"),
        _("Your tour in %(operation)s is now from %(first)s to %(last)s (before: %(first_was)s to %(last_was)s)."),
        WRITE,
    ),
    V.TRANSFER: Mail(
        _("You are transferred: %(title)s"),
        _(
            "You are transferred to “%(title)s” in %(operation)s: from %(first)s to %(last)s, both days included. Your tour "
            "before ends the day before."
        ),
        PREPARATION,
    ),
    V.COMPLETE: Mail(ENDED, _("Your tour in %(operation)s ended on %(last)s."), HOME),
    V.CURTAIL: Mail(ENDED, _("Your tour in %(operation)s ended early, on %(last)s (planned: %(last_was)s)."), HOME),
    V.REPATRIATE: Mail(ENDED, _("Your repatriation from %(operation)s is recorded: your last day was %(last)s."), HOME),
    V.RECORD_APPRAISAL: Mail(
        _("Your appraisal is recorded: %(title)s"),
        _("How your work in %(operation)s is appraised is recorded."),
        _("Ask the desk if you wish to read it."),
    ),
    V.REINTEGRATE: Mail(
        _("Your return is recorded: %(title)s"),
        _("The desk recorded that you are back in your police service."),
        _("The desk closes the tour once everything is settled."),
    ),
    V.CLOSE: Mail(_("Your tour is closed: %(title)s"), _("Your tour in %(operation)s is closed."), FREE),
    V.CANCEL: Mail(
        _("Your tour is cancelled: %(title)s"),
        _("Your tour in %(operation)s from %(first)s to %(last)s does not take place."),
        FREE,
    ),
    V.REINSTATE: Mail(
        _("Your tour goes on: %(title)s"),
        _("Your tour in %(operation)s is reinstated: from %(first)s to %(last)s, both days included."),
        END_AHEAD,
    ),
    V.CORRECT_LAST_DAY: Mail(
        _("The last day of your tour is corrected: %(title)s"),
        _("Your last day in %(operation)s is recorded as %(last)s (before: %(last_was)s)."),
        WRITE,
    ),
}
# The officer learns these elsewhere, or they are no news of the tour.
UNTOLD: dict[TourVerb, str] = {
    V.RECORD: "Lists bring what officers know already: tours that were planned or served elsewhere.",
    V.CONFIRM: "The officer's own acceptance does it, and that is answered.",
    V.CHECK_OFF: "The page of the tour shows it; each item would be a mail.",
    V.SET_DUE_DAY: "The page of the tour shows it; the officer is reminded before the day.",
    V.REOPEN_ITEM: "The page of the tour shows it; each item would be a mail.",
    V.NAME_SUCCESSOR: "It changes no day of either tour; the desk arranges the handover.",
    V.UN_NAME_SUCCESSOR: "It changes no day of either tour.",
    V.CUT_LEAVE: "It follows from the new days of the tour, which are told.",
    V.MARK: "A roll-call is the desk's record of whom it reached.",
    V.AGREE_EXTENSION: "An agreement decides nothing yet; the decision is told.",
    V.GRANT_EXTENSION: "Told by a mail of its own, with the day that was asked for.",
    V.DECLINE_EXTENSION: "Told by a mail of its own, with the reason.",
}


def mail_of(verb: TourVerb) -> Mail | None:
    """The mail of ``verb``; for an act without words of its own one that names it. None where the officer is not told."""
    if verb in UNTOLD:
        return None
    happened = format_lazy(_("Recorded of your tour in %(operation)s: {act}."), act=verb.facts.past)
    return MAILS.get(verb, Mail(_("Your tour: %(title)s"), happened, WRITE))
