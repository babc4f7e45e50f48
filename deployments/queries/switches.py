"""What does not meet every wall, and why: for the strength board, postings and tours."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from core.models import HistoryEntry
from deployments.domain.verbs.switches import SwitchVerb
from deployments.models import CountsAgainst, Posting
from officers.models import PoliceService

MAX_SWITCHES = 200


@dataclass(frozen=True)
class Switch:
    """A posting or a service that an act took off a wall; ``reason`` "" where none is recorded."""

    record: Posting | PoliceService
    words: str
    reason: str


def switched() -> list[Switch]:
    """Postings that do not count against every number, then services that need no release; at most MOST of each."""
    postings = list(Posting.objects.exclude(counts_against=CountsAgainst.ALL).order_by("reference")[:MAX_SWITCHES])
    services = list(PoliceService.objects.filter(needs_release=False)[:MAX_SWITCHES])
    counting = reasons(postings, SwitchVerb.SET_COUNTING)
    release = reasons(services, SwitchVerb.SET_RELEASE_NEED)
    return [
        *(Switch(each, each.get_counts_against_display(), counting.get(each.pk, "")) for each in postings),
        *(Switch(each, "", release.get(each.pk, "")) for each in services),
    ]


def reasons(records: Iterable[Model], verb: SwitchVerb) -> dict[int, str]:
    """The latest reason that ``verb`` was done to each record, by its key."""
    records = list(records)
    if not records:
        return {}
    kind = ContentType.objects.get_for_model(records[0])
    acts = HistoryEntry.objects.filter(content_type=kind, object_id__in=[each.pk for each in records], verb=verb)
    return dict(acts.order_by("at", "pk").values_list("object_id", "reason"))


def counting_of(posting: Posting) -> tuple[str, str]:
    """Against what the posting counts, and why; two empty texts where it counts against every number."""
    if posting.counts_against == CountsAgainst.ALL:
        return "", ""
    return posting.get_counts_against_display(), reasons([posting], SwitchVerb.SET_COUNTING).get(posting.pk, "")
