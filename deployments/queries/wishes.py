"""What officers wish for, in words."""

from collections import defaultdict
from collections.abc import Iterable

from deployments.models import OfficerWish


def wishes_of_all(officers: Iterable[int]) -> dict[int, list[str]]:
    """The wishes of each officer in words, by primary key, latest first. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    for wish in OfficerWish.objects.filter(officer__in=officers).select_related("operation", "role"):
        found[wish.officer_id].append(str(wish))
    return found
