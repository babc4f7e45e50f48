"""The verbs of accounts, officers, qualifications and police services."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts

MAY_VERIFY = "officers.verify_qualificationgrant"
MAY_KEEP = "officers.change_officer"
MAY_NAME = "officers.add_coordinator"


class AccountVerb(Verb):
    MAKE_ACCOUNT = "make-account", Facts(_("Account made"))
    CHANGE_ACCOUNT = "change-account", Facts(_("Account changed"))
    SET_PASSWORD = "set-password", Facts(_("Password set by the desk"))
    SEND_PASSWORD_LINK = "send-password-link", Facts(_("Link to set a password sent"))


class OfficerVerb(Verb):
    JOIN = "join", Facts(_("Profile begun"))
    DECLARE = "declare", Facts(_("Declarations made"))
    ADD_OFFICER = (
        "add-officer",
        Facts(_("Entered by the desk"), _("Add an officer"), MAY_KEEP, needs_reason=True),
    )
    CHANGE_RECORD = (
        "change-record",
        Facts(_("Record changed by the desk"), _("Change the record"), MAY_KEEP, needs_reason=True),
    )
    RATE_LANGUAGE = (
        "rate-language",
        Facts(_("Language rated by the desk"), _("Rate a language"), MAY_KEEP, needs_reason=True),
    )
    REMOVE_LANGUAGE = (
        "remove-language",
        Facts(_("Language removed by the desk"), _("Remove a language"), MAY_KEEP, needs_reason=True, is_grave=True),
    )
    ADD_QUALIFICATION = (
        "add-qualification",
        Facts(_("Qualification added by the desk"), _("Add a qualification"), MAY_KEEP, needs_reason=True),
    )
    CHANGE_QUALIFICATION = (
        "change-qualification",
        Facts(
            _("Qualification changed by the desk"),
            _("Change the qualification"),
            MAY_KEEP,
            needs_reason=True,
            address="change",
        ),
    )
    REMOVE_QUALIFICATION = (
        "remove-qualification",
        Facts(
            _("Qualification removed by the desk"),
            _("Remove the qualification"),
            MAY_KEEP,
            needs_reason=True,
            is_grave=True,
            address="remove",
        ),
    )


class QualificationVerb(Verb):
    ATTACH_EVIDENCE = "attach-evidence", Facts(_("Evidence handed in"))
    REMOVE_EVIDENCE = "remove-evidence", Facts(_("Evidence taken back"))
    VERIFY = "verify", Facts(_("Qualification verified"), _("Verify the qualification"), MAY_VERIFY)
    WITHDRAW_VERIFICATION = (
        "withdraw-verification",
        Facts(_("Verification withdrawn"), _("Withdraw the verification"), MAY_VERIFY, needs_reason=True),
    )


class ServiceVerb(Verb):
    NAME_COORDINATOR = (
        "name-coordinator",
        Facts(_("Coordinator named"), _("Name a coordinator"), MAY_NAME, needs_reason=True),
    )
    END_COORDINATOR = (
        "end-coordinator",
        Facts(
            _("Coordinator's time ended"),
            _("End a coordinator's time"),
            MAY_NAME,
            needs_reason=True,
            is_grave=True,
        ),
    )
    NAME_DEPUTY = "name-deputy", Facts(_("Deputy named"))
    END_DEPUTY = "end-deputy", Facts(_("Deputy's time ended"))
