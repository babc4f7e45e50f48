"""The desk's pages of core: the history and the mail queue."""

from core.admin import history, outbox

__all__ = ["history", "outbox"]
