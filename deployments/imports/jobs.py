"""Long lists in the background: checked as a whole, then carried out at once, or in slices where they are very long.

Each is a transaction of its own, and the count of rows done is written with it, so that whoever goes on after a kill
repeats nothing.
"""

import datetime
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from core.actors import Actor
from core.database.ahead import Ahead
from core.database.bulk import collector_off
from core.mail.outbox import queue_mail
from core.refusals import Refusal, StalePage
from core.tabular import Answers, FileRefused, TableRow
from core.text.dates import today_here
from deployments.imports.kept import keep_report, kept, kept_report
from deployments.imports.reports import Report, with_every_cell
from deployments.imports.session import Checked, Import, ImportSession, LinesRefused, Order, checked, write_plan
from deployments.limits.gate import TooBusy, locked_transaction
from deployments.models import ImportJob, ImportJobState

LEASE = datetime.timedelta(seconds=120)
# Of whoever was killed between two slices the list is taken over after this.
SLICE_LEASE = datetime.timedelta(seconds=20)
SLICE_SECONDS = 0.5
# So long a list that was checked waits for the word to go on.
ABANDONED_AFTER = datetime.timedelta(days=14)
FIRST_SLICE, LARGEST_SLICE = 50, 1_000
LINES_KEPT = 5_000
PAUSE = 1.0  # seconds, where others hold the gate for too long
log = structlog.get_logger(__name__)


class SliceSize:
    """How many rows go in one slice: as many as were written in ``SLICE_SECONDS`` of late."""

    def __init__(self) -> None:
        self.rows = FIRST_SLICE
        self.started = 0.0

    def __enter__(self) -> int:
        self.started = time.monotonic()
        return self.rows

    def __exit__(self, kind: object, *rest: object) -> None:
        took = max(time.monotonic() - self.started, 0.01)
        if kind is None:
            self.rows = max(1, min(LARGEST_SLICE, int(self.rows * min(2.0, SLICE_SECONDS / took) * 0.8)))


def begin_job(kind: Import, order: dict[str, Any], *, by: Actor, total: int) -> ImportJob:
    """A long list waits to be checked."""
    return ImportJob.objects.create(kind=kind.name, file_name=order["file_name"], order=order, by_id=by.pk, total=total)


def take_right_lines(job: ImportJob, kind: Import, *, by: Actor) -> ImportJob | None:
    """A list that was refused for some of its lines is checked once more, for the others alone; None where there are none.

    Asked twice, it is there once.
    """
    found = kept_report(job.order["name"])
    is_refused = job.state == ImportJobState.REFUSED and not job.done and not job.order["partial"]
    if not is_refused or found is None or found[0].right < 1:
        return None
    order = {**job.order, "partial": True}
    waiting = ImportJob.objects.filter(kind=job.kind, by_id=by.pk, finished_at=None, order__name=order["name"])
    return waiting.first() or begin_job(kind, order, by=by, total=job.total)


def confirm(job: ImportJob, *, by: Actor) -> bool:
    """Whoever brought the list says to go on; whether it waited for that."""
    waiting = ImportJob.objects.filter(pk=job.pk, state=ImportJobState.READY, by_id=by.pk)
    return waiting.update(state=ImportJobState.RUNNING, leased_until=None) == 1


def cancel(job: ImportJob, *, by: Actor) -> bool:
    """Leaves a list that is not being imported yet."""
    waiting = ImportJob.objects.filter(
        pk=job.pk, state__in=[ImportJobState.READY, ImportJobState.CHECKING], by_id=by.pk
    )
    return waiting.update(state=ImportJobState.CANCELLED, finished_at=timezone.now()) == 1


def leave_abandoned(now: datetime.datetime | None = None) -> int:
    """Leave lists that were checked and that nobody said to import for ABANDONED_AFTER; how many. Their files go with them."""
    since = (now or timezone.now()) - ABANDONED_AFTER
    waiting = ImportJob.objects.filter(state=ImportJobState.READY, created_at__lt=since)
    return waiting.update(state=ImportJobState.CANCELLED, finished_at=timezone.now())


def work_on_jobs(is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Works on the lists that wait, oldest first, one after the other; how many were finished with."""
    from deployments.imports import IMPORTS

    finished = 0
    while not is_stopped() and (job := _take()) is not None:
        kind = IMPORTS[job.kind]
        with translation.override(job.by.language):
            try:
                if job.state == ImportJobState.CHECKING:
                    _check(job, kind)
                else:
                    _carry_out(job, kind, is_stopped)
            except FileRefused as refused:
                _refuse(job, "\n".join(refused.sentences()))
            except Refusal as refusal:
                _refuse(job, str(refusal))
        finished += 1
    return finished


def _take() -> ImportJob | None:
    """The oldest list that waits and that nobody works on, held for a while."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    for job in ImportJob.objects.filter(free, state__in=[ImportJobState.CHECKING, ImportJobState.RUNNING]).order_by(
        "created_at", "pk"
    )[:5]:
        held = ImportJob.objects.filter(free, pk=job.pk, state=job.state).update(leased_until=now + LEASE)
        if held:
            return ImportJob.objects.select_related("by").get(pk=job.pk)
    return None


def _read(job: ImportJob, kind: Import) -> Checked:
    data = kept(job.order["name"])
    if data is None:
        raise FileRefused.because(gettext("The file is no longer there: choose it again."))
    known = {name: value for name, value in job.order["answers"].items() if name in ("sheet", "columns", "days")}
    order = Order(
        data, job.file_name, Answers(**known), job.order["acknowledge_lowering"], partial=job.order["partial"]
    )
    return checked(kind, order, by=job.by, today=today_here())


def _check(job: ImportJob, kind: Import) -> None:
    """Plans the whole file, which writes nothing; with every line right it waits for the word to go on."""
    read = _read(job, kind)
    try:
        report = read.report()
    except LinesRefused as refused:
        keep_report(job.order["name"], _shortened(refused.report))
        raise
    keep_report(job.order["name"], with_every_cell(_shortened(report), read.rows, kind.asked))
    order = job.order | {"expected": report.fingerprint() if job.order.get("at_once") else ""}
    ImportJob.objects.filter(pk=job.pk, state=ImportJobState.CHECKING).update(
        state=ImportJobState.READY, order=order, total=len(report.lines), changed=report.changed, leased_until=None
    )


def _shortened(report: Report) -> Report:
    """The first lines that change anything: a page never shows all of a long list, and need not read them."""
    doing = islice((line for line in report.lines if line.does_anything), LINES_KEPT)
    return replace(report, lines=list(doing))


def _carry_out(job: ImportJob, kind: Import, is_stopped: Callable[[], bool]) -> None:
    read = _read(job, kind)
    if job.order.get("at_once"):
        _all_at_once(job, read)
        return
    rows = _right_rows(read, job.order["name"])
    size = SliceSize()
    if job.done == 0:
        ImportJob.objects.filter(pk=job.pk).update(changed=0)
    while job.done < len(rows):
        if is_stopped():
            ImportJob.objects.filter(pk=job.pk).update(leased_until=None)
            return
        try:
            with size as most:
                _slice(job.pk, kind, read, rows[job.done : job.done + most], job.done)
        except TooBusy:  # nothing of the slice was written: the list waits, and does not end
            time.sleep(PAUSE)
        job.refresh_from_db()
    _finish(job)


def _all_at_once(job: ImportJob, read: Checked) -> None:
    """All rows or none, as they were shown; where that is no longer what they would do, the list is checked anew."""
    try:
        with collector_off():
            _whole(job.pk, Ahead(read.planned), job.order["expected"])
    except StalePage as stale:
        again = {"state": ImportJobState.CHECKING, "message": str(stale), "leased_until": None}
        ImportJob.objects.filter(pk=job.pk).update(**again)
        return
    job.refresh_from_db()
    _finish(job)


@locked_transaction
def _whole(key: int, plan: Ahead[tuple[Report, ImportSession]], expected: str) -> None:
    """The rows and their count, together."""
    report = write_plan(plan, expected)
    running = ImportJob.objects.filter(pk=key, done=0, state=ImportJobState.RUNNING)
    if not running.update(done=F("total"), changed=report.changed):
        raise Refusal(gettext("Somebody else works on this list."), code="busy")


def _right_rows(read: Checked, name: str) -> list[TableRow]:
    """The rows to carry out: of a list with wrong lines those that were right when it was checked, however often it is
    gone on with.
    """
    if not read.order.partial:
        return read.rows
    found = kept_report(name)
    report = found[0] if found else read.planned()[0]
    wrong = {problem.line for problem in report.problems}
    return [row for row in read.rows if row.line not in wrong]


@locked_transaction
def _slice(key: int, kind: Import, read: Checked, rows: list[TableRow], done: int) -> None:
    """Some rows and the count of rows done, together. Raises FileRefused for lines that are wrong by now."""
    moved = ImportJob.objects.filter(pk=key, done=done, state=ImportJobState.RUNNING)
    if not moved.update(done=done + len(rows), leased_until=timezone.now() + SLICE_LEASE):
        raise Refusal(gettext("Somebody else works on this list."), code="busy")
    session = ImportSession(read.by, read.order.file_name, read.order.acknowledge_lowering, read.today)
    lines = kind.plan(rows, session)
    if session.problems:
        raise FileRefused(session.problems)
    for write in session.writes:
        write()
    changed = sum(line.does_anything for line in lines)
    job = ImportJob.objects.get(pk=key)
    ImportJob.objects.filter(pk=key).update(changed=job.changed + changed)


def _finish(job: ImportJob) -> None:
    words = ngettext("%(n)s line changed something.", "%(n)s lines changed something.", job.changed) % {
        "n": job.changed
    }
    _end(job, ImportJobState.DONE, words)


def _refuse(job: ImportJob, message: str) -> None:
    if job.done:
        n = ImportJob.objects.get(pk=job.pk).done
        message = gettext("The first %(n)s lines stay imported.") % {"n": n} + "\n" + message
    log.warning("import_refused", job=job.pk)
    _end(job, ImportJobState.REFUSED, message)


def _end(job: ImportJob, state: str, message: str) -> None:
    """Keep how it ended, and tell whoever brought the list."""
    with transaction.atomic():
        ended = ImportJob.objects.filter(pk=job.pk, finished_at=None)
        if ended.update(state=state, message=message, finished_at=timezone.now(), leased_until=None):
            context = {"job": job, "message": message, "is_done": state == ImportJobState.DONE}
            queue_mail(to=job.by, template="deployments/import_finished", context=context)
