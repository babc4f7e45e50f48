"""Documents that people hand in: checked by content, kept under a random name, given out only as a download."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePath
from typing import Any

import puremagic
from django.conf import settings
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from core.generics import Upload
from core.models import Document
from core.refusals import Refusal
from core.text.folded import size_in_words
from core.text.validators import without_disguises

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {".pdf": "application/pdf", ".docx": DOCX, ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


def checked(upload: Upload) -> dict[str, Any]:
    """The values of a ``Document`` for what was handed in.

    Raises Refusal, for the field "document", where it is empty, too large, of another kind than KINDS, or where its
    content is not what its name says.
    """
    if not upload.size:
        raise Refusal(_("The file is empty."), code="empty_file", field="document")
    if upload.size > settings.MAX_DOCUMENT_BYTES:
        raise Refusal(
            _("The file is larger than %(size)s.") % {"size": size_in_words(settings.MAX_DOCUMENT_BYTES)},
            code="file_too_large",
            field="document",
        )
    name = without_disguises(PurePath((upload.name or "").replace("\\", "/")).name)[-200:]
    media_type = KINDS.get(PurePath(name).suffix.lower())
    if media_type is None or media_type != _by_content(upload):
        raise Refusal(
            _("Only PDF, DOCX, JPEG and PNG files are taken, and the content must be what the name says."),
            code="file_kind",
            field="document",
        )
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    return {"file": upload, "name": name, "media_type": media_type, "size": upload.size, "sha256": digest}


@contextmanager
def files_with_rows() -> Iterator[Callable[[Document], None]]:
    """A transaction, and the function that saves a document in it: file and row are there together, or neither."""
    kept: list[Document] = []

    def keep(document: Document) -> None:
        kept.append(document)
        document.save()

    try:
        with transaction.atomic():
            yield keep
    except BaseException:
        for document in kept:
            with suppress(OSError):
                document.file.storage.delete(str(document.file.name))
        raise


def discard(document: Document) -> None:
    """Deletes the record now, and the file with the commit."""
    stored, storage = str(document.file.name), document.file.storage
    document.delete()
    transaction.on_commit(lambda: storage.delete(stored))


def download(document: Document) -> FileResponse:
    """The document as an attachment that no browser opens by itself."""
    response = FileResponse(document.file.open("rb"), as_attachment=True, filename=document.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return response


def _by_content(upload: Upload) -> str:
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
