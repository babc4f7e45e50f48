"""Documents that people hand in: checked by content, kept under a random name, given out only as a download."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.files.bounded import NO_TURN, Bounds, NoTurn, OutOfBounds, messages_of
from core.files.scanning import check_given_out
from core.generics import Upload
from core.models import Document
from core.refusals import Refusal
from core.text.folded import size_in_words
from core.text.validators import without_disguises

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {".pdf": "application/pdf", ".docx": DOCX, ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
# What core.parsing.documents, which looks into them, calls the kinds.
LOOKED_INTO = {"application/pdf": "pdf", DOCX: "docx", "image/jpeg": "jpeg", "image/png": "png"}
FAULTS = {
    "kind": (
        "file_kind",
        _("Only PDF, DOCX, JPEG and PNG files are taken, and the content must be what the name says."),
    ),
    "unreadable": ("file_damaged", _("The file is damaged and cannot be opened. Save or scan it again.")),
    "password": ("file_locked", _("The file is protected by a password. Save it without protection.")),
    "active": (
        "file_active",
        _(
            "The document contains something that could act by itself: a script, a program, another file, or a form that"
            " sends data. Print it as a new PDF and upload that one."
        ),
    ),
    "unusual": (
        "file_unusual",
        _("The document is saved in a manner that cannot be checked. Print it as a new PDF and upload that one."),
    ),
    "too_much": ("file_too_much", _("The file unpacks to more than can be opened here. Save it in a smaller form.")),
}


class TryLater(Refusal):
    """Too many files were being opened for this one to have its turn."""

    code = "busy"
    status = 503


def checked(upload: Upload) -> dict[str, Any]:
    """The values of a ``Document`` for what was handed in.

    Raises Refusal, for the field "document", where it is empty, too large, of another kind than KINDS, not what its
    name says, damaged, locked, or holds something that acts by itself; TryLater where too many others are opened.
    """
    if not upload.size:
        raise Refusal(_("The file is empty."), code="empty_file", field="document")
    if upload.size > settings.MAX_DOCUMENT_BYTES:
        words = gettext("The file is larger than %(size)s.") % {"size": size_in_words(settings.MAX_DOCUMENT_BYTES)}
        raise Refusal(words, code="file_too_large", field="document")
    name = without_disguises(PurePath((upload.name or "").replace("\\", "/")).name)[-200:]
    media_type = KINDS.get(PurePath(name).suffix.lower(), "")
    if fault := _fault(upload, media_type):
        code, reason = FAULTS[fault]
        raise Refusal(reason, code=code, field="document")
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
    """Delete the record now, and the file, where there still is one, with the commit."""
    forget = deletion_of(document)
    document.delete()
    transaction.on_commit(forget)


def deletion_of(document: Document) -> Callable[[], None]:
    """What deletes the file that the document has now, for whenever its row says so."""
    stored, storage = str(document.file.name or ""), document.file.storage
    return lambda: storage.delete(stored) if stored else None


def download(document: Document) -> FileResponse:
    """The document as an attachment that no browser opens by itself.

    Raises Refusal while it waits for the scanner, and for one in which the scanner found something.
    """
    check_given_out(document)
    response = FileResponse(document.file.open("rb"), as_attachment=True, filename=document.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return response


def _fault(upload: Upload, media_type: str) -> str:
    """What is wrong with the content, a key of FAULTS, as a process with limits of its own finds; "" for nothing."""
    if media_type not in LOOKED_INTO:
        return "kind"
    upload.seek(0)
    content = upload.read()
    bounds = Bounds(seconds=30, processor=10, megabytes=256 + 4 * len(content) // 1024**2, output=1)
    try:
        answers = list(messages_of("core.parsing.documents", content, LOOKED_INTO[media_type], bounds=bounds))
    except NoTurn as error:
        raise TryLater(NO_TURN, field="document") from error
    except OutOfBounds:
        return "too_much"
    return str(answers[0].get("fault", ""))
