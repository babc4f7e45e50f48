"""The gate: every change that could touch a limit passes here first, one at a time, on both databases.

Entering is an UPDATE of one row inside the transaction, before anything else is locked and before the check
(docs/adr/0004). A transaction that loses a race on a stricter isolation level is run again from its beginning.
"""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.database import patience
from core.database.faults import is_busy
from core.refusals import Refusal
from deployments.limits import guards
from deployments.limits.refusals import refused_by_database
from deployments.models import Gate

log = structlog.get_logger(__name__)
ATTEMPTS = 12
PATIENCE = 20.0  # seconds after which an act is not tried again
P = ParamSpec("P")
R = TypeVar("R")


class LimitsUnprotected(Refusal):
    """The gate's row or a guard in the database is missing: no act may pass until it is put back.

    What is missing is for the log, where those who run the portal look; migrating puts it back.
    """

    code = "limits_unprotected"
    status = 503

    def __init__(self, missing: list[str]) -> None:
        log.error("limits_unprotected", missing=missing, hint="run migrate")
        super().__init__(
            _("The protection of the authorized numbers is being renewed. Nothing was saved; please try again later.")
        )


class TooBusy(Refusal):
    """Others acted at the same moment, every time that this act was tried."""

    code = "busy"


def enter() -> None:
    """Take the gate until the end of the transaction. Raises LimitsUnprotected if the row or a guard is missing.

    The guards are looked at first: nobody waits at the gate meanwhile.
    """
    require_guards()
    if Gate.objects.filter(pk=1).update(revision=F("revision") + 1) != 1:
        raise LimitsUnprotected(["gate"])


def require_guards() -> None:
    """Raise LimitsUnprotected if a guard is missing in the database."""
    missing = guards.missing(connection)
    if missing:
        raise LimitsUnprotected(missing)


def locked_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Run ``act`` in a transaction that holds the gate, and run it again where the database says that a race was lost.

    Inside a transaction of the caller it runs once, in a savepoint: only the outermost one can be run again.
    What a guard or a constraint of the database refuses becomes a Refusal.

    Raises: TooBusy after ATTEMPTS lost races or PATIENCE seconds, and LimitsUnprotected.
    """

    @functools.wraps(act)
    def locked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return attempted(*args, **kwargs)
        except IntegrityError as error:
            raise refused_by_database(error) from error

    def attempted(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                enter()
                return act(*args, **kwargs)
        until = time.monotonic() + PATIENCE
        for attempt in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    enter()
                    return act(*args, **kwargs)
            except OperationalError as error:
                if not is_busy(error):
                    raise
                if time.monotonic() > until or _is_out_of_patience():
                    break
                time.sleep(random.uniform(0, 0.01 * 2 ** min(attempt, 6)))
        raise TooBusy(_("Others changed the same numbers at the same moment. Nothing was saved; please try again."))

    return locked


class NotDecided(Exception):
    """A guarded transaction was refused by the database, or could not be tried: nothing of it is left."""


def guarded_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Run ``act`` in a transaction of its own, without the gate: the guards of the database alone refuse.

    Guarded tables take the gate themselves, so it is held from the first statement that writes: for less time than by
    ``locked_transaction``. What ``act`` reads before it writes may be out of date. Inside a transaction of the caller,
    which a refusal would end, nothing is tried.

    Raises: NotDecided, and LimitsUnprotected where a guard is missing.
    """

    @functools.wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            raise NotDecided
        try:
            with transaction.atomic():
                require_guards()
                return act(*args, **kwargs)
        except IntegrityError as error:
            raise NotDecided from error
        except OperationalError as error:
            if not is_busy(error):
                raise
            raise NotDecided from error

    return guarded


def _is_out_of_patience() -> bool:
    left = patience.left()
    return left is not None and left <= 0
