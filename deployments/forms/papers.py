"""The forms of the acts that keep a paper with a record, and write a note on it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, DayField, none_yet
from core.pages.forms import DocumentField
from core.text.fields import CleanField
from deployments.models import PaperKind


class PaperForm(ActForm):
    """A file with what it is."""

    document = DocumentField(label=_("File"))
    kind = forms.ChoiceField(label=_("Kind of paper"), choices=none_yet(PaperKind.choices))
    title = CleanField(label=_("Title"), max_length=200)
    dated = DayField(label=_("Date of the paper"))


class PersonalPaperForm(PaperForm):
    """A paper about a person: who else may see it."""

    is_for_officer = forms.BooleanField(label=_("The officer may see it"), required=False)
    is_for_coordinator = forms.BooleanField(
        label=_("The coordinator of the officer's police service may see it"), required=False
    )


class NoteForm(ActForm):
    text = CleanField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
