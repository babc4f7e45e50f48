"""The demonstration's papers, notes and ticks: a few with an operation, with tours that are prepared, and with officers."""

import datetime
from collections import Counter
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core.actors import Actor
from deployments.domain.notes import write_note
from deployments.domain.papers import add_paper
from deployments.domain.tours import check_off, items_to_check
from deployments.models import Deployment, DeploymentState, Note, Paper
from missions.models import AuthorizedStrength
from officers.models import Officer

# A page without a word: what it stands for is said by its title.
BLANK = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
WITH_PAPERS = 3


def make_papers(
    officers: list[Officer], plan: dict[str, Any], *, by: Actor, today: datetime.date, made: Counter[str]
) -> None:
    """Papers, notes and ticks of the file, as long as none is there."""
    if Paper.objects.exists() or Note.objects.exists():
        return
    number = AuthorizedStrength.objects.standing().filter(operation__isnull=False).last()
    if number:
        _keep(number, plan["instrument"], by, min(number.effective_from, today))
        made["paper"] += 1
    of_officers = Deployment.objects.filter(officer__in=officers)
    preparing = of_officers.filter(state=DeploymentState.PREPARATION).order_by("first_day", "pk")
    for tour in preparing[:WITH_PAPERS]:
        items = list(items_to_check(tour).order_by("position"))[:2]
        if items:
            check_off(tour, by=by, items=items, done_on=today, note=plan["tick"], today=today)
            made["item checked off"] += len(items)
        _keep(tour, plan["order"], by, today, is_for_officer=True, is_for_coordinator=True)
        write_note(tour, by=by, text=plan["notes"][0])
        write_note(tour.officer, by=by, text=plan["notes"][1])
        made["paper"] += 1
        made["note"] += 2


def _keep(record: Any, facts: dict[str, str], by: Actor, dated: datetime.date, **readers: Any) -> None:
    document = SimpleUploadedFile(facts["file"], BLANK)
    add_paper(record, by=by, document=document, kind=facts["kind"], title=facts["title"], dated=dated, **readers)
