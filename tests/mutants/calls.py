"""Which tests of a room call which functions: a wrong change is tried with those that call its function first."""

import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

Calls = dict[str, dict[str, list[str]]]


class Recorder:
    """A plugin of pytest: notes every function of the project that runs during a test, and writes them to a file."""

    def __init__(self, folders: Iterable[str], file: Path) -> None:
        self.roots = tuple(str(Path(folder).resolve()) for folder in folders)
        self.file = file
        self.found: Calls = defaultdict(lambda: defaultdict(list))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        seen: set[CodeType] = set()

        def note(frame: FrameType, event: str, _value: Any) -> None:
            if event == "call":
                seen.add(frame.f_code)

        threading.setprofile(note)
        sys.setprofile(note)
        yield
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
        for code in seen:
            if code.co_filename.startswith(self.roots):
                self.found[code.co_filename][code.co_qualname].append(item.nodeid)

    def pytest_sessionfinish(self) -> None:
        here = str(Path.cwd())
        of_files = {str(Path(file).relative_to(here)): tests for file, tests in self.found.items()}
        self.file.write_text(json.dumps(of_files), encoding="utf-8")


def callers(calls: Calls, file: str, function: str) -> list[str]:
    """The tests that call ``function`` (or a method of the class of that name) of ``file``, in their order."""
    named = (tests for name, tests in calls.get(file, {}).items() if function and function in name.split("."))
    return list(dict.fromkeys(test for tests in named for test in tests))
