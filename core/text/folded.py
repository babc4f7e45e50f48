"""Text folded for searching and sorting: no accents, no case, so that « Haïti » is found as "haiti". Sizes in words."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils.formats import localize
from django.utils.translation import gettext as _

from core.text.clean import without_refused
from core.text.columns import LongTextColumn

MOST_WORDS = 20


# What people and programs type for one another: typographic apostrophes and hyphens.
TYPED_ALIKE = str.maketrans(
    {"œ": "oe", "Œ": "OE", **dict.fromkeys("‘’ʼ´`′", "'"), **dict.fromkeys("\u2010\u2011\u2012", "-")}
)


def fold(text: str) -> str:
    """``text`` without accents, case and invisible characters, with plain apostrophes, hyphens and single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.replace("`", "'").lower().split())
    decomposed = unicodedata.normalize("NFKD", without_refused(text).translate(TYPED_ALIKE))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())


def run_together(text: str) -> str:
    """``text`` folded, as people type it who leave out apostrophes, hyphens and spaces: "ohalloran"."""
    return re.sub("['\\- ]", "", fold(text))


def size_in_words(size: int) -> str:
    """A file's size as people write it: "12 KB", « 3,4 Mo »."""
    if size < 1024**2:
        return _("%(number)s KB") % {"number": localize(max(1, round(size / 1024)))}
    millions = round(size / 1024**2, 1)
    return _("%(number)s MB") % {"number": localize(int(millions) if millions.is_integer() else millions)}


def named(label: object, message: object) -> str:
    """ "State: selected", as the reader's language sets a colon."""
    return _("%(label)s: %(message)s") % {"label": label, "message": message}


class FoldedTextField(LongTextColumn):
    """Holds the folded text of other fields, filled whenever the record is written (``pre_save``).

    What a record is found by beside them, its model says in ``also_in_<name of the field>``.
    """

    def __init__(self, *args: Any, sources: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.sources = tuple(sources)
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for made_here in ("editable", "blank", "default"):
            kwargs.pop(made_here, None)
        return name, path, args, {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        names = (*self.sources, f"also_in_{self.name}")
        value = self.folded(" ".join(str(getattr(model_instance, name, "") or "") for name in names))
        setattr(model_instance, self.attname, value)
        return value

    @staticmethod
    def folded(text: str) -> str:
        return fold(text)


class SortKeyField(FoldedTextField):
    """Holds what a list is sorted by: letters and figures alone, so that every database sorts as a reader does."""

    @staticmethod
    def folded(text: str) -> str:
        return re.sub(r"[^\w ]|_", "", fold(text))


def words_of(asked: Iterable[str]) -> list[str]:
    """The words of a search, each once; of very many the first MOST_WORDS: each is a question to the database.

    "MacAskill, Stuart" is two words, without the comma.
    """
    words = (word.strip(",;") for word in asked)
    return list(dict.fromkeys(filter(None, words)))[:MOST_WORDS]


def has_word(column: str, word: str) -> models.Q:
    """Records whose folded ``column`` has ``word``, or has it as it is typed without apostrophe, hyphen or space."""
    spelled = dict.fromkeys((word, run_together(word) or word))
    return models.Q(*((f"{column}__contains", each) for each in spelled), _connector=models.Q.OR)
