"""Fields for text that people type: the rule of core.text.clean at the form and again at the table.

The columns are those of Django's own fields, by whose names migrations know them.
"""

from functools import cached_property
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from core.refusals import Refusal
from core.text.clean import cleaned, is_refused, one_line, plain_number
from core.text.columns import CharTextColumn, LongTextColumn, TextColumn
from core.text.validators import refuse_disguises


class TextRefused(Refusal):
    """A text holds control characters, by whatever way it came to the table."""

    code = "control_characters"


class CleanField(forms.CharField):
    """A text in a form: cleaned before it is measured, refused with control characters."""

    default_validators = [refuse_disguises]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        said_twice = ProhibitNullCharactersValidator
        self.validators = [each for each in self.validators if not isinstance(each, said_twice)]

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if not isinstance(found, str):
            return found
        found = self.in_order(found)
        return found.strip() if self.strip else found

    @staticmethod
    def in_order(text: str) -> str:
        """The text as it is kept."""
        return cleaned(text)


class CleanLine(CleanField):
    """A text of one line in a form."""

    @staticmethod
    def in_order(text: str) -> str:
        return one_line(text)


class CleanText(TextColumn):
    """Cleans a text before it is checked and before it is written; refuses what is written past every form."""

    @cached_property
    def validators(self) -> list[Any]:
        """Those of the field, with the rule once: some fields name it as well."""
        return [refuse_disguises, *(each for each in super().validators if each is not refuse_disguises)]

    @staticmethod
    def in_order(text: str) -> str:
        """The text as it is kept."""
        return cleaned(text)

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return self.in_order(found) if isinstance(found, str) else found

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if not isinstance(value, str):
            return value
        setattr(model_instance, self.attname, self.in_order(value))
        return getattr(model_instance, self.attname)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, str):
            value = self.in_order(value)
            if is_refused(value):
                raise TextRefused(_("Take out the invisible control characters."), field=self.name)
        return super().get_db_prep_save(value, connection)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": CleanField, **kwargs})

    def deconstruct(self) -> tuple[Any, ...]:
        name, _path, args, kwargs = super().deconstruct()
        plain = next(kind for kind in type(self).__mro__ if kind.__module__.startswith("django."))
        return name, f"django.db.models.{plain.__name__}", args, kwargs


class CleanCharField(CleanText, CharTextColumn):
    """A text of one line or a few words."""

    @staticmethod
    def in_order(text: str) -> str:
        return one_line(text)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": CleanLine, **kwargs})


class CleanTextField(CleanText, LongTextColumn):
    """A text of any length."""


class ServiceNumberField(CleanCharField):
    """A number that a service gives: nothing in it is invisible, and its spaces are plain and single."""

    @staticmethod
    def in_order(text: str) -> str:
        return plain_number(text)
