"""Uploads on the disk: a file is there whole and written through, or it is not there."""

import contextlib
import os

from django.core.files.storage import FileSystemStorage

from core.generics import AnyFile


class WholeFileStorage(FileSystemStorage):
    """Django's own; of a file that could not be written to its end nothing is left."""

    def _save(self, name: str, content: AnyFile) -> str:
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]
            with self.open(saved) as written:
                os.fsync(written.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                self.delete(name)
            raise
        return saved
