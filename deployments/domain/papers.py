"""Papers: the desk keeps a file with a record, and removes one that does not belong there. Nothing of one is edited."""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.files.uploads import checked, deletion_of, files_with_rows
from core.generics import Upload
from core.history.acts import record_act
from core.models import Document
from core.refusals import NotPermitted, Refusal, require
from core.text.dates import today_here
from deployments.domain.verbs.papers import MAY_KEEP_PAPERS, PaperVerb
from deployments.limits.days import check_day, check_reason
from deployments.models import Application, ApplicationState, Paper, PaperKind
from deployments.models.paper import OF_AUTHORITY, OF_RECORDS, subject_of
from officers.models import Officer

# The column of a paper that leads to a record, by the kind of record.
COLUMNS = {Paper._meta.get_field(name).related_model: name for name in OF_RECORDS}


def add_paper(
    record: Any,
    *,
    by: Actor,
    document: Upload,
    kind: str,
    title: str,
    dated: datetime.date,
    is_for_officer: bool = False,
    is_for_coordinator: bool = False,
    today: datetime.date | None = None,
) -> Paper:
    """Keep ``document`` with ``record``: a number, terms, a release, a tour, an application or an officer.

    One that is there already is not added again: a browser that got no answer sends the same once more. Raises
    NotPermitted, also about oneself, and Refusal for a kind or day of nonsense, too many papers, an application that is
    still a draft, and what core.files.uploads.checked refuses.
    """
    _require_keeper(by, record)
    _check_facts(kind, title, dated, today or today_here())
    _check_readers(record, is_for_others=is_for_officer or is_for_coordinator)
    facts = {"kind": kind, "title": title.strip(), "dated": dated}
    readers = {"is_for_officer": is_for_officer, "is_for_coordinator": is_for_coordinator}
    values = checked(document)  # before the lock: opening a document takes its time
    with files_with_rows() as keep:
        return _add(record, by, {**values, **facts, **readers}, keep)


@transaction.atomic
def remove_paper(paper: Paper, *, by: Actor, reason: str) -> Paper:
    """Remove the file; that it was there, who removed it and why stays. Raises NotPermitted, and Refusal without a reason
    or where it is removed already.
    """
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    _require_keeper(by, paper.record)
    check_reason(reason)
    if paper.removed_at is not None:
        raise Refusal(_("This paper is removed already."), code="nothing_changes")
    forget = deletion_of(paper)
    paper.removed_at, paper.removed_by_id, paper.removal_reason = timezone.now(), by.pk, reason
    paper.file = ""
    paper.save(update_fields=["file", "removed_at", "removed_by", "removal_reason"])
    transaction.on_commit(forget)
    record_act(paper.subject, PaperVerb.REMOVE, by=by, reason=reason, paper=paper.pk, paper_kind=paper.kind)
    return paper


def _add(record: Any, by: Actor, values: dict[str, Any], keep: Callable[[Document], None]) -> Paper:
    """Papers of one record are counted and added in turn."""
    record = type(record)._base_manager.select_for_update().get(pk=record.pk)
    papers = record.papers.kept()
    same: Paper | None = papers.filter(
        **{name: values[name] for name in ("sha256", "name", "kind", "title", "dated")}
    ).first()
    if same:
        return same
    if papers.count() >= settings.MAX_DOCUMENTS:
        raise Refusal(
            _("A record holds at most %(n)d papers: remove one that is not needed.") % {"n": settings.MAX_DOCUMENTS},
            code="too_many_documents",
            field="document",
        )
    made = Paper(**{COLUMNS[type(record)]: record}, added_by_id=by.pk, **values)
    keep(made)
    record_act(subject_of(record), PaperVerb.ADD, by=by, paper=made.pk, paper_kind=made.kind)
    return made


def _check_facts(kind: str, title: str, dated: datetime.date, today: datetime.date) -> None:
    if kind not in PaperKind.values:
        raise Refusal(_("Say what the paper is."), code="bad_value", field="kind")
    if not title.strip():
        raise Refusal(_("Give the paper a title."), code="bad_value", field="title")
    check_day(dated, today, field="dated")
    if dated > today:
        raise Refusal(_("The paper is dated after today."), code="bad_value", field="dated")


def _check_readers(record: Any, *, is_for_others: bool) -> None:
    if is_for_others and COLUMNS[type(record)] in OF_AUTHORITY:
        raise Refusal(_("Only papers about a person are for the officer or the coordinator."), code="bad_value")


def _require_keeper(by: Actor, record: Any) -> None:
    """Raise NotPermitted unless ``by`` keeps papers; nobody keeps those about oneself. Refusal for a draft."""
    require(by, MAY_KEEP_PAPERS)
    officer = record if isinstance(record, Officer) else getattr(record, "officer", None)
    if officer is not None and by.pk is not None and by.pk == officer.user_id:
        raise NotPermitted
    if isinstance(record, Application) and record.state == ApplicationState.DRAFT:
        raise Refusal(_("A draft is the officer's own: its papers are the officer's documents."), code="draft")
