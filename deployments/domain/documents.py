"""Documents handed in with an application: checked by content, kept under a random name, shown only as a download."""

import io
import zipfile
from pathlib import PurePath

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.history import record_act
from core.refusals import Refusal
from deployments.domain.applications import require_self
from deployments.models import Application, ApplicationDocument, ApplicationState

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {".pdf": "application/pdf", ".docx": DOCX, ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
EDITABLE = [ApplicationState.DRAFT, ApplicationState.SUBMITTED]


@transaction.atomic
def attach(application: Application, *, by, upload: UploadedFile) -> ApplicationDocument:
    """Adds a document to a draft or a submitted application.

    Raises NotPermitted, and Refusal for an empty, too large or too many a file, one of another kind, or one whose
    content is not what its name says.
    """
    require_self(by, application.officer)
    _lock_editable(application)
    name = PurePath(upload.name.replace("\\", "/")).name.replace("\x00", "")[-200:]
    media_type = _checked(name, upload)
    if application.documents.count() >= settings.MAX_DOCUMENTS:
        raise Refusal(
            _("An application holds at most %(n)d documents.") % {"n": settings.MAX_DOCUMENTS},
            code="too_many_documents",
            field="document",
        )
    made = ApplicationDocument.objects.create(
        application=application, file=upload, name=name, media_type=media_type, size=upload.size
    )
    record_act(application, "attach", by=by, document=made.pk, size=made.size)
    return made


@transaction.atomic
def remove(document: ApplicationDocument, *, by) -> None:
    """Takes a document back, while the application can be changed. Raises NotPermitted, Refusal."""
    application = document.application
    require_self(by, application.officer)
    _lock_editable(application)
    record_act(application, "remove-document", by=by, document=document.pk)
    stored, storage = document.file.name, document.file.storage
    document.delete()
    transaction.on_commit(lambda: storage.delete(stored))


def _lock_editable(application: Application) -> None:
    """Documents of one application are counted and changed in turn. Raises Refusal where it has moved on."""
    if Application.objects.select_for_update().get(pk=application.pk).state not in EDITABLE:
        raise Refusal(_("The application has moved on and can no longer be changed."), code="moved_on")


def _checked(name: str, upload: UploadedFile) -> str:
    """The media type of ``upload``, by its name and by its content. Raises Refusal where it is none of KINDS."""
    if not upload.size:
        raise Refusal(_("The file is empty."), code="empty_file", field="document")
    if upload.size > settings.MAX_DOCUMENT_BYTES:
        raise Refusal(
            _("The file is larger than %(size)s.") % {"size": filesizeformat(settings.MAX_DOCUMENT_BYTES)},
            code="file_too_large",
            field="document",
        )
    media_type = KINDS.get(PurePath(name).suffix.lower())
    if media_type is None or media_type != _by_content(upload):
        raise Refusal(
            _("Only PDF, DOCX, JPEG and PNG files are taken, and the content must be what the name says."),
            code="file_kind",
            field="document",
        )
    return media_type


def _by_content(upload: UploadedFile) -> str:
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    if content[:4] == b"PK\x03\x04":
        return DOCX if _is_docx(content) else ""
    try:
        found = {match.mime_type for match in puremagic.magic_string(content[:65536])[:1]}
    except (puremagic.PureError, ValueError):
        return ""
    return next(iter(found & set(KINDS.values())), "")


def _is_docx(content: bytes) -> bool:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        return False
    return "word/document.xml" in names and not any(name.endswith("vbaProject.bin") for name in names)
