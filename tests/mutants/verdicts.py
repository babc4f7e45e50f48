"""What this state of the project gave so far: a run that was stopped goes on where it was, and tries no room anew."""

import hashlib
import json
import subprocess
from pathlib import Path

from tests.mutants.calls import Calls
from tests.mutants.places import Change


def state(root: Path) -> str:
    """A hash of the commit and of what was changed since, but for the list of tests that caught something."""
    made = hashlib.sha256()
    left_out = ":!tests/mutants/caught_by.json"
    for ask in (
        ["git", "rev-parse", "HEAD"],
        ["git", "diff", "HEAD", "--", ".", left_out],
        ["git", "ls-files", "--others", "--exclude-standard"],
    ):
        made.update(subprocess.check_output(ask, cwd=root))
    return made.hexdigest()[:16]


class Verdicts:
    """Names of the changes that were caught on this state, and which tests of each room call what: in ``var/mutants/``."""

    def __init__(self, root: Path) -> None:
        self.path = root / "var" / "mutants" / f"{state(root)}.json"
        self.caught: list[str] = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else []
        self.path_of_rooms = self.path.with_suffix(".rooms.json")
        kept = self.path_of_rooms.exists()
        # Every room whose tests passed without a change.
        self.rooms: dict[str, Calls] = json.loads(self.path_of_rooms.read_text(encoding="utf-8")) if kept else {}

    def knows(self, change: Change) -> bool:
        return f"{change.room}: {change}" in self.caught

    def note_room(self, room: str, calls: Calls) -> None:
        self.rooms[room] = calls
        self.path_of_rooms.parent.mkdir(parents=True, exist_ok=True)
        self.path_of_rooms.write_text(json.dumps(self.rooms), encoding="utf-8")

    def note(self, change: Change) -> None:
        self.caught.append(f"{change.room}: {change}")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.caught, ensure_ascii=False, indent=1), encoding="utf-8")
