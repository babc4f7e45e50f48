"""Servers and their load: gunicorn with the portal's own settings, and how many answers a second it gives."""

import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.catalogues import ROOT

CONNECTIONS = 4


def environment(database: str, **more: str) -> dict[str, str]:
    """What a server in the bench's own PostgreSQL is started with."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"postgres://postgres@/{database}",
        "PGHOST": os.environ["PORTAL_TEST_SOCKET"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "bench " * 12,
        "LOG_LEVEL": "WARNING",
        **more,
    }


@dataclass(frozen=True)
class Server:
    """A gunicorn with two processes, and the PostgreSQL that they ask."""

    port: int
    master: int

    def used(self) -> dict[Path, int]:
        """Nanoseconds that each thread of its processes and of the database has used; the bench's own are not counted."""
        used = {}
        for pid in (*children(self.master), *children(_postmaster())):
            for each in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                with suppress(OSError):  # a thread that has just ended
                    used[each] = int(each.read_text().split()[0])
        return used


@contextmanager
def server(application: str, folder: Path, seen: dict[str, str]) -> Iterator[Server]:
    """Serves ``application`` as ``make run`` does. The door is open before: who comes early waits."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", application, "--bind", f"fd://{door.fileno()}"]
        with (folder / f"log-{port}").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=seen, stderr=log, pass_fds=[door.fileno()])
    try:
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=40)


def _postmaster() -> int:
    return int((Path(os.environ["PORTAL_TEST_SOCKET"]) / "postmaster.pid").read_text().split()[0])


def children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def question(path: str, **headers: str) -> bytes:
    """A GET as a browser sends it."""
    lines = {"Host": "127.0.0.1", "Accept-Encoding": "gzip", "Accept-Language": "en", **headers}
    return "".join(
        [
            f"GET {path} HTTP/1.1\r\n",
            *(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items()),
            "\r\n",
        ]
    ).encode()


def answer(port: int, asked: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in small letters) and body of one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(asked)
        head, body = _read(line, b"")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
        while len(body) < _length(head):
            body += line.recv(65536)
    return int(first.split()[1]), headers, body


def _read(line: socket.socket, got: bytes) -> tuple[bytes, bytes]:
    while b"\r\n\r\n" not in got:
        more = line.recv(65536)
        assert more, "the line was cut"
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    return head, body


def _length(head: bytes) -> int:
    if b" 304 " in head[:16]:
        return 0
    _, found, rest = head.lower().partition(b"content-length:")
    assert found, head
    return int(rest.partition(b"\r\n")[0])


@dataclass(frozen=True)
class Load:
    """How fast a server answered one question: answers a second, and a second of processor time."""

    by_clock: float
    by_processor: float


def load(of: Server, asked: bytes, answers: int, status: int = 200) -> Load:
    """Asks ``answers`` times, over CONNECTIONS lines that each ask again as soon as they were answered."""
    poller, sent = selectors.DefaultSelector(), 0
    lines = [socket.create_connection(("127.0.0.1", of.port), timeout=30) for _ in range(CONNECTIONS)]
    expected = f"HTTP/1.1 {status} ".encode()
    before, began = of.used(), time.monotonic()
    for line in lines:
        poller.register(line, selectors.EVENT_READ, bytearray())
        line.sendall(asked)
        sent += 1
    count = 0
    while count < answers:
        for key, _ in poller.select(30):
            line, got = key.fileobj, key.data
            more = line.recv(262144)
            assert more, "the line was cut"
            got += more
            head, found, body = bytes(got).partition(b"\r\n\r\n")
            if not found or len(body) < _length(head):
                continue
            assert got.startswith(expected), bytes(got[:200])
            got.clear()
            count += 1
            if sent < answers:
                line.sendall(asked)
                sent += 1
    took = time.monotonic() - began
    used = sum(after - before.get(thread, 0) for thread, after in of.used().items()) / 1e9
    for line in lines:
        line.close()
    return Load(answers / took, answers / used)
