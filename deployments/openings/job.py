"""What an opening says of the job: the posting's own texts, then those of its role profile, then the standard ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deployments.models import Posting, RoleProfile

# In the order of the page; the key is the name of the text.
TITLES: dict[str, str | Promise] = {
    "description": _("What you would do"),
    "brings": _("What you bring"),
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


@dataclass(frozen=True)
class JobSection:
    """A heading with its text in Markdown."""

    key: str
    title: str | Promise
    text: str


def job_sections(posting: Posting) -> list[JobSection]:
    """What is said of the job, in order; a text that nobody wrote is left out. One query."""
    sources: Sequence[Posting | RoleProfile] = [posting, *_profiles(posting)]
    found = []
    for key, title in TITLES.items():
        text = next((getattr(source, key) for source in sources if getattr(source, key)), "")
        if text:
            found.append(JobSection(key, title, text))
    return found


def _profiles(posting: Posting) -> list[RoleProfile]:
    """The posting's own profile, then the standard one."""
    wanted = RoleProfile.objects.filter(Q(pk=posting.role_profile_id) | Q(code=RoleProfile.STANDARD))
    return sorted(wanted, key=lambda profile: profile.pk != posting.role_profile_id)
