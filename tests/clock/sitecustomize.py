"""Moves the clock of this process to TEST_TODAY, where that names a day (tests/clock/__init__.py says why).

Python imports a module of this name by itself when it starts; ``config/settings_test.py`` imports it for the tests'
own process and puts this folder on the PYTHONPATH of the processes that tests start. All share one offset to the real
time, so that a server and its test read the same clock.
"""

import os
import time
from pathlib import Path

HOUR = "T15:00:00+00:00"  # the same day from Vancouver to Paris


def move(day: str) -> None:
    """The clock shows ``day`` and runs on; a second call changes nothing."""
    import datetime

    import time_machine

    if "TEST_CLOCK_OFFSET" not in os.environ:
        wanted = datetime.datetime.fromisoformat(f"{day}{HOUR}").timestamp()
        os.environ["TEST_CLOCK_OFFSET"] = str(wanted - time.time())
    if not time_machine.escape_hatch.is_travelling():
        time_machine.travel(time.time() + float(os.environ["TEST_CLOCK_OFFSET"])).start()


if "TEST_TODAY" in os.environ:
    here = str(Path(__file__).parent)
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if here not in known:
        os.environ["PYTHONPATH"] = os.pathsep.join([here, *filter(None, known)])
    move(os.environ["TEST_TODAY"])
