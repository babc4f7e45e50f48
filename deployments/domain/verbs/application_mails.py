"""Which mail tells the applicant of each act on an application, or why there is none. Every verb is here once."""

from deployments.domain.verbs.applications import ApplicationVerb

V = ApplicationVerb
# The template below ``mail/deployments/``.
MAILS: dict[ApplicationVerb, str] = {
    V.SUBMIT: "application_received",
    V.WITHDRAW: "application_withdrawn",
    V.TAKE_BACK: "application_moved",
    V.ACCEPT: "application_accepted",
    V.ENDORSE: "application_moved",
    V.DECLINE_RELEASE: "application_ended",
    V.SCREEN_IN: "application_moved",
    V.SCREEN_OUT: "application_ended",
    V.ASSESS: "application_moved",
    V.QUALIFY: "application_moved",
    V.NOMINATE: "application_moved",
    V.NOT_SELECT: "application_ended",
    V.REFUSE: "application_ended",
    V.SELECT: "application_selected",
    V.EXPIRE: "application_ended",
    V.STAND_DOWN: "application_ended",
    V.REINSTATE: "application_moved",
    V.PROPOSE: "application_proposed",
    V.NOTIFY: "application_ended",
}
UNTOLD: dict[ApplicationVerb, str] = {
    V.START: "The officer's own act, shown on the page at once.",
    V.REVISE: "The officer's own act, shown on the page at once.",
    V.ATTACH: "The officer's own act, shown on the page at once.",
    V.REMOVE_DOCUMENT: "The officer's own act, shown on the page at once.",
    V.WAIVE: "It decides nothing yet: the step that it makes possible is told.",
    V.RECORD_ASSESSMENT: "It decides nothing yet: the step that it leads to is told.",
}
