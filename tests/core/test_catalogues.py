"""The catalogue is collected and compiled without gettext's own programs."""

import gettext as machine
import os

import polib
import pytest
from babel.messages.catalog import Catalog

from scripts import catalogues
from scripts.catalogues import (
    Message,
    Untranslatable,
    collect,
    compile_all,
    is_translated,
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


def catalogue(**translations: str) -> Catalog:
    found = Catalog(locale="fr")
    for text, french in translations.items():
        found.add(text, french)
    return found


def entries(found: Catalog) -> dict[str, str]:
    return {entry.id[0] if isinstance(entry.id, tuple) else entry.id: entry.string or "" for entry in found if entry.id}


def test_collecting_keeps_translations_adds_the_new_and_drops_the_vanished(project):
    project("_('Bring')\n_('Close')")
    assert entries(merged(catalogue(Arrive="Arriver", Bring="Apporter"))) == {"Bring": "Apporter", "Close": ""}


def test_a_text_with_a_changed_comma_keeps_its_french_as_a_guess(project):
    project("_('Who goes, and who stays.')")
    old = catalogue(**{"Who goes and who stays.": "Qui part et qui reste."})
    [entry] = [entry for entry in merged(old) if entry.id]
    assert (entry.string, entry.fuzzy) == ("Qui part et qui reste.", True)


def test_each_text_names_the_files_that_use_it(project):
    project("_('Bring')\n_('Bring')")
    collect()
    assert "#: core/words.py\nmsgid" in catalogues.CATALOGUE.read_text()


def test_a_text_that_gains_a_plural_is_translated_anew(project):
    project("ngettext('a', 'as', n)\n_('a')")
    [entry] = [entry for entry in merged(catalogue(a="A")) if entry.id]
    assert entry.id == ("a", "as")
    assert not is_translated(entry) or entry.fuzzy


def test_one_text_with_two_plurals_is_refused(project):
    project("ngettext('a', 'as', n)\nngettext('a', 'aa', n)")
    with pytest.raises(Untranslatable, match="two plurals"):
        merged(Catalog())


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
