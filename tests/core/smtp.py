"""A mail server small enough to read, which takes mail, refuses it, hangs, or drops the line, as a test wants."""

import email
import socketserver
import threading
from contextlib import contextmanager
from email.message import Message
from typing import ClassVar


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks enough SMTP for smtplib. ``mood``: "takes", "refuses" (for good), "is busy", "hangs" (after DATA) or "drops" (after DATA)."""

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mood = "takes"
        self.taken: list[Message] = []
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer
    refusals: ClassVar = {"refuses": "550 no such mailbox person@example.org", "is busy": "450 try again later"}

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 portal test")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"RCPT" and self.server.mood in self.refusals:
                self.say(self.refusals[self.server.mood])
            elif verb == b"DATA":
                if not self.take():
                    return None
            elif verb == b"QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")
        return None

    def take(self) -> bool:
        """Whether the conversation goes on after the mail's text came in."""
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if self.server.mood == "hangs":
            self.server.closing.wait(30)
            return False
        if self.server.mood == "drops":
            return False
        self.server.taken.append(email.message_from_bytes(b"".join(lines)))
        self.say("250 taken")
        return True


@contextmanager
def mail_server():
    """A server that listens while the block runs."""
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
