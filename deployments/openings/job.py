"""What an opening says of the job: the posting's own texts, then those of its role profile, then the standard ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deployments.models import Posting, RoleProfile
from deployments.openings.marks import filled

# In the order of the page; the key is the name of the text. The requirements are no text, and always there.
TITLES: dict[str, str | Promise] = {
    "description": _("What you would do"),
    "brings": _("What you bring"),
    "requirements": _("Requirements"),
    "conditions": _("Conditions"),
    "arms": _("Armed or unarmed, and why"),
    "accommodation": _("Accommodation"),
    "allowances": _("Pay and allowances"),
    "training": _("Health and training before departure"),
    "family": _("Family"),
    "steps": _("Steps and usual times"),
    "documents": _("Documents to have ready"),
    "contact": _("Whom to ask"),
}

DUTIES, REQUIREMENTS = "description", "requirements"


@dataclass(frozen=True)
class JobSection:
    """A heading with its text in Markdown, as it holds for the opening."""

    key: str
    title: str | Promise
    text: str


def job_sections(posting: Posting) -> list[JobSection]:
    """What is said of the job, in order; a text that nobody wrote, or that has nothing to say here, is left out. One query."""
    found = _sections(posting, [posting, *_profiles(posting)])
    return [section for section in found if section.text or section.key == REQUIREMENTS]


def own_sections(posting: Posting) -> list[JobSection]:
    """The same without the standard texts, which are alike for every opening. Its role profile and requirements are read."""
    profiles = [posting.role_profile] if posting.role_profile else []
    return [section for section in _sections(posting, [posting, *profiles]) if section.text]


def _sections(posting: Posting, sources: Sequence[Posting | RoleProfile]) -> list[JobSection]:
    """Each text from the first of ``sources`` that has it."""
    found = []
    for key, title in TITLES.items():
        text = next((written for source in sources if (written := getattr(source, key, ""))), "")
        found.append(JobSection(key, title, filled(text, posting)))
    return found


def duties_of(job: Sequence[JobSection]) -> str:
    """What one would do, for machines and search engines; empty where nobody wrote it."""
    return next((section.text for section in job if section.key == DUTIES), "")


def _profiles(posting: Posting) -> list[RoleProfile]:
    """The posting's own profile, then the standard one."""
    wanted = RoleProfile.objects.filter(Q(pk=posting.role_profile_id) | Q(code=RoleProfile.STANDARD))
    return sorted(wanted, key=lambda profile: profile.pk != posting.role_profile_id)
