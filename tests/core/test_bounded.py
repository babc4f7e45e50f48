"""What strangers send is opened in a process with limits: whatever it does there, the portal gets an answer in time."""

import time
from pathlib import Path

import pytest
from django.conf import settings

from core.files.bounded import Bounds, OutOfBounds, messages_of

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


def test_the_room_of_parsers_holds_no_django():
    for source in (Path(settings.BASE_DIR) / "core/parsing").glob("*.py"):
        assert "django" not in source.read_text().lower().replace("without django", "")
