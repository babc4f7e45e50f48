"""Papers at the desk: shown and added where their record is, given out as a download, removed with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.desk.act_forms import ReasonForm
from core.desk.acts import Act
from core.desk.links import link_to
from core.desk.site import Link, Panel, desk_site
from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from deployments.domain import papers
from deployments.domain.verbs.papers import PaperVerb
from deployments.forms.papers import PaperForm, PersonalPaperForm
from deployments.models import Application, ApplicationState, Deployment, Paper, PaperKind, Release
from deployments.models.paper import subject_of
from missions.models import AuthorizedStrength, MissionTerms, OperationTerms
from officers.models import Officer

# Who reads the papers of a record at the desk: whoever reads the record.
READS = {
    "strength": "missions.view_authorizedstrength",
    "operation_terms": "missions.view_operationterms",
    "mission_terms": "missions.view_missionterms",
    "release": "deployments.view_deployment",
    "deployment": "deployments.view_deployment",
    "application": "deployments.view_application",
    "officer": "officers.view_officer",
}


@dataclass(frozen=True)
class PaperRow:
    """A paper, and the link that removes it, for whoever may."""

    paper: Paper
    remove: Link | None


@dataclass(frozen=True)
class PapersShown:
    """The papers of one record, removed ones too, and the link that adds one, for whoever may."""

    rows: list[PaperRow]
    add: Link | None


def papers_shown(request: HttpRequest, record: Any) -> PapersShown:
    """The papers of ``record``, which were read with it, with the acts on them."""
    return PapersShown(rows_of(request, record.papers.all()), desk_site.link_to_act(request, record, PaperVerb.ADD))


def rows_of(request: HttpRequest, found: Iterable[Paper]) -> list[PaperRow]:
    return [PaperRow(paper, desk_site.link_to_act(request, paper, PaperVerb.REMOVE)) for paper in found]


def paper_links(found: Iterable[Paper]) -> SafeString:
    """Links to papers by their titles; one that is kept back says why."""
    return format_html_join(
        mark_safe("<br>"),
        "{}",
        (
            (f"{paper.title} ({paper.kept_back})",)
            if paper.kept_back
            else (format_html('<a href="{}">{}</a>', reverse("desk-paper", args=[paper.pk]), paper.title),)
            for paper in found
        ),
    )


def papers_panel(request: HttpRequest, record: Deployment | Application | Officer) -> list[Panel]:
    """The papers of a record about a person, with the form that adds one, for whoever reads the record."""
    if not request.user.has_perm(READS[papers.COLUMNS[type(record)]]):
        return []
    add = desk_site.link_to_act(request, record, PaperVerb.ADD)
    context = {
        "rows": rows_of(request, record.papers.with_people()),
        "add": add,
        "form": PersonalPaperForm(record=record, auto_id="paper-%s") if add else None,
    }
    return [Panel("papers", _("Papers"), "admin/deployments/papers.html", context)]


@require_safe
def paper_file(request: HttpRequest, pk: int) -> FileResponse:
    """A paper as an attachment; of one about a person, the history of its record says who took it."""
    found = get_object_or_404(Paper, pk=pk)
    if not request.user.has_perm(READS[found.record_name]):
        raise PermissionDenied
    if found.removed_at is not None:
        raise Http404
    answer = download(found)
    if found.is_about_person:
        record_act(found.subject, CoreVerb.VIEW, by=request.user, paper=found.pk)
    return answer


def facts(paper: Paper) -> list[tuple[Any, Any]]:
    """What would be removed."""
    return [
        (_("Record"), link_to(paper.subject)),
        (_("Kind of paper"), paper.get_kind_display()),
        (_("Date of the paper"), date_format(paper.dated)),
        (_("File"), paper.name),
    ]


def takes_papers(record: Any) -> bool:
    """Whether papers can be kept with the record: a draft is the officer's own."""
    return not isinstance(record, Application) or record.state != ApplicationState.DRAFT


desk_site.register_acts(
    [
        Act.of(
            model,
            PaperVerb.ADD,
            form,
            papers.add_paper,
            _("The file stays with this record, for whoever reads the record at the desk."),
            prefix=prefix,
            comes_last=True,
            possible=takes_papers,
            subject=subject_of,
        )
        for model, form, prefix in (
            (AuthorizedStrength, PaperForm, "strength/"),
            (OperationTerms, PaperForm, ""),
            (MissionTerms, PaperForm, ""),
            (Release, PersonalPaperForm, ""),
            (Deployment, PersonalPaperForm, ""),
            (Application, PersonalPaperForm, ""),
            (Officer, PersonalPaperForm, ""),
        )
    ]
)
desk_site.register_acts(
    [
        Act.of(
            Paper,
            PaperVerb.REMOVE,
            ReasonForm,
            papers.remove_paper,
            _("The file is deleted. That it was here, who removed it, when and why stays."),
            possible=lambda paper: paper.removed_at is None,
            subject=attrgetter("subject"),
            facts=facts,
            is_personal=True,
        )
    ]
)
desk_site.vocabulary.add_verbs(PaperVerb)
desk_site.vocabulary.details["paper_kind"] = _("Kind of paper")
desk_site.vocabulary.values["paper_kind"] = dict(PaperKind.choices)
