"""Where an officer mends what is not met: for each finding, the field of the profile that answers it."""

from urllib.parse import urlencode

from django.urls import reverse

from deployments.eligibility.rule import Eligibility, Finding
from officers.models import Officer

# The page of the profile and the control on it.
FIELDS = {
    "age": ("profile-person", "id_birth_date"),
    "service": ("profile-service", "id_member_since"),
    "retirement": ("profile-service", "id_retired_on"),
    "rank": ("profile-service", "id_rank"),
    "conviction": ("profile-declarations", "id_has_convictions_0"),
    "investigation": ("profile-declarations", "id_has_open_investigations_0"),
}


def rows_of(
    eligibility: Eligibility | None, officer: Officer | None = None, *, back: str = ""
) -> list[tuple[Finding, str]]:
    """Each finding with the address that mends it; "" where it is met, or nothing in the profile mends it.

    ``back`` is the page to which the profile leads afterwards. Without ``officer`` nothing is offered.
    """
    found = eligibility.findings if eligibility else ()
    return [(each, mend_url(each, officer, back) if officer and not each.is_met else "") for each in found]


def mend_url(finding: Finding, officer: Officer, back: str = "") -> str:
    """The field that mends ``finding``."""
    query = f"?{urlencode({'next': back})}" if back else ""
    if finding.code in FIELDS:
        page, control = FIELDS[finding.code]
        return f"{reverse(page)}{query}#{control}"
    kind, _dash, code = finding.code.partition("-")
    if kind == "language":
        return _language(code, officer, query)
    if kind == "qualification":
        return f"{reverse('profile-qualification-add', args=[code])}{query}"
    if finding.code == "availability":
        return f"{reverse('profile')}#unavailability"
    return ""


def _language(code: str, officer: Officer, query: str) -> str:
    rating = next((each for each in officer.language_ratings.all() if each.language == code), None)
    if rating:
        return f"{reverse('profile-language', args=[rating.pk])}{query}#id_reading"
    return f"{reverse('profile-language-add')}{query}{'&' if query else '?'}language={code}#id_language"
