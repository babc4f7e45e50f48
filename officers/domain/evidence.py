"""The document that shows a qualification: one for each, handed in by the officer, read by the desk when it verifies."""

from django.db import transaction

from core.actors import Actor
from core.files.uploads import checked, discard, files_with_rows
from core.generics import Upload
from core.history.acts import record_act
from officers.domain.ownership import require_self
from officers.domain.verbs import QualificationVerb
from officers.models import QualificationEvidence, QualificationGrant


def attach_evidence(grant: QualificationGrant, *, by: Actor, upload: Upload) -> QualificationEvidence:
    """Add the document, in place of the one that was there; a verification was of that one, and ends.

    Raises NotPermitted for anybody but the officer, and what core.files.uploads.checked raises.
    """
    require_self(by, grant.officer)
    return put_evidence(grant, by=by, upload=upload)


def put_evidence(grant: QualificationGrant, *, by: Actor, upload: Upload) -> QualificationEvidence:
    """The same for whoever the caller lets do it."""
    values = checked(upload)  # before the lock: opening a document takes its time
    with files_with_rows() as keep:
        standing = _locked(grant)
        same = QualificationEvidence.objects.filter(
            grant=standing, sha256=values["sha256"], name=values["name"]
        ).first()
        if same:  # a browser that got no answer sends the same once more
            return same
        discard_evidence(standing)
        made = QualificationEvidence(grant=standing, **values)
        keep(made)
        _to_be_verified_again(standing)
        record_act(standing, QualificationVerb.ATTACH_EVIDENCE, by=by, document=made.pk, size=made.size)
    return made


@transaction.atomic
def remove_evidence(grant: QualificationGrant, *, by: Actor) -> None:
    """Take the document back, and a verification with it. Raises NotPermitted for anybody but the officer."""
    require_self(by, grant.officer)
    standing = _locked(grant)
    if discard_evidence(standing):
        _to_be_verified_again(standing)
        record_act(standing, QualificationVerb.REMOVE_EVIDENCE, by=by)


def discard_evidence(grant: QualificationGrant) -> bool:
    """Delete the document, if there is one; whether there was."""
    found = QualificationEvidence.objects.filter(grant=grant).first()
    if found:
        discard(found)
    return found is not None


def _locked(grant: QualificationGrant) -> QualificationGrant:
    """The grant read anew, locked so that no verification comes in between."""
    return QualificationGrant.objects.select_for_update().get(pk=grant.pk)


def _to_be_verified_again(grant: QualificationGrant) -> None:
    if grant.verified_at:
        grant.verified_by = grant.verified_at = None
        grant.save()
