"""Refusals of the limits, and the words for what the database itself refuses."""

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from core.refusals import Refusal

DATABASE_REFUSALS = {
    "_one_per_day": _("A version from this day exists already: withdraw it first if it is wrong."),
    "one_per_day": _("A version from this day exists already: withdraw it first if it is wrong."),
    "effective_from": _("A version from this day exists already: withdraw it first if it is wrong."),
}
BY_DATABASE = _("The database refused this, because it would break a rule that it guards: %(reason)s")


def refused_by_database(error: IntegrityError) -> Refusal:
    """What a constraint or guard refused, as a refusal with words: a state or a race that the act did not foresee."""
    text = str(error).strip().splitlines()[0]
    for sign, words in DATABASE_REFUSALS.items():
        if sign in text:
            return Refusal(words, code="refused_by_database")
    return Refusal(BY_DATABASE % {"reason": text}, code="refused_by_database")
