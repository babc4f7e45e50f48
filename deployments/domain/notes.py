"""Notes: the desk writes down what it wants to remember about an officer, an application or a tour."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import NotPermitted, Refusal, require
from deployments.domain.verbs.papers import MAY_WRITE_NOTES, NoteVerb
from deployments.models import Application, ApplicationState, Deployment, Note
from deployments.models.note import OF_NOTES
from officers.models import Officer

# The column of a note that leads to a record, by the kind of record.
COLUMNS = {Note._meta.get_field(name).related_model: name for name in OF_NOTES}


@transaction.atomic
def write_note(record: Officer | Application | Deployment, *, by: Actor, text: str) -> Note:
    """Keep ``text`` with the record; what its author sends once more on one day is kept once.

    Raises: NotPermitted, also about oneself, and Refusal without a text and for an application that is a draft.
    """
    require(by, MAY_WRITE_NOTES)
    officer = record if isinstance(record, Officer) else record.officer
    if by.pk is not None and by.pk == officer.user_id:
        raise NotPermitted
    if isinstance(record, Application) and record.state == ApplicationState.DRAFT:
        raise Refusal(_("A draft is the officer's own: the desk writes no notes on it."), code="draft")
    if not text.strip():
        raise Refusal(_("Write something."), code="bad_value", field="text")
    type(record)._base_manager.select_for_update().get(pk=record.pk)
    column = {COLUMNS[type(record)]: record}
    today = Note.objects.filter(**column, written_by_id=by.pk, written_at__date=timezone.localdate())
    if same := today.filter(text=text.strip()).first():
        return same
    made = Note.objects.create(**column, text=text.strip(), written_by_id=by.pk)
    record_act(record, NoteVerb.WRITE, by=by, note=made.pk)
    return made
