"""What the history knows of nominations and of their answers comes into the ledger; a day that it lacks stays empty."""

import datetime
from collections import defaultdict

from django.db import migrations
from django.utils import timezone

ANSWERS = {
    "select": "accepted",
    "refuse": "declined",
    "expire": "no_answer",
    "not-select": "taken_back",
    "withdraw": "taken_back",
    "stand-down": "taken_back",
}
BACK = ("reinstate", "take-back")
CODES = {
    "requirements", "incomplete", "assessment", "other_candidate", "no_place", "service_needs", "host_decision",
    "no_answer", "personal", "too_late", "posting_changed",
}  # fmt: skip
PAST = {
    "nominated": "",
    "selected": "accepted",
    "accepted": "accepted",
    "refused_by_host": "declined",
    "expired": "no_answer",
}


def fill_ledger(apps, schema_editor):
    Application = apps.get_model("deployments", "Application")
    HistoryEntry = apps.get_model("core", "HistoryEntry")
    entries = HistoryEntry.objects.filter(
        content_type__app_label="deployments",
        content_type__model="application",
        verb__in=["nominate", "import", *ANSWERS, *BACK],
    ).order_by("at", "pk")
    acts = defaultdict(list)
    for entry in entries.iterator(chunk_size=2000):
        acts[entry.object_id].append(entry)
    nominated = Application.objects.select_related("posting__mission").filter(pk__in=keys_of(acts))
    never_recorded = (
        Application.objects.select_related("posting__mission").filter(state="nominated").exclude(pk__in=keys_of(acts))
    )
    writer = Writer(apps)
    for application in nominated.order_by("pk").iterator(chunk_size=1000):
        writer.follow(application, acts[application.pk])
    for application in never_recorded.order_by("pk"):
        writer.nominate(application, None, None)


def keys_of(acts) -> list[int]:
    """Applications whose history names a nomination."""
    return [
        key
        for key, entries in acts.items()
        if any(
            each.verb == "nominate" or (each.verb == "import" and "day_nominated" in each.detail) for each in entries
        )
    ]


class Writer:
    """Adds the rows of one application after another."""

    def __init__(self, apps) -> None:
        self.nominations = apps.get_model("deployments", "Nomination").objects
        self.answers = apps.get_model("deployments", "NominationAnswer").objects

    def nominate(self, application, day, by):
        organization = application.posting.mission.lead_organization_id
        return self.nominations.create(
            application_id=application.pk, organization_id=organization, sent_on=day, sent_by_id=by
        )

    def answer(self, nomination, answer, day, code="", reason="", by=None) -> str:
        if answer in ("waiting", "accepted"):
            code = ""
        elif code not in CODES:
            code = "host_decision" if answer == "declined" else ""
        self.answers.create(
            nomination=nomination, answer=answer, answered_on=day, reason_code=code, reason=reason, recorded_by_id=by
        )
        return answer

    def follow(self, application, entries) -> None:
        nomination, now = None, ""
        for entry in entries:
            day = timezone.localdate(entry.at)
            if entry.verb == "nominate":
                nomination, now = self.nominate(application, day, entry.actor_id), "waiting"
            elif entry.verb == "import" and "day_nominated" in entry.detail:
                nomination, now = self.imported(application, entry.detail)
            elif nomination is not None and entry.verb in BACK and entry.to_state == "nominated":
                now = self.answer(nomination, "waiting", day, by=entry.actor_id)
            elif nomination is not None and self.is_answer(entry, now):
                code = (entry.detail or {}).get("code", "")
                now = self.answer(nomination, ANSWERS[entry.verb], day, code, entry.reason, entry.actor_id)

    @staticmethod
    def is_answer(entry, now) -> bool:
        """An act that takes the application out of "nominated", or a refusal of somebody who was selected."""
        if entry.verb not in ANSWERS:
            return False
        return entry.from_state == "nominated" or (entry.verb == "refuse" and now == "accepted")

    def imported(self, application, detail):
        """A nomination that came in a list, with its answer as far as the list says."""
        nomination = self.nominate(application, day_of(detail, "nominated"), None)
        if "day_selected" in detail and "day_refused_by_host" not in detail:
            return nomination, self.answer(nomination, "accepted", day_of(detail, "selected"))
        state = next((each for each in reversed(list(PAST)) if f"day_{each}" in detail), "nominated")
        ended = [name.removeprefix("day_") for name in detail if name.startswith("day_")]
        if state == "nominated" and {"not_released", "screened_out", "not_selected", "withdrawn", "stood_down"} & {
            *ended
        }:
            return nomination, self.answer(nomination, "taken_back", None)
        if PAST[state]:
            return nomination, self.answer(nomination, PAST[state], day_of(detail, state))
        return nomination, "waiting"


def day_of(detail, state) -> datetime.date | None:
    kept = detail.get(f"day_{state}")
    return datetime.date.fromisoformat(kept) if isinstance(kept, str) else None


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("deployments", "0025_nominations"),
    ]
    operations = [migrations.RunPython(fill_ledger, migrations.RunPython.noop)]
