"""Prints the table of speed figures. ``--quick`` takes smaller volumes, to see that it runs."""

import argparse
import platform
import tempfile
from pathlib import Path

from tests.bench import databases
from tests.bench.databases import say
from tests.bench.figures import Figure, table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller volumes, fewer rounds")
    quick = parser.parse_args().quick
    databases.set_up()
    from tests.bench import board, contention, crowd

    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        figures += contention.measure(Path(folder), past_tours=20_000 if quick else 1_000_000, rounds=3 if quick else 9)
    figures += crowd.measure(deployed=1_000 if quick else 10_000, rounds=5 if quick else 15)
    figures += board.measure(operations=200, current=200 if quick else 2_000, rounds=5 if quick else 15)
    say(f"Python {platform.python_version()}, PostgreSQL, medians; floor and figure in turn.")
    say()
    say(table(figures))


if __name__ == "__main__":
    main()
