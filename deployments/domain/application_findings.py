"""The requirements of an application at the time it was decided, in both languages."""

from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import translation

from deployments.eligibility.candidate import PROFILE, REQUIREMENTS, eligibility_of
from deployments.eligibility.rule import Eligibility, Finding
from deployments.models import Application, ApplicationState

# The decisions of the desk, of the police service and of the receiving organization.
DECIDED = frozenset(
    {
        ApplicationState.NOT_RELEASED,
        ApplicationState.SCREENED_OUT,
        ApplicationState.SELECTED,
        ApplicationState.NOT_SELECTED,
        ApplicationState.REFUSED_BY_HOST,
    }
)


def findings_now(application: Application) -> list[dict[str, Any]]:
    """Every finding, as JSON keeps it: its code, whether it is answered and waived, its words in each language."""
    profile = (f"officer__{name}" for name in PROFILE)
    prefetch_related_objects([application], "waivers", *profile, *(f"posting__{name}" for name in REQUIREMENTS))
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            shown = eligibility_of(application)
            found[language] = [(str(each.label), str(each.reason)) for each in shown.findings]
    return [
        {
            "code": each.code,
            "is_answered": each.is_answered,
            "is_waived": each.code in shown.waived,
            "label": {language: found[language][number][0] for language in found},
            "reason": {language: found[language][number][1] for language in found},
        }
        for number, each in enumerate(shown.findings)
    ]


def findings_then(application: Application) -> Eligibility | None:
    """The findings that were kept, in the reader's language; None where the application was not decided."""
    if not application.findings:
        return None
    language = "fr" if translation.get_language() == "fr" else "en"
    findings = [
        Finding(each["code"], each["label"][language], each["reason"][language], is_answered=each["is_answered"])
        for each in application.findings
    ]
    return Eligibility(tuple(findings), frozenset(each["code"] for each in application.findings if each["is_waived"]))
