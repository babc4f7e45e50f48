"""The catalogue is collected and compiled without gettext's own programs."""

import gettext as machine
import os

import polib
import pytest

from scripts import catalogues
from scripts.catalogues import (
    Message,
    Untranslatable,
    compile_all,
    merged,
    messages_in_python,
    messages_in_template,
    placeholders,
)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("_('Save')", Message("Save")),
        ("gettext_lazy('Two ' 'parts')", Message("Two parts")),
        ("ngettext('%(n)s place', '%(n)s places', n)", Message("%(n)s place", "%(n)s places")),
        ("pgettext('verb', 'Open')", Message("Open", context="verb")),
        ("npgettext_lazy('a', 'b', 'c', 'n')", Message("b", "c", "a")),
        ("translation.gettext('Save')", Message("Save")),
        (
            "from django.utils.translation import pgettext as p\ndef f():\n    return p('verb', 'Open')",
            Message("Open", context="verb"),
        ),
    ],
)
def test_texts_are_found_in_code_under_every_name(code, message):
    assert list(messages_in_python(code)) == [message]


@pytest.mark.parametrize(
    "code", ["_(f'{n} places')", "_('a' + b)", "_('%s places' % n)", "_(name)", "ngettext('a', b, n)"]
)
def test_a_text_that_is_put_together_first_is_refused(code):
    with pytest.raises(Untranslatable):
        list(messages_in_python(code, "here.py"))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% translate 'Save' %}", Message("Save")),
        ('{% translate "It\'s" as title %}', Message("It's")),
        ("{% translate 'Open' context 'verb' %}", Message("Open", context="verb")),
        ("{% blocktranslate with n=x|length %}All {{ n }}{% endblocktranslate %}", Message("All %(n)s")),
        ("{% blocktranslate trimmed %}\n  One\n  line\n{% endblocktranslate %}", Message("One line")),
        (
            "{% blocktranslate count n=x %}{{ n }} place{% plural %}{{ n }} places{% endblocktranslate %}",
            Message("%(n)s place", "%(n)s places"),
        ),
        ("{% blocktranslate context 'verb' %}Open{% endblocktranslate %}", Message("Open", context="verb")),
        ("{{ name|default:_('nobody') }}", Message("nobody")),
        ("{% translate '100 %' %}", Message("100 %%")),
    ],
)
def test_texts_are_found_in_templates(template, message):
    assert list(messages_in_template(f"<p>gettext('no')</p>{template}")) == [message]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project of its own: one module with the texts given."""

    def write(code: str) -> None:
        (tmp_path / "core").mkdir(exist_ok=True)
        (tmp_path / "core" / "words.py").write_text(code)

    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    monkeypatch.setattr(catalogues, "CATALOGUE", tmp_path / "locale/fr/LC_MESSAGES/django.po")
    return write


def entries(catalogue: polib.POFile) -> dict[str, str]:
    return {e.msgid: dict(e.msgstr_plural) if e.msgid_plural else e.msgstr for e in catalogue}


def test_collecting_keeps_translations_adds_the_new_and_drops_the_vanished(project):
    project("_('b')\n_('c')")
    old = polib.POFile()
    old += [polib.POEntry(msgid="a", msgstr="A"), polib.POEntry(msgid="b", msgstr="B")]
    assert entries(merged(old)) == {"b": "B", "c": ""}


def test_a_guessed_translation_is_asked_for_again(project):
    project("_('a')")
    old = polib.POFile()
    old.append(polib.POEntry(msgid="a", msgstr="A", flags=["fuzzy"]))
    [entry] = merged(old)
    assert (entry.msgstr, entry.fuzzy) == ("", False)


def test_a_text_that_gains_a_plural_is_translated_anew(project):
    project("ngettext('a', 'as', n)\n_('a')")
    old = polib.POFile()
    old.append(polib.POEntry(msgid="a", msgstr="A"))
    assert entries(merged(old)) == {"a": {0: "", 1: ""}}


def test_one_text_with_two_plurals_is_refused(project):
    project("ngettext('a', 'as', n)\nngettext('a', 'aa', n)")
    with pytest.raises(Untranslatable, match="two plurals"):
        merged(polib.POFile())


def test_collecting_twice_changes_nothing_and_order_is_that_of_the_texts(project):
    project("_('b')\n_('a')\npgettext('x', 'a')")
    catalogues.collect()
    once = catalogues.CATALOGUE.read_text()
    catalogues.collect()
    assert catalogues.CATALOGUE.read_text() == once
    assert [(e.msgid, e.msgctxt) for e in polib.pofile(once)] == [("a", None), ("a", "x"), ("b", None)]


def test_compiling_writes_what_gettext_reads_only_where_it_is_older_or_missing(project):
    project("_('a')")
    catalogues.collect()
    text = catalogues.CATALOGUE.read_text().replace('msgid "a"\nmsgstr ""', 'msgid "a"\nmsgstr "À"')
    catalogues.CATALOGUE.write_text(text)
    compile_all()
    made = catalogues.CATALOGUE.with_suffix(".mo")
    with made.open("rb") as file:
        assert machine.GNUTranslations(file).gettext("a") == "À"
    made.write_bytes(b"kept")
    compile_all()
    assert made.read_bytes() == b"kept"
    os.utime(made, ns=(0, 0))
    compile_all()
    assert made.read_bytes() != b"kept"
    assert sorted(path.suffix for path in made.parent.iterdir()) == [".mo", ".po"]


def test_placeholders_of_every_kind_are_seen():
    assert placeholders("%(n)s of %s, {name}, {}, 100 %%") == ["%(n)s", "%s", "{name}", "{}"]
