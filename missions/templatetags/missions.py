"""Words for the facts of operations and missions in templates."""

from django import template
from django.utils.translation import gettext as _

from missions.models import Mission, TermsStatus

register = template.Library()


@register.filter
def terms_status(status: str) -> str:
    """The status of terms in words."""
    return str(TermsStatus(status).label)


@register.filter
def armed(is_armed: bool | None) -> str:
    """Armed, unarmed, or nothing where nothing is said."""
    if is_armed is None:
        return ""
    return _("Armed") if is_armed else _("Unarmed")


@register.filter
def open_postings(mission: Mission) -> list:
    """The mission's postings that the public may know of: neither drafts nor stood down."""
    return [posting for posting in mission.postings.all() if posting.status == "open"]
