"""Ranks in order, so that a posting can ask for a range; an officer's rank is kept as written and read with ``level_of``."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.text.folded import fold


class Rank(models.TextChoices):
    """From the lowest to the highest."""

    CONSTABLE = "constable", _("Constable")
    CORPORAL = "corporal", _("Corporal")
    SERGEANT = "sergeant", _("Sergeant")
    STAFF_SERGEANT = "staff-sergeant", _("Staff Sergeant")
    INSPECTOR = "inspector", _("Inspector")
    SUPERINTENDENT = "superintendent", _("Superintendent")
    CHIEF_SUPERINTENDENT = "chief-superintendent", _("Chief Superintendent")
    ASSISTANT_COMMISSIONER = "assistant-commissioner", _("Assistant Commissioner")
    DEPUTY_COMMISSIONER = "deputy-commissioner", _("Deputy Commissioner")
    COMMISSIONER = "commissioner", _("Commissioner")


# How the ranks are written in English and French by the national police and by partner services.
WRITTEN = {
    Rank.CONSTABLE: "constable, police officer, gendarme, agent, agente, policier, policière",
    Rank.CORPORAL: "corporal, caporal, caporale",
    Rank.SERGEANT: "sergeant, detective sergeant, sergent, sergente",
    Rank.STAFF_SERGEANT: "staff sergeant, lieutenant, lieutenante, sergent d'état-major, sergente d'état-major",
    Rank.INSPECTOR: "inspector, captain, inspecteur, inspectrice, capitaine",
    Rank.SUPERINTENDENT: "superintendent, commander, surintendant, surintendante, commandant, commandante",
    Rank.CHIEF_SUPERINTENDENT: "chief superintendent, surintendant principal, surintendante principale",
    Rank.ASSISTANT_COMMISSIONER: "assistant commissioner, commissaire adjoint, commissaire adjointe",
    Rank.DEPUTY_COMMISSIONER: "deputy commissioner, deputy chief, sous-commissaire",
    Rank.COMMISSIONER: "commissioner, chief, commissaire, chef, cheffe, directeur, directrice",
}
_LEVELS = {
    fold(name): level for level, rank in enumerate(Rank, start=1) for name in (rank.value, *WRITTEN[rank].split(","))
}


def level_of(rank: str) -> int | None:
    """The place of ``rank`` (a code, or a name in English or French) in the order, 1 the lowest; None if unknown."""
    return _LEVELS.get(fold(rank))
