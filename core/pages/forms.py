"""Form fields that more than one app uses."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from core.generics import RecordChoiceField, RecordsChoiceField
from core.text.folded import size_in_words
from core.text.keys import MAX_KEY_DIGITS


def _kinds_taken() -> str:
    size = size_in_words(settings.MAX_DOCUMENT_BYTES)
    return _("PDF, DOCX, JPEG or PNG, at most %(size)s.") % {"size": size}


class DocumentField(forms.FileField):
    """A document as core.files.uploads takes it; that looks at the content, and speaks of an empty file as well."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ".pdf,.docx,.jpg,.jpeg,.png"}))
        kwargs.setdefault("help_text", lazy(_kinds_taken, str)())
        super().__init__(allow_empty_file=True, max_length=200, **kwargs)


def choice(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The field ``name`` of ``form``, under its real type: its choices are set as the form is made."""
    return cast(forms.ChoiceField, form.fields[name])


def record_choice(form: forms.BaseForm, name: str) -> RecordChoiceField:
    """The field ``name`` of ``form``, under its real type: its query set is set as the form is made."""
    return cast(RecordChoiceField, form.fields[name])


class RecordsField(RecordsChoiceField):
    """Several records by their keys; a key longer than any database holds is wrong like any other, and no error."""

    def clean(self, value: Any) -> Any:
        beyond = [key for key in value or () if len(str(key)) > MAX_KEY_DIGITS]
        if beyond:
            message = self.error_messages["invalid_pk_value"]
            raise forms.ValidationError(message, code="invalid_pk_value", params={"pk": beyond[0][:MAX_KEY_DIGITS]})
        return super().clean(value)
