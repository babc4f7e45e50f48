"""Applies each wrong change in a copy and runs the tests of its room: 0 if all are caught.

    .venv/bin/python -m tests.mutants [words of the changes to run]

A room's tests are run without any change first: they have to pass. A change that no longer applies, and a run that ends
in anything but failed tests, are errors.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.changes import CHANGES, ROOMS
from tests.mutants.places import Change, NoLongerApplies, changed

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = 2
PASSED, FAILED = 0, 1
PATIENCE = 600


def copy_of_the_project(folder: Path) -> Path:
    """The files under version control, with the compiled catalogues; the environment is linked."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).strip("\0").split("\0")
    compiled = [str(path.relative_to(ROOT)) for path in (ROOT / "locale").rglob("*.mo")]
    for name in [*listed, *compiled]:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    return folder


def run_tests(copy: Path, room: str, kept: Path | None) -> tuple[int, str]:
    """How pytest ends, and its last lines. ``kept`` is a database that is ready, which saves making one."""
    database, *arguments = ROOMS[room]
    folder = Path(tempfile.mkdtemp(prefix="mutant-"))
    if kept is not None and database == "sqlite":
        shutil.copy2(kept, folder / "test.sqlite3")
        arguments = ["--reuse-db", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))}
    environment |= {"TEST_DATABASE": database, "PORTAL_TEST_DIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:randomly", "--tb=line", *arguments]
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return FAILED, "no end in sight"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return done.returncode, done.stdout[-1500:]


def made_database(copy: Path, folder: Path) -> Path:
    """A test database on SQLite as every run begins with."""
    place = folder / "made"
    environment = os.environ | {"TEST_DATABASE": "sqlite", "PORTAL_TEST_DIR": str(place), "DJANGO_SETTINGS_MODULE": ""}
    place.mkdir()
    script = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings_test'\n"
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "connection.creation.create_test_db(verbosity=0, serialize=False)\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=copy, env=environment, check=True, capture_output=True)
    return place / "test.sqlite3"


def verdict(copy: Path, change: Change, kept: Path) -> tuple[str, str]:
    """ "caught", "SURVIVED" or "ERROR", and what was seen."""
    try:
        path, text = changed(copy, change)
    except NoLongerApplies as error:
        return "ERROR", str(error)
    before = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    try:
        status, seen = run_tests(copy, change.room, None if change.room.startswith("guards") else kept)
    finally:
        path.write_text(before, encoding="utf-8")
    return {FAILED: "caught", PASSED: "SURVIVED"}.get(status, "ERROR"), seen


def main(words: list[str]) -> int:
    wanted = [change for change in CHANGES if all(word in f"{change.room} {change}" for word in words)]
    began, found = time.monotonic(), {"caught": 0, "SURVIVED": 0, "ERROR": 0}
    with tempfile.TemporaryDirectory(prefix="mutants-") as made, ThreadPoolExecutor(WORKERS) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for n in range(WORKERS):
            copies.put(copy_of_the_project(Path(made) / f"copy-{n}"))
        first = copies.get()
        kept = made_database(first, Path(made))
        copies.put(first)

        def in_a_copy(work, *arguments):
            copy = copies.get()
            try:
                return work(copy, *arguments)
            finally:
                copies.put(copy)

        rooms = sorted({change.room for change in wanted})
        for room, (status, seen) in zip(rooms, pool.map(lambda r: in_a_copy(run_tests, r, kept), rooms), strict=True):
            if status != PASSED:
                sys.stdout.write(f"ERROR the tests of {room} do not pass without any change\n{seen}\n")
                found["ERROR"] += 1
        for change, (said, seen) in zip(wanted, pool.map(lambda c: in_a_copy(verdict, c, kept), wanted), strict=True):
            found[said] += 1
            if said != "caught":
                sys.stdout.write(f"{said} {change.room}: {change}\n{seen if said == 'ERROR' else ''}\n")
                sys.stdout.flush()
    minutes = (time.monotonic() - began) / 60
    sys.stdout.write(f"{len(wanted)} wrong changes: {found['caught']} caught, {found['SURVIVED']} survived, ")
    sys.stdout.write(f"{found['ERROR']} errors, {minutes:.1f} minutes\n")
    return int(found["caught"] != len(wanted) or found["ERROR"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
