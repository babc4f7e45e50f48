"""Inviting an officer to apply: a mail that names the opening, sent once for each officer and posting."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import history_of, record_act
from core.mail.outbox import queue_mail
from core.refusals import Refusal, requires
from deployments.domain.stakes import require_another
from deployments.domain.verbs.applications import MAY_ASSESS
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.models import Application, ApplicationState, Posting
from deployments.openings.opening import current_state
from officers.models import Officer


@requires(MAY_ASSESS)
@transaction.atomic
def invite(officer: Officer, *, by: Actor, posting: Posting) -> None:
    """Queue a mail that invites ``officer`` to apply for ``posting``, and record it with the officer.

    Raises:
        NotPermitted: the actor does not assess applicants, or is the officer.
        Refusal: the posting takes no applications now, the officer applied already, or was invited before.

    """
    require_another(by, officer)
    Officer.objects.select_for_update(of=("self",)).get(pk=officer.pk)
    if not current_state(posting, now=timezone.now()).takes_applications:
        raise Refusal(_("This opening takes no applications now."), code="opening_closed", field="posting")
    running = Application.objects.filter(officer=officer, posting=posting, state__in=ApplicationState.running_states())
    if running.exists():
        raise Refusal(_("%(officer)s has applied already.") % {"officer": officer}, code="applied")
    if history_of(officer).filter(verb=CandidateVerb.INVITE, detail__posting=posting.reference).exists():
        raise Refusal(_("%(officer)s was invited before.") % {"officer": officer}, code="invited")
    record_act(officer, CandidateVerb.INVITE, by=by, posting=posting.reference)
    queue_mail(to=officer.user, template="deployments/invitation", context={"posting": posting})
