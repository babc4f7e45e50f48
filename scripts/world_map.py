"""Projects the world once, for the map: ``python -m scripts.world_map FOLDER`` (see scripts/vendor.sh).

FOLDER holds ``world-atlas`` and ``i18n-iso-countries`` as npm unpacks them. Equal Earth (Šavrič, Patterson, Jenny 2018) is
an equal-area projection. Written is ``missions/data/world.json``: a path and a centre for each ISO code.
"""

import itertools
import json
import math
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 960.0, 424.0
A1, A2, A3, A4, M = 1.340264, -0.081106, 0.000893, 0.003796, math.sqrt(3) / 2
SCALE = WIDTH / (2 * math.pi / (M * A1))
LEAST_STEP = 0.7  # points nearer than this to the one before are left out
NOT_DRAWN = {"AQ"}
BY_NAME = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
Point = tuple[float, float]


def projected(longitude: float, latitude: float) -> Point:
    """A point of the picture, y downwards."""
    theta = math.asin(M * math.sin(math.radians(latitude)))
    two, six = theta**2, theta**6
    x = math.radians(longitude) * math.cos(theta) / (M * (A1 + 3 * A2 * two + six * (7 * A3 + 9 * A4 * two)))
    y = theta * (A1 + A2 * two + six * (A3 + A4 * two))
    top = 1.3173627591574
    return WIDTH / 2 + SCALE * x, SCALE * (top - y)


def rings_of(topology: dict[str, Any]) -> dict[str, list[list[Point]]]:
    """The outlines of each country, by the number of ISO 3166-1 or, without one, its name."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append(projected(x * kx + dx, y * ky + dy))
        arcs.append(points)
    found: dict[str, list[list[Point]]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = {"Polygon": [country.get("arcs")], "MultiPolygon": country.get("arcs")}.get(country["type"], [])
        rings = [ring for polygon in polygons for ring in polygon]
        key = country.get("id") or country["properties"]["name"]
        found.setdefault(key, []).extend(_joined(arcs, ring) for ring in rings)
    return found


def _joined(arcs: list[list[Point]], ring: list[int]) -> list[Point]:
    points: list[Point] = []
    for index in ring:
        part = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += part[1:] if points else part
    return points


def path_of(rings: list[list[Point]]) -> str:
    """The outlines as path data with one decimal; one that crosses the edge of the picture is parted there."""
    parts = []
    for ring in rings:
        kept = [ring[0]]
        for point in ring[1:]:
            if math.dist(point, kept[-1]) >= LEAST_STEP:
                kept.append(point)
        edges = [n for n in range(1, len(kept)) if abs(kept[n][0] - kept[n - 1][0]) > WIDTH / 2]
        for begin, end in itertools.pairwise([0, *edges, len(kept)]):
            if end - begin > 2:
                parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept[begin:end]) + "Z")
    return "".join(parts)


def centre_of(rings: list[list[Point]]) -> list[float]:
    """The centroid of the largest outline."""
    ring = max(rings, key=lambda each: abs(_area(each)))
    area = _area(ring) or 1e-9
    x = y = 0.0
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return [round(x / (6 * area), 1), round(y / (6 * area), 1)]


def _area(ring: list[Point]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def main(folder: Path) -> None:
    numbers = {
        number: code for code, _three, number, *_ in json.loads((folder / "i18n-iso-countries/codes.json").read_text())
    }
    code_of = numbers | BY_NAME
    coarse, fine = (
        {code_of[key]: rings for key, rings in rings_of(json.loads(path.read_text())).items() if key in code_of}
        for path in (folder / f"world-atlas/countries-{size}.json" for size in ("110m", "50m"))
    )
    world = {
        "width": WIDTH,
        "height": HEIGHT,
        "land": {code: path_of(rings) for code, rings in sorted(coarse.items()) if code not in NOT_DRAWN},
        "centres": {code: centre_of(rings) for code, rings in sorted((fine | coarse).items()) if code not in NOT_DRAWN},
    }
    target = ROOT / "missions/data/world.json"
    target.write_text(json.dumps(world, separators=(",", ":")) + "\n", encoding="utf-8")
    (ROOT / "missions/data/LICENSE-world-atlas.txt").write_text((folder / "world-atlas/LICENSE").read_text())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
