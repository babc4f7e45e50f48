"""The world map of a day: which countries are shaded, and where the dots are. Shapes: scripts/world_map.py."""

import datetime
import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import prefetch_related_objects

from missions.dated import DatedOperation
from missions.front_page import front_page
from missions.models import Operation

WORLD = Path(__file__).resolve().parent / "data" / "world.json"


@dataclass(frozen=True)
class Dot:
    """An operation at the centre of its first country on the map."""

    operation: Operation
    x: float
    y: float
    is_current: bool


@dataclass(frozen=True)
class WorldMap:
    """``plain`` and ``shaded`` are outlines as path data; ``listed`` are all operations, on the map or not."""

    width: float
    height: float
    plain: str
    shaded: str
    dots: Sequence[Dot]
    listed: Sequence[DatedOperation]


@functools.cache
def world() -> dict[str, Any]:
    """The projected world, read once."""
    shapes: dict[str, Any] = json.loads(WORLD.read_text(encoding="utf-8"))
    return shapes


def world_map(day: datetime.date) -> WorldMap:
    """The rows of the public table on ``day``, also those without a number on record yet; specialized postings; opportunities."""
    page = front_page(day)
    current = [row.operation for row in page.rows]
    others = [other.operation for other in page.others]
    prefetch_related_objects([*current, *others], "countries")
    shapes, centres = world()["land"], world()["centres"]
    codes = {country.code for operation in (*current, *others) for country in operation.countries.all()}
    dots = [
        Dot(operation, x=centres[place][0], y=centres[place][1], is_current=operation in current)
        for operation in (*current, *others)
        if (place := next((each.code for each in operation.countries.all() if each.code in centres), None))
    ]
    return WorldMap(
        width=world()["width"],
        height=world()["height"],
        plain="".join(path for code, path in shapes.items() if code not in codes),
        shaded="".join(path for code, path in shapes.items() if code in codes),
        dots=dots,
        listed=[*current, *others],
    )
