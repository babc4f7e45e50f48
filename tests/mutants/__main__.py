"""Applies each wrong change in a copy and runs the tests of its room: 0 if all are caught.

    .venv/bin/python -m tests.mutants [words of the changes to run]
    MUTANTS_SHARD=2/5 .venv/bin/python -m tests.mutants

The second runs every fifth change, from the second on. What was caught is kept for this state of the project, and is not
tried twice on it: a run that was stopped goes on.

A room's tests are run without any change first: they have to pass. A change that no longer applies, and a run that ends
in anything but failed tests, are errors.

Where only functions differ, and on SQLite, the change is put into a process that has loaded the project (swapping.py).

``caught_by.json`` names the test that caught each change last time. That test runs first and alone; if it passes, those
that call the function (calls.py), and only if they pass too does the whole room run. MUTANTS_WORKERS says how many
copies work side by side.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.calls import callers
from tests.mutants.changes import CHANGES, ROOMS
from tests.mutants.places import Change, NoLongerApplies, changed
from tests.mutants.swapping import changed_functions
from tests.mutants.verdicts import Verdicts

ROOT = Path(__file__).resolve().parent.parent.parent
CAUGHT_BY = Path(__file__).parent / "caught_by.json"
WORKERS = int(os.environ.get("MUTANTS_WORKERS", "2"))
PASSED, FAILED, NO_END = 0, 1, 99


def copy_of_the_project(folder: Path) -> Path:
    """The files of the project (not what git ignores), with the compiled catalogues; the environment is linked."""
    ask = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.check_output(ask, cwd=ROOT, text=True).strip("\0").split("\0")
    compiled = [str(path.relative_to(ROOT)) for path in (ROOT / "locale").rglob("*.mo")]
    for name in [*listed, *compiled]:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    return folder


class Worker:
    """A copy of the project and the process that runs tests in it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.databases = folder / "databases"
        self.databases.mkdir()
        self.copy = copy_of_the_project(folder / "copy")
        self.processes: dict[str, subprocess.Popen] = {}

    def run(self, database: str, *arguments: str) -> dict:
        """What ``worker.py`` answers: how pytest ended, the test that failed, and the last lines."""
        return self._asked("worker", {"database": database, "arguments": arguments})

    def run_swapped(self, path: Path, text: str, *arguments: str) -> dict:
        """The same with the functions of ``text`` in place of those of the file, on SQLite (``loaded.py``)."""
        return self._asked("loaded", {"path": str(path), "text": text, "arguments": arguments})

    def run_recorded(self, database: str, *arguments: str) -> dict:
        """The same without a change; on SQLite with "calls", which tests call what."""
        if database != "sqlite":
            return self.run(database, *arguments)
        return self._asked("loaded", {"path": "", "text": "", "arguments": arguments})

    def _asked(self, program: str, question: dict) -> dict:
        if program not in self.processes:
            self.processes[program] = subprocess.Popen(
                [sys.executable, f"tests/mutants/{program}.py", str(self.databases)],
                cwd=self.copy,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        process = self.processes[program]
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    def end(self) -> None:
        for process in self.processes.values():
            process.stdin.close()
            process.wait()


def verdict(worker: Worker, change: Change, caught_by: dict[str, str], verdicts: Verdicts) -> tuple[str, str]:
    """ "caught", "SURVIVED" or "ERROR", and what was seen; writes the test that caught the change down."""
    try:
        path, text = changed(worker.copy, change)
    except NoLongerApplies as error:
        return "ERROR", str(error)
    database, *arguments = ROOMS[change.room]
    near = callers(verdicts.rooms.get(change.room, {}), str(path.relative_to(worker.copy)), change.function)
    if database == "sqlite" and changed_functions(path, text):
        run = partial(worker.run_swapped, path, text)
        found = _run_near(run, change, near, caught_by)
        if not near:
            found = found or _run_room(run, change, arguments, caught_by)
        if found and found[0] == "caught":
            return found  # one that seems to survive may have run while its module was loaded
    before = path.read_text(encoding="utf-8")
    _write(path, text)
    try:
        run = partial(worker.run, database)
        return _run_near(run, change, near, caught_by) or _run_room(run, change, arguments, caught_by)
    finally:
        _write(path, before)


def _write(path: Path, text: str) -> None:
    """Writes the file and forgets what Python compiled: a change within the same second would go unnoticed."""
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def _run_near(
    run: Callable[..., dict], change: Change, near: list[str], caught_by: dict[str, str]
) -> tuple[str, str] | None:
    """The test that caught the change last time, then those that call its function; None where all of them pass."""
    name = f"{change.room}: {change}"
    last_time = caught_by.get(name)
    if last_time and last_time.split("::")[0] in ROOMS[change.room] and run(last_time)["status"] == FAILED:
        return "caught", last_time
    found = run(*near) if near else {"status": PASSED, "failed": ""}
    if found["status"] != FAILED or not found["failed"]:
        return None
    caught_by[name] = found["failed"]
    return "caught", found["failed"]


def _run_room(
    run: Callable[..., dict], change: Change, arguments: list[str], caught_by: dict[str, str]
) -> tuple[str, str]:
    name = f"{change.room}: {change}"
    found = run(*arguments)
    if found["status"] == FAILED and found["failed"]:
        caught_by[name] = found["failed"]
    return {FAILED: "caught", NO_END: "caught", PASSED: "SURVIVED"}.get(found["status"], "ERROR"), found["seen"]


class Workers:
    """Hands each piece of work to a worker that is free."""

    def __init__(self, folder: Path) -> None:
        self.all = [Worker(folder / f"worker-{n}") for n in range(WORKERS)]
        self.free: SimpleQueue[Worker] = SimpleQueue()
        for worker in self.all:
            self.free.put(worker)
        self.pool = ThreadPoolExecutor(WORKERS)

    def each(self, work, things: list):
        """Yields each thing with what ``work(worker, thing)`` gives, in their order."""

        def with_a_worker(thing):
            worker = self.free.get()
            try:
                return work(worker, thing)
            finally:
                self.free.put(worker)

        yield from zip(things, self.pool.map(with_a_worker, things), strict=True)

    def end(self) -> None:
        for worker in self.all:
            worker.end()


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def run_all(workers: Workers, wanted: list[Change], caught_by: dict[str, str], verdicts: Verdicts) -> dict[str, int]:
    found = {"caught": 0, "SURVIVED": 0, "ERROR": 0}
    rooms = [room for room in dict.fromkeys(change.room for change in wanted) if room not in verdicts.rooms]
    for room, answer in workers.each(lambda worker, room: worker.run_recorded(*ROOMS[room]), rooms):
        if answer["status"] == PASSED:
            verdicts.note_room(room, answer.get("calls", {}))
            continue
        say(f"ERROR the tests of {room} do not pass without any change\n{answer['seen']}")
        found["ERROR"] += 1
    for change, (said, seen) in workers.each(lambda worker, each: verdict(worker, each, caught_by, verdicts), wanted):
        found[said] += 1
        if said == "caught":
            verdicts.note(change)
            remember(caught_by)
        else:
            say(f"{said} {change.room}: {change}\n{seen if said == 'ERROR' else ''}")
    return found


def remember(caught_by: dict[str, str]) -> None:
    listed = {f"{change.room}: {change}" for change in CHANGES}
    kept = {name: caught_by[name] for name in sorted(listed & caught_by.keys())}
    CAUGHT_BY.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def shard(changes: list[Change]) -> list[Change]:
    """Those that MUTANTS_SHARD ("2/5": every fifth from the second on) names; all without it."""
    first, of = map(int, os.environ.get("MUTANTS_SHARD", "1/1").split("/"))
    return changes[first - 1 :: of]


def main(words: list[str]) -> int:
    asked = shard([change for change in CHANGES if all(word in f"{change.room} {change}" for word in words)])
    verdicts = Verdicts(ROOT)
    wanted = [change for change in asked if not verdicts.knows(change)]
    caught_by = json.loads(CAUGHT_BY.read_text(encoding="utf-8")) if CAUGHT_BY.exists() else {}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as made:
        workers = Workers(Path(made))
        try:
            found = run_all(workers, wanted, caught_by, verdicts)
        finally:
            workers.end()
            remember(caught_by)
    minutes = (time.monotonic() - began) / 60
    say(
        f"{len(asked)} wrong changes: {len(asked) - len(wanted)} caught before on this state of the project,"
        f" {found['caught']} caught now, {found['SURVIVED']} survived,"
        f" {found['ERROR']} errors, {minutes:.1f} minutes"
    )
    return int(found["caught"] != len(wanted) or found["ERROR"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
