"""A TCP proxy of one's own before PostgreSQL: it passes everything on, refuses, falls silent, or drops every line."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Proxy:
    """``mood``: "passes", "refuses" (nobody listens) or "silent" (takes what comes and passes nothing on)."""

    def __init__(self, target: tuple[str, int] | str) -> None:
        self.target = target
        self.mood = "passes"
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=128)
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ)
        return listener

    def _run(self) -> None:
        while not self._stop.is_set():
            self._follow_the_mood()
            for key, _events in self._selector.select(0.02):
                if key.fileobj is self._listener:
                    self._accept()
                elif self.mood == "passes":
                    self._pass_on(key.fileobj)
            if self.mood == "silent":
                self._stop.wait(0.02)
        self.drop()
        self._listener.close()

    def _follow_the_mood(self) -> None:
        listens = self._listener.fileno() != -1
        if self.mood == "refuses" and listens:
            self._selector.unregister(self._listener)
            self._listener.close()
            self.drop()
        elif self.mood != "refuses" and not listens:
            self._listener = self._listen(self.port)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            client, _address = self._listener.accept()
            family = socket.AF_UNIX if isinstance(self.target, str) else socket.AF_INET
            server = socket.socket(family)
            server.connect(self.target)
            for one, other in ((client, server), (server, client)):
                one.setblocking(True)
                self._pairs[one] = other
                self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, source: socket.socket) -> None:
        if source not in self._pairs:
            return
        try:
            if data := source.recv(65536):
                self._pairs[source].sendall(data)
                return
        except OSError:
            pass
        self._end(source)

    def _end(self, one: socket.socket) -> None:
        for each in (one, self._pairs.pop(one, None)):
            if each is not None and each.fileno() != -1:
                self._selector.unregister(each)
                self._pairs.pop(each, None)
                each.close()

    def drop(self) -> None:
        """Ends every connection, as a server that is shut down does."""
        for one in list(self._pairs):
            self._end(one)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()


@contextmanager
def before(target: tuple[str, int] | str) -> Iterator[Proxy]:
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
