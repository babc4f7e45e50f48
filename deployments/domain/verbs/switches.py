"""The verbs that switch a wall on or off: an Approver's, with a reason."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts

MAY_SWITCH = "deployments.set_strength"


class SwitchVerb(Verb):
    SET_RELEASE_NEED = (
        "set-release-need",
        Facts(_("Need of release set"), _("Set whether release is needed"), MAY_SWITCH, needs_reason=True),
    )
    SET_COUNTING = (
        "set-counting",
        Facts(_("Counting set"), _("Set against which numbers it counts"), MAY_SWITCH, needs_reason=True),
    )
    CHANGE_PROGRAMME = (
        "change-programme",
        Facts(_("Programme changed"), _("Change the programme"), MAY_SWITCH, needs_reason=True),
    )
