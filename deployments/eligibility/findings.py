"""The codes by which waivers name what is found about an officer: which there are, and the words for each."""

from django.utils.translation import gettext as _

from core.text.folded import named
from core.text.languages import LANGUAGES, language_names
from deployments.eligibility.requirements import LABELS
from deployments.models import AssessmentKind
from officers.models import Qualification

OTHER_WALLS = {"other-tour"}  # no waiver reaches it (deployments.domain.tours)
OWN_WORDS = {code: words for code, words in LABELS.items() if code not in OTHER_WALLS}
LANGUAGE, QUALIFICATION, ASSESSMENT = "language-", "qualification-", "assessment-"


def assessment_code(kind: str, language: str = "") -> str:
    """The code of the finding about an assessment: assessment-medical, assessment-language-fr."""
    return f"{ASSESSMENT}{kind}-{language}" if language else f"{ASSESSMENT}{kind}"


def assessment_of(code: str) -> tuple[str, str] | None:
    """The kind and the language of which the code speaks; None for another code, or one of neither."""
    if not code.startswith(ASSESSMENT):
        return None
    kind, _dash, language = code.removeprefix(ASSESSMENT).partition("-")
    is_one = kind in AssessmentKind.values and (not language or (kind == "language" and language in LANGUAGES))
    return (kind, language) if is_one else None


def assessment_words(kind: str, language: str = "") -> str:
    """ "Assessment: Medical"; a language test names the language."""
    words = str(AssessmentKind(kind).label)
    words = named(words, language_names([language])) if language else words
    return _("Assessment: %(kind)s") % {"kind": words}


def words_of(code: str, qualifications: dict[str, str] | None = None) -> str:
    """The words for ``code``; "" where nothing has that code. ``qualifications`` are names by code, if they are read."""
    if code in OWN_WORDS:
        return str(OWN_WORDS[code])
    if code.startswith(LANGUAGE) and code.removeprefix(LANGUAGE) in LANGUAGES:
        return _("Language: %(language)s") % {"language": language_names([code.removeprefix(LANGUAGE)])}
    if code.startswith(QUALIFICATION):
        names = qualification_names() if qualifications is None else qualifications
        return names.get(code.removeprefix(QUALIFICATION), "")
    found = assessment_of(code)
    return assessment_words(*found) if found else ""


def findings_by_group() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every finding that can be waived, with its words, in groups. One query."""
    kinds = [kind for kind in AssessmentKind.values if kind != AssessmentKind.LANGUAGE]
    names = qualification_names()
    codes = {
        _("Requirements"): list(OWN_WORDS),
        _("Languages"): [f"{LANGUAGE}{code}" for code in LANGUAGES],
        _("Qualifications"): [f"{QUALIFICATION}{code}" for code in names],
        _("Assessments"): [
            *(assessment_code(kind) for kind in kinds),
            *(assessment_code(AssessmentKind.LANGUAGE, code) for code in LANGUAGES),
        ],
    }
    return [(group, [(code, words_of(code, names)) for code in found]) for group, found in codes.items()]


def qualification_names() -> dict[str, str]:
    """The names of the qualifications by their codes. One query."""
    return {each.code: each.name for each in Qualification.objects.all()}
