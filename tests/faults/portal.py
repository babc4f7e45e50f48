"""The portal as it is served: gunicorn with the portal's own settings, on a database of its own."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from scripts.catalogues import ROOT


class Served:
    """A running portal; ``get`` and ``post`` answer status, seconds and body (status 0 where the line was cut)."""

    def __init__(self, port: int, process: subprocess.Popen) -> None:
        self.port, self.process = port, process
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> tuple[int, float, str]:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict, **headers: str) -> tuple[int, float, str]:
        self.cookies.setdefault("csrftoken", "a" * 32)
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]})
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def sign_in(self, email: str, password: str = "demo-Portal-2026") -> int:
        return self.post("/en/accounts/login/", {"login": email, "password": password})[0]

    def _ask(self, method: str, path: str, body: str | None, headers: dict) -> tuple[int, float, str]:
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            line.request(method, path, body, {"Cookie": cookies, **headers})
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return 0, time.monotonic() - began, ""
        finally:
            line.close()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, time.monotonic() - began, text


@contextmanager
def served(folder: Path, database_url: str, *, workers: int = 2, **environment: str) -> Iterator[Served]:
    """Migrates, loads first data and demonstration, and serves with so many processes."""
    seen = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url,
        "SECRET_KEY": "proof " * 12,
        "MEDIA_ROOT": str(folder / "media"),
        "STAFF_MFA_REQUIRED": "0",
        "EMAIL_URL": f"filemail:///{str(folder / 'mail').lstrip('/')}",
        "LOGIN_RATE": "100000/m",
        **environment,
    }
    prepared = subprocess.run(
        [sys.executable, "-m", "config.prepare"], cwd=ROOT, env=seen, capture_output=True, text=True
    )
    assert prepared.returncode == 0, prepared.stderr
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", f"--workers={workers}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=seen, stderr=log)
    portal = Served(port, process)
    until = time.monotonic() + 60
    while portal.get("/healthz")[0] != 200:
        assert time.monotonic() < until, re.sub(r"\n+", "\n", (folder / "log").read_text())[-2000:]
        time.sleep(0.2)
    try:
        yield portal
    finally:
        process.terminate()
        process.wait(timeout=40)
