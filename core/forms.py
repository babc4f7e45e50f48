"""Form fields that more than one app uses."""

from django import forms

from core.languages import LANGUAGES


class LanguageCodesFormField(forms.MultipleChoiceField):
    """Check boxes for the languages of ``core.languages``; gives a list of codes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs) -> None:
        super().__init__(choices=list(LANGUAGES.items()), **kwargs)

    def prepare_value(self, value):
        return value.split(";") if isinstance(value, str) else value

    def has_changed(self, initial, data) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
