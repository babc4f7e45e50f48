"""What is about the reader: the desk offers no act on it, and serves none."""

from typing import Any

from django.db.models import Model

from core.desk.site import desk_site
from deployments.domain.stakes import OwnMatter
from officers.models import Officer


def own_matter(account: Any, record: Model) -> OwnMatter | None:
    """The refusal of acts on ``record`` where it is about the very person of ``account``; None for another one's."""
    officer = record if isinstance(record, Officer) else getattr(record, "officer", None)
    is_own = isinstance(officer, Officer) and account.pk is not None and officer.user_id == account.pk
    return OwnMatter() if is_own else None


desk_site.own_matter = own_matter
