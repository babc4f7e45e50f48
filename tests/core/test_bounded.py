"""What strangers send is opened in a process with limits: whatever it does there, the portal gets an answer in time."""

import contextlib
import gc
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from core.database import patience
from core.files import bounded, uploads
from core.files.bounded import Bounds, NoTurn, OutOfBounds, messages_of
from core.tabular import reading, table
from core.tabular.problems import FileRefused

MODULE = "tests.core.greedy"


def answer(what: str, **bounds) -> list:
    return list(messages_of(MODULE, b"data", what, bounds=Bounds(**bounds)))


def test_the_module_gets_the_data_as_a_file_and_answers_in_lines():
    assert answer("echo") == [["data", True]]


@pytest.mark.parametrize(
    ("what", "bounds"),
    [
        ("sleep", {"seconds": 0.5}),
        ("spin", {"processor": 1, "seconds": 20}),
        ("memory", {"megabytes": 120}),
        ("write", {}),
        ("talk", {"output": 1}),
        ("crash", {}),
        ("nonsense", {}),
        ("silence", {}),
    ],
)
def test_whoever_takes_more_than_the_bounds_is_ended(what, bounds):
    started = time.perf_counter()
    with pytest.raises(OutOfBounds):
        answer(what, **bounds)
    assert time.perf_counter() - started < 10


def test_without_the_limit_the_memory_is_there():
    assert answer("memory", megabytes=1_000) == [[400_000_000]]


def test_a_reader_that_stops_ends_the_process():
    messages = messages_of(MODULE, b"data", "talk")
    first = next(messages)
    messages.close()
    assert not Path(f"/proc/{first[0]}").exists()


def children() -> set[int]:
    """The processes that this one has started and not waited for: those that ended stay until then."""
    return {int(pk) for task in Path("/proc/self/task").iterdir() for pk in (task / "children").read_text().split()}


@contextlib.contextmanager
def as_it_was(process, seconds):
    """The control: what is done at the end begins after the clock, which may fail."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    yield process


@pytest.mark.parametrize("protected", [True, False])
def test_a_process_is_waited_for_where_no_thread_can_be_started(monkeypatch, protected):
    """Else it goes on by itself, and stays in the table of processes. The control is the code without the protection."""
    if not protected:
        monkeypatch.setattr(bounded, "_ended_at_last", as_it_was)
    before, started, start = children(), [], bounded._start

    def noted(*args):
        started.append(start(*args))
        return started[-1]

    def fail(timer):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(bounded, "_start", noted)
    with monkeypatch.context() as without_threads:
        without_threads.setattr(threading.Timer, "start", fail)
        with pytest.raises(RuntimeError):
            answer("sleep")
    assert (children() == before) is protected
    started[0].kill()
    started[0].wait()
    started[0].stdout.close()
    assert answer("echo") == [["data", True]], "and its turn is free again"


def test_few_run_at_the_same_time_and_the_others_wait_their_turn(monkeypatch):
    running, most, start = 0, 0, bounded._start
    lock = threading.Lock()

    def counted(*args):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        return start(*args)

    def ask() -> None:
        nonlocal running
        messages = messages_of(MODULE, b"data", "echo")
        assert next(messages) == ["data", True]
        with lock:
            running -= 1
        messages.close()

    monkeypatch.setattr(bounded, "_start", counted)
    threads = [threading.Thread(target=ask) for _n in range(3 * bounded.SLOTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (most, running) == (bounded.SLOTS, 0)


def test_who_waits_too_long_for_a_turn_is_told_to_try_again(monkeypatch):
    monkeypatch.setattr(bounded, "TURN", 0.05)
    with contextlib.ExitStack() as held:
        for _n in range(bounded.SLOTS):
            next(held.enter_context(contextlib.closing(messages_of(MODULE, b"data", "talk"))))
        with pytest.raises(NoTurn):
            answer("echo")
        with pytest.raises(uploads.TryLater, match="try again") as told:
            uploads.checked(SimpleUploadedFile("a.png", b"x"))
        assert (told.value.status, told.value.code, told.value.field) == (503, "busy", "document")
        with pytest.raises(FileRefused, match="try again"):
            list(reading.parts_of(b"a;b", set()))
    assert answer("echo") == [["data", True]], "a turn that was given back is free again"


@pytest.mark.parametrize("is_counted", [False, True])
def test_what_it_takes_is_not_waiting_for_the_database(monkeypatch, is_counted):
    """Else whoever writes after it would have no patience left. The control counts it."""
    if is_counted:
        monkeypatch.setattr(patience, "paused", contextlib.nullcontext)
    with patience.of_a_request(seconds=0.3):
        with pytest.raises(OutOfBounds):
            answer("sleep", seconds=0.5)
        left = patience.left()
    assert left is not None and (left < 0) == is_counted


def test_the_room_of_parsers_holds_no_django():
    for source in (Path(settings.BASE_DIR) / "core/parsing").glob("*.py"):
        assert "django" not in source.read_text().lower().replace("without django", "")


REFUSED = {"a fault in the file": b"PK\x03\x04 no workbook", "more rows than are read": b"code\n" + b"1\n" * 200}


@pytest.mark.parametrize("protected", [True, False])
@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_a_refusal_that_somebody_keeps_does_not_keep_a_turn(monkeypatch, data, protected):
    """The control is a reader that leaves the end to the collector of garbage."""
    monkeypatch.setattr(bounded, "TURN", 0.05)
    monkeypatch.setattr(table, "MAX_ROWS", 2)
    if not protected:
        for module in (reading, table):
            monkeypatch.setattr(module, "closing", contextlib.nullcontext)
    kept = []
    for _n in range(bounded.SLOTS + 1):
        try:
            table.read_lines(data, ["code"])
        except FileRefused as refused:
            kept.append(refused)
    told = [" ".join(refused.sentences()) for refused in kept]
    kept.clear()
    gc.collect()
    assert ["try again" in words for words in told] == [False] * bounded.SLOTS + [not protected]
    assert answer("echo") == [["data", True]], "and every turn is free again"
