"""Many deployed at once: how long one refusal and one reservation take."""

import datetime
import time
from statistics import median

from tests.bench import databases
from tests.bench.figures import Figure, spaced

REFUSED_WITHIN = 0.1


def measure(deployed: int, rounds: int) -> list[Figure]:
    """``deployed`` officers are out on one day in one operation, which is full."""
    from core.actors import SYSTEM
    from core.text.dates import today_here
    from deployments.domain.tours import reserve
    from deployments.limits.refusals import CapacityExceeded
    from deployments.models import Posting
    from deployments.setup.scale.load import Volume, load_scale
    from officers.models import Officer

    databases.make("bench_crowd")
    load_scale(Volume(operations=1, officers=deployed + 1_000, deployments=deployed, current=deployed))
    posting = Posting.objects.select_related("mission__operation__programme").first()
    officers = Officer.objects.select_related("user").filter(deployments=None)
    today = today_here()
    far = today + datetime.timedelta(days=400)

    def seconds(officer: Officer, first_day: datetime.date) -> tuple[float, bool]:
        started = time.perf_counter()
        try:
            reserve(
                by=SYSTEM,
                officer=officer,
                posting=posting,
                first_day=first_day,
                last_day=first_day + datetime.timedelta(days=364),
            )
            taken = True
        except CapacityExceeded as refusal:
            assert refusal.next_first_day is not None
            taken = False
        return time.perf_counter() - started, taken

    tries = list(officers[: 2 * rounds + 2])
    refused = [seconds(officer, today) for officer in tries[: rounds + 1]][1:]
    reserved = [seconds(officer, far) for officer in tries[rounds + 1 :]][1:]
    assert not any(taken for _, taken in refused)
    assert all(taken for _, taken in reserved)
    took, worst = median(s for s, _ in refused), max(s for s, _ in refused)
    return [
        Figure(
            f"A refusal with {spaced(deployed)} officers deployed at once, with the next day that has room",
            f"a reservation free of them: {1000 * median(s for s, _ in reserved):.0f} ms",
            f"{1000 * took:.0f} ms (worst {1000 * worst:.0f})",
            f"{took / median(s for s, _ in reserved):.1f}",
            "under 100 ms",
            took < REFUSED_WITHIN,
        )
    ]
