"""A kept page, and where pages are kept: in the process, and in a folder that all processes of a machine share."""

import contextlib
import fcntl
import gzip
import hashlib
import json
import os
import tempfile
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from config.kept.versions import Versions

STRIPES = 64
PATIENCE = 5.0  # seconds that a request waits for another one that makes the same page


@dataclass(frozen=True)
class KeptPage:
    """A whole answer, compressed, with the versions that it was made from.

    ``room`` is None where the page shows no room.
    """

    body: bytes
    headers: dict[str, str]
    etag: str
    made_at: int  # whole seconds, rounded up: what is made later always has a later one
    until: float
    release: str
    content: str
    room: int | None

    def stands(self, versions: Versions, release: str, now: float) -> bool:
        """Whether it is what would be made anew."""
        return (
            self.content == versions.content
            and self.room in (None, versions.room)
            and self.release == release
            and now < self.until
        )

    def to_bytes(self) -> bytes:
        about = {name: value for name, value in asdict(self).items() if name != "body"}
        return json.dumps(about).encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, stored: bytes) -> "KeptPage":
        about, _, body = stored.partition(b"\n")
        return cls(body=body, **json.loads(about))


def made(page: bytes, headers: dict[str, str], *, at: float, **about: Any) -> KeptPage:
    """The page with its validators. The same content has the same ETag in every process."""
    body = gzip.compress(page, mtime=0)
    etag = f'W/"{hashlib.sha256(page).hexdigest()[:32]}"'
    return KeptPage(body=body, headers=headers, etag=etag, made_at=int(at) + 1, **about)


class Folder:
    """Files by key, at most ``most``: the longest unused go first. A folder that cannot be written to keeps nothing."""

    def __init__(self, path: Path, most: int) -> None:
        self.path, self.most = path, most

    def get(self, key: str) -> KeptPage | None:
        try:
            return KeptPage.from_bytes((self.path / key).read_bytes())
        except (OSError, ValueError, TypeError):
            return None

    def put(self, key: str, page: KeptPage) -> None:
        with contextlib.suppress(OSError):
            self.path.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.path, prefix=".", delete=False) as file:
                file.write(page.to_bytes())
            Path(file.name).replace(self.path / key)
            self._make_room()

    def _make_room(self) -> None:
        kept = [entry for entry in os.scandir(self.path) if not entry.name.startswith(".")]
        if len(kept) > self.most:
            ages = sorted((entry.stat().st_mtime, entry.path) for entry in kept)
            for _age, path in ages[: len(kept) - self.most]:
                Path(path).unlink(missing_ok=True)

    @contextlib.contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """One process and thread at a time makes a page; after PATIENCE seconds the others no longer wait."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = (self.path / f".lock-{int(key[:8], 16) % STRIPES}").open("w")
        except OSError:
            yield
            return
        with file:
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    time.sleep(0.005)
            yield


class Memory:
    """The pages asked for last in this process, at most ``most``."""

    def __init__(self, most: int) -> None:
        self.most, self.pages, self.lock = most, OrderedDict[str, KeptPage](), Lock()

    def get(self, key: str) -> KeptPage | None:
        return self.pages.get(key)

    def put(self, key: str, page: KeptPage) -> None:
        with self.lock:
            self.pages[key] = page
            self.pages.move_to_end(key)
            while len(self.pages) > self.most:
                self.pages.popitem(last=False)
