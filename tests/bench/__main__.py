"""Prints the table of speed figures. ``--quick`` takes smaller volumes, to see that it runs; ``--only desk`` one part."""

import argparse
import platform
import tempfile
from pathlib import Path

from tests.bench import databases
from tests.bench.databases import say
from tests.bench.figures import Figure, table

PARTS = ("contention", "crowd", "board", "pages", "desk")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller volumes, fewer rounds")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be given again")
    options = parser.parse_args()
    databases.set_up()
    figures = [figure for part in options.only or PARTS for figure in _measured(part, options.quick)]
    say(f"Python {platform.python_version()}, PostgreSQL, medians; floor and figure in turn.")
    say()
    say(table(figures))


def _measured(part: str, quick: bool) -> list[Figure]:
    from tests.bench import board, contention, crowd, desk, pages

    if part == "contention":
        with tempfile.TemporaryDirectory() as folder:
            past = 20_000 if quick else 1_000_000
            return contention.measure(Path(folder), past_tours=past, rounds=3 if quick else 9)
    if part == "crowd":
        return crowd.measure(deployed=1_000 if quick else 10_000, rounds=5 if quick else 15)
    if part == "board":
        return board.measure(operations=200, current=200 if quick else 2_000, rounds=5 if quick else 15)
    if part == "pages":
        return pages.measure(rounds=2 if quick else 5)
    return desk.measure(
        officers=1_000 if quick else 10_000, tours=10_000 if quick else 100_000, rounds=1 if quick else 3
    )


if __name__ == "__main__":
    main()
