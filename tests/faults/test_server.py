"""The worker of gunicorn: who watches is answered while every thread is taken, and nobody is sent away at the end."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from runpy import run_path

import pytest

from config.headers import ALWAYS
from scripts.catalogues import ROOT

THREADS = 2


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def ask(port: int, path: str, timeout: float = 20) -> tuple[int, float]:
    """The status of the answer (0 where the line was cut) and the seconds that it took."""
    started = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        line.request("GET", path)
        return line.getresponse().status, time.monotonic() - started
    except (OSError, http.client.HTTPException):
        return 0, time.monotonic() - started
    finally:
        line.close()


@pytest.fixture(params=["config.server.Worker"])
def server(request) -> Iterator[tuple[subprocess.Popen, int]]:
    port = free_port()
    command = ["-m", "gunicorn", "tests.faults.slow_app", "-k", request.param, "--bind", f"127.0.0.1:{port}"]
    options = ["--workers", "1", "--threads", str(THREADS), "-c", os.devnull]
    process = subprocess.Popen([sys.executable, *command, *options], cwd=ROOT, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while ask(port, "/")[0] != 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    yield process, port
    process.kill()
    process.wait()


def all_at_once(port: int, path: str, count: int) -> tuple[list[threading.Thread], list[int]]:
    """So many ask for ``path``; the threads, and where their statuses appear."""
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(ask(port, path)[0])) for _ in range(count)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    return threads, statuses


def health_while_all_are_busy(port: int) -> float:
    threads, _statuses = all_at_once(port, "/slow", 2 * THREADS)
    status, seconds = ask(port, "/healthz")
    for thread in threads:
        thread.join()
    assert status == 200
    return seconds


def test_who_watches_is_answered_while_every_thread_is_taken(server):
    assert health_while_all_are_busy(server[1]) < 0.5


@pytest.mark.parametrize("server", ["gthread"], indirect=True)
def test_control_gunicorns_own_worker_lets_the_watch_wait(server):
    assert health_while_all_are_busy(server[1]) > 0.5


def test_silent_clients_take_no_thread(server):
    lines = [socket.create_connection(("127.0.0.1", server[1])) for _ in range(3 * THREADS)]
    status, seconds = ask(server[1], "/")
    assert (status, seconds < 0.5) == (200, True)
    for line in lines:
        line.close()


def cut_off(server) -> int:
    """Of those who wait, and of those who come in the moment after, how many are cut off at SIGTERM."""
    process, port = server
    threads, statuses = all_at_once(port, "/slow", 3 * THREADS)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    after, later = all_at_once(port, "/page-after-the-act", 3)
    for thread in (*threads, *after):
        thread.join()
    process.wait(timeout=30)
    return (statuses + later).count(0)


def test_nobody_is_cut_off_at_the_end(server):
    assert cut_off(server) == 0


@pytest.mark.parametrize("server", ["gthread"], indirect=True)
def test_control_gunicorns_own_worker_cuts_off(server):
    assert cut_off(server) > 0


def page_after(server, act: str) -> int:
    """The status of the page that is asked for after an act which is answered late after SIGTERM."""
    process, port = server
    threads, statuses = all_at_once(port, act, 1)
    process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    assert statuses == [200]
    time.sleep(0.2)
    status = ask(port, "/page-after-the-act")[0]
    process.wait(timeout=30)
    return status


def test_the_page_after_a_slow_act_is_read_at_the_end(server):
    assert page_after(server, "/act") == 200


def test_acts_that_are_refused_do_not_keep_a_process_from_ending(server):
    process, port = server
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    while ask(port, "/next-act", timeout=5)[0] == 200:
        assert time.monotonic() - began < 6
    assert process.wait(timeout=10) == 0


def test_control_after_an_act_of_which_the_worker_does_not_know_the_door_is_closed(server):
    assert page_after(server, "/act-that-is-not-counted") == 0


UNREADABLE = {
    b"GET /?q=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n": 414,
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 20_000 + b"\r\n\r\n": 431,
    b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n": 400,
    b"nonsense\r\n\r\n": 400,
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n": 400,
}


def test_an_address_of_many_filters_is_read():
    """As long as gunicorn allows at all, whose own limit is half of it."""
    allowed = run_path(str(ROOT / "gunicorn.conf.py"))["limit_request_line"]
    port = free_port()
    options = ["-c", os.devnull, "--bind", f"127.0.0.1:{port}", "--limit-request-line", str(allowed)]
    command = [sys.executable, "-m", "gunicorn", "tests.faults.slow_app", "-k", "config.server.Worker", *options]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while ask(port, "/")[0] != 200:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert ask(port, "/?q=" + "a" * 8000)[0] == 200
        assert ask(port, "/?q=" + "a" * 8200)[0] == 414
    finally:
        process.kill()
        process.wait()


def told(port: int, request: bytes) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the answer to something that is no request."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(request)
        with contextlib.closing(http.client.HTTPResponse(line)) as answer:
            answer.begin()
            return answer.status, dict(answer.headers), answer.read().decode()


@pytest.mark.parametrize("request_and_status", UNREADABLE.items(), ids=lambda each: each[1])
def test_what_is_no_request_is_answered_as_everything_is(server, request_and_status):
    """In both languages, with the headers of security, and without an echo of what was sent."""
    request, expected = request_and_status
    status, headers, words = told(server[1], request)
    assert status == expected
    assert headers.keys() >= ALWAYS.keys() and headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "request" in words and "demande" in words and "nonsense" not in words and "9" not in words


@pytest.mark.parametrize("server", ["gthread"], indirect=True)
def test_control_gunicorns_own_answer_has_neither(server):
    _status, headers, words = told(server[1], b"nonsense\r\n\r\n")
    assert not headers.keys() & ALWAYS.keys() and "nonsense" in words
