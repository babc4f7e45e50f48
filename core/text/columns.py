"""Django's text columns as bases of the portal's own: what is read from one is a text, and what is written too."""

from typing import TYPE_CHECKING

from django.db.models import CharField, Field, TextField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models.expressions import Combinable

    TextColumn = Field[str | Combinable, str]
    CharTextColumn = CharField[str | Combinable, str]
    LongTextColumn = TextField[str | Combinable, str]
    CodesColumn = CharField[str | Iterable[str] | Combinable, list[str]]
else:
    TextColumn, CharTextColumn, LongTextColumn, CodesColumn = Field, CharField, TextField, CharField
