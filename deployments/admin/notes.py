"""Notes at the desk: read and written where their record is."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.desk.acts import Act
from core.desk.site import Panel, desk_site
from deployments.admin.papers import takes_papers
from deployments.domain import notes
from deployments.domain.verbs.papers import NoteVerb
from deployments.forms.papers import NoteForm
from deployments.models import Application, Deployment, Note
from officers.models import Officer

VIEW = "deployments.view_note"


def may_read_notes(request: HttpRequest, officer: Officer) -> bool:
    """Whether the reader is of the desk; nobody reads the notes about oneself."""
    return request.user.has_perm(VIEW) and request.user.pk != officer.user_id


def notes_panel(request: HttpRequest, record: Officer | Application | Deployment) -> list[Panel]:
    """The notes on a record, latest first, with the form that writes one."""
    if not may_read_notes(request, record if isinstance(record, Officer) else record.officer):
        return []
    write = desk_site.link_to_act(request, record, NoteVerb.WRITE)
    context = {
        "notes": Note.objects.filter(**{notes.COLUMNS[type(record)]: record}).select_related("written_by"),
        "write": write,
        "form": NoteForm(record=record, auto_id="note-%s") if write else None,
    }
    return [Panel("notes", _("Notes"), "admin/deployments/notes.html", context)]


desk_site.register_acts(
    [
        Act.of(
            model,
            NoteVerb.WRITE,
            NoteForm,
            notes.write_note,
            _("For the desk alone. A note is never edited: write another one."),
            possible=takes_papers,
            comes_last=True,
        )
        for model in (Deployment, Application, Officer)
    ]
)
desk_site.vocabulary.add_verbs(NoteVerb)
