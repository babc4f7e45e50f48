"""Two languages all the way: nothing that a person reads exists in one language alone."""

import ast
import re
from html.parser import HTMLParser

import polib
import pytest
from django.apps import apps
from django.contrib import admin
from django.template.base import Lexer, TokenType
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from core.history.verbs import Verb, VerbFacts
from scripts.catalogues import APPS, CATALOGUE, ROOT, merged, placeholders, read, sources, written
from tests.test_architecture import listed

CATALOGUE_NOW = polib.pofile(str(CATALOGUE))
ENTRIES = list(CATALOGUE_NOW)
TRANSLATED = CATALOGUE_NOW.translated_entries()
TEMPLATES = [path for kind in ("*.html", "*.txt", "*.svg") for path in sources(kind) if "templates" in path.parts]
NEVER_SHOWN = {"Gate", "Reminder", "ExpiryWarning"}  # the portal's own notes to itself
LETTERS = re.compile(r"[^\W\d_]{2,}")
NO_BREAK, NARROW_NO_BREAK = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"

# One term for one thing (docs/domain.md, the table of terms). Where the English says the first, the French says one of
# the others.
GLOSSARY = {
    "authorized strength": ["effectif autorisé", "effectifs autorisés"],
    "authorized number": ["nombre autorisé", "nombres autorisés"],
    "ceiling": ["plafond"],
    "tour of duty": ["période d'affectation"],
    "tours of duty": ["périodes d'affectation"],
    "extension": ["prolongation"],
    "extend": ["prolong"],
    "repatriat": ["rapatri"],
    "stand-by roster": ["liste de réserve"],
    "duty station": ["lieu d'affectation", "lieux d'affectation"],
    "secondment": ["détachement"],
    "nomination": ["candidature proposée", "candidatures proposées"],
    "peace operations coordinator": [
        "coordonnateur ou coordonnatrice des opérations de paix",
        "coordonnateurs et coordonnatrices des opérations de paix",
    ],
    "vacancy notice": ["avis de vacance de poste"],
    "date modified": ["date de modification"],
    "current operations": ["opérations en cours"],
    "country/region": ["pays/région"],
    "language of operation": ["langue de travail"],
    "languages of operation": ["langues de travail"],
    "unarmed": ["non armé"],
    "specialized police posting": ["poste spécialisé", "postes spécialisés"],
    "other international opportunit": ["autre possibilité internationale", "autres possibilités internationales"],
    "instrument": ["instrument"],
    "police service": ["service de police", "services de police"],
    "over-strength": ["sureffectif"],
    "terms": ["modalité"],
    "posting": ["poste"],
    "e-mail": ["courriel"],
}
# Words of France, or borrowed from English, for which federal French has its own.
FOREIGN = re.compile(
    r"\b(email|e-mail|mail|courrier électronique|digital|week-end|check-list|feedback|planning|login|uploader?"
    r"|déploiements?|déployée?s?|effectif maximum|rotation|extensions?)\b",
    re.IGNORECASE,
)


def french(entry: polib.POEntry) -> list[str]:
    """Every French form of a message."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def named(entries: list[polib.POEntry]) -> list[str]:
    return [entry.msgid for entry in entries]


def test_the_catalogue_holds_exactly_the_texts_of_the_project():
    """Else `make messages` brings it up to date; what is new needs its French."""
    assert written(merged(read(CATALOGUE))).decode() == CATALOGUE.read_text(encoding="utf-8")


def test_every_text_has_its_french():
    wrong = named([entry for entry in ENTRIES if not all(french(entry))])
    assert not wrong, listed(wrong)


def test_every_plural_has_both_forms():
    plurals = [entry for entry in ENTRIES if entry.msgid_plural]
    assert named([entry for entry in plurals if sorted(entry.msgstr_plural) != [0, 1]]) == []


def test_no_translation_is_a_guess_or_a_leftover():
    assert named([entry for entry in ENTRIES if entry.fuzzy or entry.obsolete]) == []


def test_what_is_filled_in_is_filled_in_in_french_too():
    """A singular may leave out a number that its words say ("one place")."""
    wrong = []
    for entry in TRANSLATED:
        allowed = [placeholders(entry.msgid), *([placeholders(entry.msgid_plural)] if entry.msgid_plural else [])]
        wrong += [text for text in french(entry) if placeholders(text) not in allowed]
    assert not wrong, listed(wrong)


def test_french_spaces_before_high_punctuation_do_not_break():
    """A no-break space before a colon and inside « », a narrow one before ; ? and !; none of them a plain space."""
    wrong = re.compile(
        rf"[^{NO_BREAK}{NARROW_NO_BREAK}\s\d/«]:(?![\w/}}])|[^{NARROW_NO_BREAK}][;?!](?!\w)|[ ][:;?!»]|«(?!{NO_BREAK})"
        rf"|(?<!{NO_BREAK})»|[“”\"]"
    )
    assert [text for text in all_french() if wrong.search(without_code(text))] == []


def test_french_has_one_apostrophe():
    assert [text for text in all_french() if "’" in text] == []


def test_french_says_one_term_for_one_thing():
    wrong = []
    for entry in TRANSLATED:
        for english, terms in GLOSSARY.items():
            if re.search(rf"\b{english}", without_code(entry.msgid), re.IGNORECASE):
                wrong += [
                    f"{entry.msgid!r}: {text!r} lacks {terms[0]!r}"
                    for text in french(entry)
                    if not any(term in text.lower() for term in terms)
                ]
    assert not wrong, listed(wrong)


def test_french_is_that_of_the_federal_government():
    assert [text for text in all_french() if FOREIGN.search(without_code(text))] == []


def test_french_keeps_the_end_and_the_case_of_a_sentence():
    """A full stop stays a full stop; a lower-case label stays one, so that headings and forms agree."""
    wrong = []
    for entry in TRANSLATED:
        for text in french(entry):
            if entry.msgid.endswith(".") != text.endswith(".") or text != text.strip():
                wrong.append(text)
            if entry.msgid[0].islower() and text[:1].isupper() and not entry.msgid.startswith("%"):
                wrong.append(text)
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_bare_text(path):
    assert bare_text(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("app", [app for app in APPS if app != "config"])
def test_every_model_field_and_choice_is_named_in_both_languages(app):
    wrong = []
    for model in apps.get_app_config(app).get_models():
        if model.__name__.startswith("Historical") or model.__name__ in NEVER_SHOWN:
            continue
        names = {"": model._meta.verbose_name, "s": model._meta.verbose_name_plural}
        for field in model._meta.get_fields():
            if field.auto_created or not field.concrete or is_of_the_framework(field):
                continue
            names[field.name] = field.verbose_name
            names[f"{field.name} (help)"] = field.help_text or gettext_lazy("")
            names |= {f"{field.name}={key}": label for key, label in field.choices or () if key not in ("", None)}
        wrong += [f"{model.__name__}.{name}: {text}" for name, text in names.items() if not isinstance(text, Promise)]
    assert not wrong, listed(wrong)


def test_no_form_field_column_or_refusal_is_worded_in_one_language_alone():
    wrong = []
    for path in sources("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            wrong += [f"{path.relative_to(ROOT)}:{line} {text}" for line, text in bare_words(node)]
    assert not wrong, listed(wrong)


def test_every_act_has_its_words_in_the_history():
    """Else a reader of the history would find the act's code."""
    tables = [table for table in Verb.__subclasses__() if table.__module__.split(".")[0] in APPS]
    verbs = {verb.value for table in tables for verb in table}
    for path in sources("*.py"):
        verbs |= set(re.findall(r"record_act\(\s*[^,]+,\s*\"([a-z-]+)\"", path.read_text(encoding="utf-8")))
    words = admin.site.vocabulary.verbs
    assert len(tables) > 8
    assert verbs ^ words.keys() == set()


def test_no_two_records_tell_one_verb_in_different_words():
    class Other(Verb):
        CLOSE = "close", VerbFacts(gettext_lazy("Cancelled"))

    with pytest.raises(ValueError, match="other words"):
        admin.site.vocabulary.add_verbs(Other)


def test_the_words_of_the_vocabulary_are_read_in_both_languages():
    words = admin.site.vocabulary.verbs
    assert {verb for verb, text in words.items() if not isinstance(text, Promise)} == set()


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>{% translate 'Hello' %} {{ name }} 12 – ok</p>", ["12 – ok"]),
        ("{% blocktranslate trimmed %}Hello{% plural %}All{% endblocktranslate %}{# no #}<b>Hello</b>", ["Hello"]),
        ("{% comment %}A note{% endcomment %}<code>make run</code><style>a b</style>", []),
        ('<img alt="A map of {{ place }}"><a aria-label="{% translate "Home" %}" title="">', ["alt='A map of'"]),
        ('<input type="submit" value="Save">', ["value='Save'"]),
        ('{{ name|default:"nobody" }}{{ n }} {{ n|pluralize }}', ['|default:"nobody"', "|pluralize"]),
        ('{% include "a.html" with title="Missions" %}', ['title="Missions"']),
    ],
)
def test_bare_text_is_found(template, found):
    assert bare_text(template) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('Field(label="A label")', ["A label"]),
        ('raise Refusal(f"No place on {day}")', ["No place on "]),
        ('short_description = "In force"', ["In force"]),
        ('Field(label=_("A label"), name="a name")', []),
    ],
)
def test_bare_words_in_code_are_found(code, found):
    assert [text for node in ast.walk(ast.parse(code)) for _line, text in bare_words(node)] == found


# --- How bare text is found ---------------------------------------------------------------------------


def all_french() -> list[str]:
    return [text for entry in TRANSLATED for text in french(entry)]


def without_code(text: str) -> str:
    """``text`` without placeholders, tags, addresses and times of day, in which a colon is no punctuation."""
    return re.sub(r"%\(\w+\)[sd]|\{\w*\}|<[^>]*>|&\w+;|https?:\S+|\d\d:\d\d", "X", text)


def is_of_the_framework(field) -> bool:
    """Fields that Django's own base classes bring along, with Django's own French."""
    return field.name in {"password", "last_login", "is_superuser", "groups", "user_permissions", "content_type"} or (
        field.name in {"object_id", "id", "search_text", "sort_key"}
    )


def bare_text(source: str) -> list[str]:
    """What a template says in English alone."""
    reader = BareText()
    reader.feed(text_outside_translation(source))
    reader.close()
    return reader.found + bare_arguments(source)


def text_outside_translation(source: str) -> str:
    """The template with every tag and variable, and all that stands in ``blocktranslate`` and comments, taken out."""
    kept, inside = [], ""
    for token in Lexer(source).tokenize():
        words = token.contents.split()
        if token.token_type == TokenType.BLOCK and inside in ("", words[0]):
            inside = "" if inside else closing_tag(words[0])
        elif token.token_type == TokenType.TEXT and not inside:
            kept.append(token.contents)
        kept.append(" ")
    return "".join(kept)


def closing_tag(tag: str) -> str:
    return f"end{tag}" if tag in {"blocktranslate", "blocktrans", "comment"} else ""


ENGLISH_FILTER = r"""\|(?:default|default_if_none|yesno):"[^"]*[^\W\d_]{2}[^"]*"|\|pluralize\b"""
WORDED_ARGUMENT = r"""\b(?:title|label|caption|text|heading|message|summary)="[^"]*[^\W\d_]{2}[^"]*\""""


def bare_arguments(source: str) -> list[str]:
    """English that reaches the page through a tag's or a filter's argument, or by English grammar."""
    tags = [t.contents for t in Lexer(source).tokenize() if t.token_type in (TokenType.BLOCK, TokenType.VAR)]
    return [found for tag in tags for found in re.findall(f"{ENGLISH_FILTER}|{WORDED_ARGUMENT}", tag)]


class BareText(HTMLParser):
    """Collects words in text and in the attributes that people see or hear."""

    SILENT = {"script", "style", "pre", "code", "samp", "kbd"}
    HEARD = {"alt", "title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "label"}

    def __init__(self) -> None:
        super().__init__()
        self.found, self.silent = [], []

    def handle_starttag(self, tag, attrs):
        if tag in self.SILENT:
            self.silent.append(tag)
        for name, value in attrs:
            seen = name in self.HEARD or (tag == "input" and name == "value" and ("type", "submit") in attrs)
            if seen and LETTERS.search(value or ""):
                self.found.append(f"{name}={' '.join(value.split())!r}")

    def handle_endtag(self, tag):
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data):
        if not self.silent and LETTERS.search(data):
            self.found.append(" ".join(data.split()))


WORDED_KEYWORDS = {"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label", "description"}
WORDED_NAMES = {"short_description", "verbose_name", "verbose_name_plural", "site_title", "site_header", "index_title"}
WORDED_CALLS = {"ValidationError", "Refusal", "success", "warning", "message_user", "PermissionDenied"}


def bare_words(node: ast.AST) -> list[tuple[int, str]]:
    """Literal English where a person will read it: labels, help, descriptions, refusals, messages on a page."""
    found: list[ast.expr] = []
    if isinstance(node, ast.Call):
        found += [keyword.value for keyword in node.keywords if keyword.arg in WORDED_KEYWORDS]
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in WORDED_CALLS:
            found += node.args
    elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") in WORDED_NAMES for target in node.targets):
        found.append(node.value)
    return [(value.lineno, text) for value in found if LETTERS.search(text := literal(value)) and " " in text.strip()]


def literal(value: ast.expr) -> str:
    if isinstance(value, ast.JoinedStr):
        return "".join(literal(part) for part in value.values)
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
