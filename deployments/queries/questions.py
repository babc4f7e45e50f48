"""What people ask in words of their own, and which page answers it."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.text.folded import fold, words_of
from missions.models import HelpTopic

# Words that say nothing of what is looked for, folded, in both languages; before an apostrophe too.
SAYING_NOTHING = (
    "a an and are at be by can could did do does for from has have how i in is it many me my of on or our should that the"
    " there these they this to was we were what when where which who whom why will with would you your"
    " au aux ce ces comment c d de des du elle en est et etre fait il ils j je l la le les leur ma m mes moi mon n ne nous on ou"
    " par pas peut peux pour qu quand que quel quelle quelles quels qui quoi s sa se ses son sont sur t un une"
    " vos votre vous y"
)
EMPTY = frozenset(SAYING_NOTHING.split())
# What is asked of a page of help, by its code; phrases apart by "|".
OF_HELP: Mapping[str, str | Promise] = {
    HelpTopic.HOW_TO_APPLY: _("apply | how do I apply | how to apply | application | create an account | apply online"),
    HelpTopic.WHO_MAY_APPLY: _("eligibility | eligible | may I apply | who may apply | can I apply | requirements | years of service | age | conditions to apply"),
    HelpTopic.LIFE_OF_AN_APPLICATION: _("what happens next | how long does it take | status of my application | stages | selection | steps"),
    HelpTopic.LIFE_ON_MISSION: _("what is it like | pay | allowances | leave | family | accommodation | living on mission"),
    HelpTopic.GLOSSARY: _("meaning | definition | what does it mean | abbreviations"),
    HelpTopic.ABOUT: _("who runs this site | what do the numbers mean | up to | on record since | sources"),
    HelpTopic.CONTACT: _("whom do I ask | who do I ask | contact | questions | telephone | e-mail | email | address | complaint | write to the desk | emergency"),
    HelpTopic.PRIVACY: _("personal data | personal information | privacy | how are my data used | data | delete my data | cookies | who sees my file"),
    HelpTopic.ACCESSIBILITY: _("accessibility | screen reader | disability | barrier | keyboard"),
    HelpTopic.TERMS: _("copyright | licence | reuse | conditions of use | disclaimer"),
}  # fmt: skip
# Pages that are no record, by the name of their address: the title, and what is asked of them.
OF_PAGES: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "openings": (_("Openings"), _("jobs | vacancies | postings open now | open positions | careers")),
    "changes": (_("Changes"), _("changes | what changed | what is new | new numbers | latest | updates | what changed in the last year")),
    "compare": (_("Compare two dates"), _("compare | difference | before and after | last year | then and now")),
    "map": (_("Map of operations"), _("map | where do Canadian police serve | countries | world")),
    "numbers": (_("Numbers over the years"), _("numbers | chart | statistics | how many over time | history of numbers | total")),
    "past-operations": (_("Past operations"), pgettext_lazy("search", "past | ended | closed | former operations | history")),
}  # fmt: skip


def telling(asked: str) -> list[str]:
    """The words of ``asked``, folded, that say what is looked for | all of them where none does."""
    words = words_of(fold(asked).replace("?", " ").split())
    said = [word.rpartition("'")[2] if word.partition("'")[0] in EMPTY else word for word in words]
    return [word for word in said if word and word not in EMPTY] or words


def asks(words: list[str]) -> Callable[[str], bool]:
    """Whether ``words`` are one of the phrases of a text such as those above, whatever their order."""
    wanted = set(words)

    def is_one_of(phrases: str) -> bool:
        return any(set(telling(phrase)) == wanted for phrase in phrases.split("|"))

    return is_one_of
