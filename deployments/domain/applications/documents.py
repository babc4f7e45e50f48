"""Documents handed in with an application (core.files.uploads says which, and how they are kept)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import SYSTEM, Actor
from core.files.uploads import checked, discard, files_with_rows
from core.generics import Upload
from core.history.acts import record_act
from core.models import Document
from core.refusals import Refusal
from deployments.domain.application_moves import lock
from deployments.domain.verbs.applications import EDITABLE, ApplicationVerb
from deployments.models import Application, ApplicationDocument, DocumentKind
from officers.domain.ownership import require_self, requires_self

__all__ = ["attach_document", "remove_document"]


@requires_self
def attach_document(
    application: Application, *, by: Actor, upload: Upload, kind: str = DocumentKind.OTHER
) -> ApplicationDocument:
    """Add a document to a draft or a submitted application; one that is there already is not added again.

    A browser that got no answer sends the same once more.

    Raises: NotPermitted, and Refusal for an unknown kind, an empty, too large or too many a file, one of another kind, or one whose
    content is not what its name says.
    """
    values = checked(upload)  # before the lock: opening a document takes its time
    with files_with_rows() as keep:
        return _attach(application, by, values, kind, keep)


def _attach(
    application: Application, by: Actor, values: dict[str, Any], kind: str, keep: Callable[[Document], None]
) -> ApplicationDocument:
    _lock_editable(application)
    if kind not in DocumentKind.values:
        raise Refusal(_("Say what the document is."), code="bad_value", field="document_kind")
    same = application.documents.filter(sha256=values["sha256"], name=values["name"]).first()
    if same:
        return same
    if application.documents.count() >= settings.MAX_DOCUMENTS:
        raise Refusal(
            _("An application holds at most %(n)d documents.") % {"n": settings.MAX_DOCUMENTS},
            code="too_many_documents",
            field="document",
        )
    made = ApplicationDocument(application=application, kind=kind, **values)
    keep(made)
    record_act(application, ApplicationVerb.ATTACH, by=by, document=made.pk, size=made.size)
    return made


@transaction.atomic
def remove_document(document: ApplicationDocument, *, by: Actor) -> None:
    """Take a document back, while the application can be changed.

    Raises: NotPermitted, and Refusal for an application that has moved on.
    """
    application = document.application
    require_self(by, application.officer)
    _lock_editable(application)
    record_act(application, ApplicationVerb.REMOVE_DOCUMENT, by=by, document=document.pk)
    discard(document)


def _lock_editable(application: Application) -> None:
    """Documents of one application are counted and changed in turn. Raise Refusal where it has moved on."""
    lock(application, by=SYSTEM)
    if application.state not in EDITABLE:
        raise Refusal(_("The application has moved on and can no longer be changed."), code="moved_on")
