"""What is an officer's own is written by nobody else."""

from core.refusals import NotPermitted
from officers.models import Officer


def require_self(by, officer: Officer) -> None:
    """Raises NotPermitted unless ``by`` is the officer."""
    if not by.is_active or by.pk != officer.user_id:
        raise NotPermitted()
