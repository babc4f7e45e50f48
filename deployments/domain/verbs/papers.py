"""The verbs of papers that are kept with records, and of the desk's notes on them."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts

MAY_KEEP_PAPERS = "deployments.add_paper"
MAY_WRITE_NOTES = "deployments.add_note"


class PaperVerb(Verb):
    ADD = "add-paper", Facts(_("Paper added"), _("Add a paper"), MAY_KEEP_PAPERS)
    REMOVE = (
        "remove-paper",
        Facts(
            _("Paper removed"),
            _("Remove the paper"),
            MAY_KEEP_PAPERS,
            needs_reason=True,
            is_grave=True,
            address="remove",
        ),
    )


class NoteVerb(Verb):
    WRITE = "write-note", Facts(_("Note written"), _("Write a note"), MAY_WRITE_NOTES)
