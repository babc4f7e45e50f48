"""The words for the codes that the history keeps."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from deployments.limits.refusals import refused_by_database
from deployments.models import DeploymentState, PostingStatus
from missions.models import TermsStatus
from officers.admin.records import ROLES

words = admin.site.vocabulary
words.states.update({**dict(DeploymentState.choices), **dict(PostingStatus.choices), **dict(TermsStatus.choices)})
words.verbs.update(
    {
        "set-strength": _("Authorized strength set"),
        "withdraw-strength": _("Number withdrawn"),
        "bring-down": _("Number brought down"),
        "set-terms": _("Terms changed"),
        "withdraw-terms": _("Terms withdrawn"),
        "suspend": _("Suspended"),
        "evacuate": _("Evacuated"),
        "reopen": _("Reopened"),
        "loaded": _("Loaded with the first data"),
        "record": _("Recorded from a list"),
        "import": _("Imported from a list"),
        "make-account": _("Account made"),
        "change-account": _("Account changed"),
        "set-password": _("Password set by the desk"),
        "change-requirements": _("Requirements changed"),
        "name-deputy": _("Deputy named"),
        "end-deputy": _("Deputy's time ended"),
    }
)
words.details.update(
    {
        "effective_from": _("In force from"),
        "until": _("Last day"),
        "instrument": _("Instrument"),
        "instrument_fr": _("Instrument in French"),
        "accepted_peak": _("Accepted over-strength"),
        "explanation_en": _("Explanation for the public in English"),
        "explanation_fr": _("Explanation for the public in French"),
        "is_armed": _("Armed"),
        "languages": _("Languages of operation"),
        "first_day": _("First day"),
        "last_day": _("Last day"),
        "hold_until": _("Held until"),
        "hold": _("Held until"),
        "qualified_until": _("On the stand-by roster until"),
        "places": _("Places"),
        "to_posting": _("To the posting"),
        "roles": _("Roles"),
        "email": _("E-mail address"),
        "given_name": _("Given name"),
        "family_name": _("Family name"),
        "language": _("Language"),
        "requirements": _("Requirements"),
        "is_active": _("Active"),
        "is_staff": _("Works at the desk"),
    }
)
words.values.update({"roles": ROLES, "language": dict(settings.LANGUAGES)})
admin.site.explain = lambda error: str(refused_by_database(error))
