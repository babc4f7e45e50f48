"""gunicorn's worker of threads, with four habits of the portal.

- No thread waits for a client that says nothing yet: the poller does.
- Whoever watches the portal has a lane of its own, so that /healthz is answered while every thread waits.
- When it is told to end, it goes on for a moment, then takes no more acts while pages are still read, also after an act
  that took its time, takes what waits in the backlog, and only then closes the door: the page after an act is read, and
  nobody who was let in is sent away.
- What it cannot read as a request is answered in both languages, with the headers of every answer.
"""

import contextlib
import socket
import time
from concurrent import futures
from functools import partial
from select import select
from selectors import EVENT_READ
from types import FrameType
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from config.ending import acts, acts_are_over
from config.headers import of_every_answer

# Seconds: in which a client has to begin its request; for which a worker that ends still takes acts, and then still
# serves pages, counted anew from the answer to the last act, up to the longest end (gunicorn kills after thirty); and for
# which it waits for clients that say nothing.
FIRST_WORD, LAST_ACTS, LAST_PAGES, LONGEST_END, LAST_WORD = 10.0, 0.5, 1.5, 20.0, 1.0
LANES = (b"/healthz", b"/readyz", b"/metrics")
LONGEST_HEAD = 8192
# By the status that gunicorn found; nothing of the request is said again.
TOO_LONG = "This request is too long. / Cette demande est trop longue.\n"
UNREADABLE = "The portal cannot read this request. / Le portail ne peut pas lire cette demande.\n"
WORDS = {b"414": TOO_LONG, b"431": TOO_LONG}


class Worker(ThreadWorker):
    """Set as ``worker_class`` in gunicorn.conf.py."""

    ends_at: float | None = None
    ends_at_last = 0.0

    def init_process(self) -> None:
        self.lanes: dict[bytes, futures.ThreadPoolExecutor] = {path: futures.ThreadPoolExecutor(1) for path in LANES}
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
            client, address = listener.accept()
            self.nr_conns += 1
            connection = TConn(self.cfg, client, address, listener.getsockname())
            connection.timeout = time.monotonic() + FIRST_WORD
            self.pending_conns.append(connection)
            self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def enqueue_req(self, conn: TConn) -> None:
        pool = self.lanes.get(watched_page(conn.sock)) or self.tpool
        assert pool is not None  # made in init_process
        done = pool.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        super().handle_error(req, _InPlainWords(client), addr, exc)

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        """SIGTERM: the end begins."""
        if self.ends_at is None:
            self.ends_at = time.monotonic() + LAST_ACTS + LAST_PAGES
            self.ends_at_last = time.monotonic() + LONGEST_END
            self.method_queue.defer(lambda: None)

    def notify(self) -> None:
        super().notify()
        if self.ends_at is None:
            return
        left = self.ends_at - time.monotonic()
        if left <= LAST_PAGES:
            acts_are_over.set()
            self.ends_at = max(self.ends_at, min(acts.latest() + LAST_PAGES, self.ends_at_last))
        if self.ends_at <= time.monotonic():
            self.alive = False

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(timeout if self.ends_at is None else min(timeout, 0.1))

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            self._take_who_waits(listener)
            listener.close()
        for connection in self.pending_conns:
            connection.timeout = min(connection.timeout, time.monotonic() + LAST_WORD)

    def _take_who_waits(self, listener: socket.socket) -> None:
        """Take every connection that is complete; one that its client gave up by now does not hide those behind it."""
        while select([listener], [], [], 0)[0]:
            self.accept(listener)


class _InPlainWords:
    """A client's socket, to which gunicorn's page about an error is sent as a line of plain text."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def sendall(self, page: bytes) -> None:
        first = page.partition(b"\r\n")[0]
        words = WORDS.get(first.split(b" ")[1], UNREADABLE).encode()
        headers = of_every_answer() | {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(words))}
        lines = [f"{name}: {value}\r\n" for name, value in {**headers, "Connection": "close"}.items()]
        self._client.sendall(first + b"\r\n" + "".join(lines).encode("latin1") + b"\r\n" + words)


def watched_page(client: socket.socket) -> bytes:
    """The path that the waiting request asks for, where its whole head is there, else nothing; it stays unread."""
    try:
        head = client.recv(LONGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return b""
    words = head[:100].split(b" ", 2)
    if len(words) < 3 or words[0] not in {b"GET", b"HEAD"} or b"\r\n\r\n" not in head:
        return b""
    return words[1]
