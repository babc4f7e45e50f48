"""Staff verify what an officer says to hold: an act with who and when."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.files.scanning import check_given_out
from core.history.acts import record_act
from core.refusals import NotPermitted, Refusal, StalePage, requires
from officers.domain.ownership import is_self
from officers.domain.verbs import MAY_VERIFY, QualificationVerb
from officers.models import QualificationEvidence, QualificationGrant


def version_of(grant: QualificationGrant) -> str:
    """Names the state of the grant and its evidence that a page shows; any later change has another one."""
    evidence = QualificationEvidence.objects.filter(grant=grant).values_list("pk", flat=True).first()
    return f"{grant.history.latest().history_id}-{evidence or 'none'}"


@requires(MAY_VERIFY)
@transaction.atomic
def verify(grant: QualificationGrant, *, by: Actor, seen: str = "") -> None:
    """Record that ``by`` saw the evidence. ``seen`` is the version that the page showed (``version_of``).

    Raises NotPermitted, StalePage if the officer changed the grant since, or Refusal if it is verified already, or while
    nobody is given the evidence (core.files.scanning).
    """
    standing = _locked(grant, seen, by)
    if standing.verified_at:
        raise Refusal(_("This qualification is verified already."), code="verified")
    if evidence := QualificationEvidence.objects.filter(grant=standing).first():
        check_given_out(evidence)
    standing.verified_by_id, standing.verified_at = by.pk, timezone.now()
    standing.save()
    record_act(standing, QualificationVerb.VERIFY, by=by)


@requires(MAY_VERIFY)
@transaction.atomic
def withdraw_verification(grant: QualificationGrant, *, by: Actor, reason: str, seen: str = "") -> None:
    """Take a verification back. Raises NotPermitted, StalePage, or Refusal if there is none or no reason is given."""
    if not reason.strip():
        raise Refusal(_("Give the reason."), code="no_reason", field="reason")
    standing = _locked(grant, seen, by)
    if not standing.verified_at:
        raise Refusal(_("This qualification is not verified."), code="not_verified")
    standing.verified_by = standing.verified_at = None
    standing.save()
    record_act(standing, QualificationVerb.WITHDRAW_VERIFICATION, by=by, reason=reason)


def _locked(grant: QualificationGrant, seen: str, by: Actor) -> QualificationGrant:
    standing = QualificationGrant.objects.select_for_update().select_related(None).get(pk=grant.pk)
    if is_self(by, standing.officer):
        raise NotPermitted
    if seen and version_of(standing) != seen:
        raise StalePage(_("The officer changed this qualification after the page was shown. Look at it again."))
    return standing
