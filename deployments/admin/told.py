"""What was done, in the words of the history: an act that the desk offers as "Extend" is told as "Tour extended"."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

TOLD = {
    # Applications
    "submit": _("Application handed in"),
    "withdraw": _("Application withdrawn"),
    "endorse": _("Endorsed by the police service"),
    "decline-release": _("Not released by the police service"),
    "screen-in": _("Screened in"),
    "screen-out": _("Screened out"),
    "waive": _("Requirement waived"),
    "assess": _("Assessment begun"),
    "record-assessment": _("Assessment recorded"),
    "qualify": _("Put on the stand-by roster"),
    "propose": _("Proposed for another posting"),
    "nominate": _("Nominated"),
    "select": _("Selected"),
    "accept": _("Accepted"),
    "not-select": _("Not selected"),
    "refuse": _("Refused by the receiving organization"),
    "expire": _("Expired"),
    "stand-down": _("Stood down"),
    "notify": _("Decision told to the applicant"),
    "reinstate": _("Reinstated"),
    "invite": _("Invited to apply"),
    # Tours of duty
    "reserve": _("Place reserved"),
    "prepare": _("Preparation begun"),
    "check-off": _("Checklist worked on"),
    "reopen-item": _("Item of the checklist reopened"),
    "set-emergency-contact": _("Emergency contact recorded"),
    "check-in": _("Arrived in the mission"),
    "record-leave": _("Leave recorded"),
    "cancel-leave": _("Leave cancelled"),
    "ask-extension": _("Extension asked for"),
    "agree-extension": _("Extension agreed to"),
    "grant-extension": _("Extension granted"),
    "decline-extension": _("Extension declined"),
    "extend": _("Tour extended"),
    "change-dates": _("Dates changed"),
    "transfer": _("Transferred"),
    "complete": _("Tour completed"),
    "curtail": _("Tour curtailed"),
    "repatriate": _("Repatriated"),
    "record-appraisal": _("Appraisal recorded"),
    "reintegrate": _("Back in the home service"),
    "cancel": _("Tour cancelled"),
    # Tours, operations and missions
    "close": _("Closed"),
    # Postings and qualifications
    "open": _("Posting opened"),
    "set-places": _("Places changed"),
    "verify": _("Qualification verified"),
    "withdraw-verification": _("Verification withdrawn"),
}
admin.site.vocabulary.verbs.update(TOLD)
