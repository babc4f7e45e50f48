"""The verbs of an officer as somebody who may serve."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts
from deployments.domain.verbs.applications import MAY_ASSESS, MAY_SELECT


class CandidateVerb(Verb):
    INVITE = "invite", Facts(_("Invited to apply"), _("Invite to apply"), MAY_ASSESS)
    GIVE_RELEASE = "give-release", Facts(_("Released by the police service"), _("Record a release"), MAY_ASSESS)
    WITHDRAW_RELEASE = (
        "withdraw-release",
        Facts(
            _("Release withdrawn"),
            _("Withdraw the release"),
            MAY_ASSESS,
            needs_reason=True,
            is_grave=True,
            address="withdraw",
        ),
    )
    SCHEDULE_ASSESSMENT = (
        "schedule-assessment",
        Facts(_("Assessment scheduled"), _("Schedule an assessment"), MAY_ASSESS),
    )
    RECORD_ASSESSMENT = (
        "record-assessment",
        Facts(_("Assessment recorded"), _("Record an assessment"), MAY_ASSESS),
    )
    ADD_WISH = "add-wish", Facts(_("Wish written"))
    WITHDRAW_WISH = "withdraw-wish", Facts(_("Wish withdrawn"))
    ALLOW_ASKING = "allow-asking", Facts(_("May be asked again"))
    STOP_ASKING = "stop-asking", Facts(_("May not be asked any more"))
    WAIVE = "waive", Facts(_("Requirement waived"), _("Waive a finding"), MAY_SELECT, needs_reason=True)
    WITHDRAW_WAIVER = (
        "withdraw-waiver",
        Facts(_("Waiver withdrawn"), _("Withdraw a waiver"), MAY_SELECT, needs_reason=True, is_grave=True),
    )
