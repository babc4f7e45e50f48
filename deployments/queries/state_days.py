"""On which day records came to their states: as their acts say, or as a list brought it."""

import datetime
from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from core.models import HistoryEntry
from deployments.domain.verbs.data import DataVerb
from deployments.domain.verbs.tours import TourVerb

# A tour from a list came to its state on another day than that on which it was recorded.
NOT_THE_DAY = TourVerb.RECORD.value


def state_days(records: Sequence[Model]) -> dict[int, dict[str, datetime.date]]:
    """The latest day on which each of ``records``, all of one model, came to each state; what is not on record is left
    out. One query.
    """
    if not records:
        return {}
    kind = ContentType.objects.get_for_model(records[0])
    entries = HistoryEntry.objects.filter(content_type=kind, object_id__in=[each.pk for each in records])
    entries = entries.exclude(to_state="").exclude(verb=NOT_THE_DAY).order_by("at", "pk")
    found: dict[int, dict[str, datetime.date]] = {}
    for key, verb, to_state, at, detail in entries.values_list("object_id", "verb", "to_state", "at", "detail"):
        days = found.setdefault(key, {})
        if verb != DataVerb.IMPORT:
            days[to_state] = timezone.localdate(at)
            continue
        for name, day in detail.items():
            if name.startswith("day_") and isinstance(day, str):
                days[name.removeprefix("day_")] = datetime.date.fromisoformat(day)
    return found
