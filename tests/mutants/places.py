"""Where a wrong change goes: found by the name of a function or class and a few words of it, not by lines."""

import ast
from dataclasses import dataclass
from pathlib import Path


class NoLongerApplies(LookupError):
    """The words of a change are nowhere, or in more than one place."""


@dataclass(frozen=True)
class Change:
    """In ``function`` (or class; "" for the whole file), somewhere below ``where``, ``old`` becomes ``new``; the tests
    of ``room`` have to fail."""

    room: str
    where: str
    function: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.where}: {self.function or 'file'}: {self.old!r} -> {self.new!r}"


def of(room: str, where: str, *changes: tuple[str, str, str]) -> list[Change]:
    """Changes of one room below one place, each as function, old words and new words."""
    return [Change(room, where, *change) for change in changes]


def changed(root: Path, change: Change) -> tuple[Path, str]:
    """The one file that the change is about, and its text with the change in it. Raises NoLongerApplies."""
    below = root / change.where
    files = [below] if below.is_file() else sorted(below.rglob("*.py"))
    found = [
        (path, text, at)
        for path in files
        for text in [path.read_text(encoding="utf-8")]
        for at in _places(text, change)
    ]
    if len(found) != 1:
        raise NoLongerApplies(f"{len(found)} places for {change}")
    path, text, at = found[0]
    return path, text[:at] + change.new + text[at + len(change.old) :]


def _places(text: str, change: Change) -> list[int]:
    """Offsets of the words, inside the functions of that name with their decorators."""
    if change.old not in text or change.function not in text:
        return []
    return [
        at
        for begin, end in _ranges(text, change.function)
        for at in range(begin, end)
        if text.startswith(change.old, at) and at + len(change.old) <= end
    ]


def _ranges(text: str, function: str) -> list[tuple[int, int]]:
    if not function:
        return [(0, len(text))]
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return [
        (starts[min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1], starts[node.end_lineno or 0])
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function
    ]
