"""The verbs of a posting: which is possible from which status, and where it leads."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts
from deployments.models import PostingStatus

MAY_MANAGE = "deployments.manage_posting"


class PostingVerb(Verb):
    CHANGE_REQUIREMENTS = "change-requirements", Facts(_("Requirements changed"))
    SET_PLACES = "set-places", Facts(_("Places changed"), _("Set the places"), MAY_MANAGE)
    OPEN = (
        "open",
        Facts(
            _("Posting opened"),
            pgettext_lazy("act", "Open"),
            MAY_MANAGE,
            frozenset({PostingStatus.DRAFT}),
            PostingStatus.OPEN,
        ),
    )
    UNPUBLISH = (
        "unpublish",
        Facts(
            _("Taken off the public pages"),
            _("Unpublish"),
            MAY_MANAGE,
            frozenset({PostingStatus.OPEN}),
            PostingStatus.DRAFT,
            needs_reason=True,
            is_grave=True,
        ),
    )
    STAND_DOWN = (
        "stand-down",
        Facts(
            _("Stood down"),
            _("Stand down"),
            MAY_MANAGE,
            frozenset({PostingStatus.OPEN}),
            PostingStatus.STOOD_DOWN,
            needs_reason=True,
            is_grave=True,
        ),
    )
    REOPEN = (
        "reopen",
        Facts(
            _("Reopened"),
            _("Reopen"),
            MAY_MANAGE,
            frozenset({PostingStatus.STOOD_DOWN}),
            PostingStatus.OPEN,
            needs_reason=True,
        ),
    )
