"""Form fields that more than one app uses."""

from django import forms

from core.languages import LANGUAGES

LONGEST_KEY = 18


class LanguageCodesFormField(forms.MultipleChoiceField):
    """Check boxes for the languages of ``core.languages``; gives a list of codes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs) -> None:
        super().__init__(choices=list(LANGUAGES.items()), **kwargs)

    def prepare_value(self, value):
        return value.split(";") if isinstance(value, str) else value

    def has_changed(self, initial, data) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class RecordsField(forms.ModelMultipleChoiceField):
    """Several records by their keys; a key longer than any database holds is wrong like any other, and no error."""

    def clean(self, value):
        beyond = [key for key in value or () if len(str(key)) > LONGEST_KEY]
        if beyond:
            message = self.error_messages["invalid_pk_value"]
            raise forms.ValidationError(message, code="invalid_pk_value", params={"pk": beyond[0][:LONGEST_KEY]})
        return super().clean(value)
