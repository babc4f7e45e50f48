"""One figure: what was measured, against what, and what it should be."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """``floor`` and ``measured`` are medians in words; ``ratio`` is what ``goal`` speaks about."""

    name: str
    floor: str
    measured: str
    ratio: str
    goal: str
    reached: bool

    def row(self) -> tuple[str, ...]:
        return (self.name, self.floor, self.measured, self.ratio, self.goal, "yes" if self.reached else "**no**")


HEADER = ("Figure", "Floor", "Measured", "Ratio", "Goal", "Reached")


def table(figures: list[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = [HEADER, ("---",) * len(HEADER), *(figure.row() for figure in figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def spaced(number: int) -> str:
    """1 000 000"""
    return f"{number:,}".replace(",", " ")


def in_turn(rounds: int, *measure: Callable[[], float]) -> list[float]:
    """Runs each measure in turn, ``rounds`` times after one round to warm up; gives the median of each."""
    results: list[list[float]] = [[] for _ in measure]
    for number in range(rounds + 1):
        for found, once in zip(results, measure, strict=True):
            value = once()
            if number:
                found.append(value)
    return [median(found) for found in results]
