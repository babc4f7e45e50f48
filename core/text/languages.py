"""The languages in which police serve, by ISO 639-1 code, and the field that keeps a short list of them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text.columns import CodesColumn

LANGUAGES = {
    "en": _("English"),
    "fr": _("French"),
    "ar": _("Arabic"),
    "de": _("German"),
    "es": _("Spanish"),
    "he": _("Hebrew"),
    "ht": _("Haitian Creole"),
    "it": _("Italian"),
    "nl": _("Dutch"),
    "pt": _("Portuguese"),
    "ru": _("Russian"),
    "sw": _("Swahili"),
    "uk": _("Ukrainian"),
    "zh": _("Chinese"),
}


def language_names(codes: Iterable[str]) -> str:
    """The languages' names in the reader's language: "English, French"."""
    return ", ".join(str(LANGUAGES.get(code, code)) for code in codes)


class LanguageCodesFormField(forms.MultipleChoiceField):
    """Check boxes for the languages of ``LANGUAGES``; gives a list of codes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(LANGUAGES.items()), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.split(";") if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class LanguageCodesField(CodesColumn):
    """A list of language codes, kept in one column as "en;fr"; an empty list where nothing is said.

    Takes a list, a tuple or such a string; gives a list. Raises ValidationError for an unknown code.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> list[str]:
        parts = (value or "").replace(",", ";").split(";") if isinstance(value, str | None) else value
        return list(dict.fromkeys(str(part).strip().lower() for part in parts if str(part).strip()))

    def from_db_value(self, value: Any, _expression: Expression, _connection: BaseDatabaseWrapper) -> list[str]:
        return self.to_python(value)

    def get_prep_value(self, value: Any) -> str:
        return ";".join(self.to_python(value))

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        unknown = [code for code in self.to_python(value) if code not in LANGUAGES]
        if unknown:
            raise ValidationError(
                gettext("Unknown language code: %(codes)s. Use ISO 639-1 codes such as en or fr.")
                % {"codes": ", ".join(unknown)}
            )
        if not self.blank and not value:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def run_validators(self, value: Any) -> None:
        super().run_validators(self.get_prep_value(value))

    def formfield(self, **kwargs: Any) -> Any:
        return LanguageCodesFormField(
            **{"label": self.verbose_name, "required": not self.blank, "help_text": self.help_text} | kwargs_for(kwargs)
        )


def kwargs_for(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The form field's arguments that a list of check boxes knows."""
    return {name: kwargs[name] for name in ("label", "required", "help_text", "initial") if name in kwargs}
