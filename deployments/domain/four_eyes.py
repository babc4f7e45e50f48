"""Four eyes, where the setting FOUR_EYES asks for them: whoever proposes is not whoever decides.

"selection": who qualified, nominated or proposed an applicant does not select the same. "strength": a higher number is
proposed by one approver and confirmed by another; lowering one needs nobody else. The portal itself (commands on the
server) is not bound: it has no eyes.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import history_of
from core.refusals import Refusal
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.models import Application

SELECTION, STRENGTH = "selection", "strength"
BEFORE_SELECTION = (ApplicationVerb.QUALIFY, ApplicationVerb.NOMINATE, ApplicationVerb.PROPOSE)


class OtherEyes(Refusal):
    """Somebody else has to do this."""

    code = "four_eyes"


def are_asked_for(what: str) -> bool:
    """Whether the setting asks for four eyes on ``what``: SELECTION or STRENGTH."""
    return what in settings.FOUR_EYES


def require_other_selector(application: Application, *, by: Actor) -> None:
    """Raise OtherEyes where ``by`` brought the applicant up to the selection."""
    if not are_asked_for(SELECTION) or by.pk is None:
        return
    if history_of(application).filter(verb__in=BEFORE_SELECTION, actor_id=by.pk).exists():
        raise OtherEyes(_("You qualified, nominated or proposed this applicant: somebody else selects."))


def require_proposal(*, is_higher: bool, by: Actor, proposed_by: Actor | None) -> None:
    """Raise OtherEyes where a number goes up without the proposal of somebody else."""
    if not are_asked_for(STRENGTH) or by.pk is None or not is_higher:
        return
    if proposed_by is None:
        raise OtherEyes(_("A higher number is proposed by one approver and confirmed by another: propose it."))
    if proposed_by.pk == by.pk:
        raise OtherEyes(_("You proposed this number: another approver confirms it."))
