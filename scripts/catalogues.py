"""Message catalogues without gettext's own programs: ``python -m scripts.catalogues collect`` and ``compile``.

English is the source, so only French has a catalogue: ``locale/fr/LC_MESSAGES/django.po``. Babel reads, merges and
writes it; a text that changed a little keeps its French as a guess (fuzzy) until somebody confirms it. Templates are
extracted as Django's own makemessages does. The catalogue is sorted by message and names files without lines, so that
it changes where a text changed or moved, and nowhere else.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/fr/LC_MESSAGES/django.po"
HEAD = b"""msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""
APPS = ("config", "core", "missions", "officers", "deployments")
# What each function of django.utils.translation takes, in order.
ARGUMENTS = {
    "gettext": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
}
STRING = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TEMPLATE_CALL = re.compile(rf"(?<!\w)(?:_|n?p?gettext)\({STRING}(?:,\s*{STRING})*(?:,\s*count)?\)")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")


class Message(NamedTuple):
    """A text to translate; ``plural`` is empty where it has none, ``context`` where the word alone is ambiguous."""

    msgid: str
    plural: str = ""
    context: str = ""


class Untranslatable(ValueError):
    """A text that no catalogue can hold, because the code does not say it in full where it looks it up."""


def messages_in_python(source: str, name: str = "<python>") -> Iterator[Message]:
    """The messages that ``source`` gives to a function of django.utils.translation, under whatever name it imports it.

    Raises Untranslatable for a variable, an f-string or a text put together: no catalogue could hold it.
    """
    tree = ast.parse(source, name)
    functions = _translating_functions(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        known = functions.get(function)
        if known:
            yield _message(call, ARGUMENTS[known], f"{name}:{call.lineno}")


def messages_in_template(source: str, name: str = "<template>") -> Iterator[Message]:
    """The messages of ``translate``, ``blocktranslate`` and ``_()`` in a Django template."""
    for found in TEMPLATE_CALL.finditer(templatize(source, name)):
        yield from messages_in_python(found[0], name)


def template() -> Catalog:
    """Every message of the project with the files that use it; where it is used with and without a plural, with.

    Raises Untranslatable for a text with two plurals.
    """
    found: dict[tuple[str, str], tuple[Message, list[str]]] = {}
    for path, message in _every_message():
        key = (message.context, message.msgid)
        known, places = found.setdefault(key, (message, []))
        if message.plural and not known.plural:
            found[key] = message, places
        elif message.plural and message.plural != known.plural:
            raise Untranslatable(f"{message.msgid!r} has two plurals: {message.plural!r} and {known.plural!r}")
        places.append(path)
    catalogue = Catalog()
    for message, places in found.values():
        text = (message.msgid, message.plural) if message.plural else message.msgid
        catalogue.add(text, context=message.context or None, locations=[(path, 1) for path in sorted(set(places))])
    return catalogue


def merged(catalogue: Catalog) -> Catalog:
    """``catalogue`` brought up to date: translations kept, a changed text with its old French as a guess (fuzzy)."""
    # update() matches a changed text to its old French by likeness; what it matched is only a guess, and marked as one.
    catalogue.update(template())
    catalogue.obsolete.clear()
    for entry in catalogue:
        _mark_format(entry)
    return catalogue


def read(path: Path) -> Catalog:
    """The catalogue in ``path``; an empty one where there is none."""
    if not path.exists():
        return Catalog(locale="fr", domain="django")
    with path.open("rb") as file:
        # A broken entry would otherwise be dropped in silence, and its French with it.
        return read_po(file, locale="fr", domain="django", abort_invalid=True)


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file; its head has no dates, which would change in every collection."""
    file = io.BytesIO()
    write_po(file, catalogue, width=110, sort_output=True, omit_header=True, include_lineno=False)
    return HEAD + file.getvalue().lstrip(b"\n")


def collect() -> None:
    """Brings the French catalogue up to date and says what is left to translate or to confirm."""
    catalogue = merged(read(CATALOGUE))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(written(catalogue))
    open_entries = [entry for entry in catalogue if entry.id and (entry.fuzzy or not is_translated(entry))]
    sys.stdout.write(f"{len(catalogue)} messages, {len(open_entries)} to translate or confirm\n")
    sys.stdout.writelines(f"  {'(guess) ' if entry.fuzzy else ''}{entry.id}\n" for entry in open_entries)


def is_translated(entry: Entry) -> bool:
    """Whether every form of ``entry`` has its French."""
    return all(entry.string) if isinstance(entry.string, tuple) else bool(entry.string)


def compile_all() -> None:
    """Write django.mo beside every django.po, where it is older or missing."""
    for po_path in ROOT.glob("locale/*/LC_MESSAGES/django.po"):
        mo_path = po_path.with_suffix(".mo")
        if not mo_path.exists() or mo_path.stat().st_mtime_ns < po_path.stat().st_mtime_ns:
            half_written = mo_path.with_suffix(".new")
            with half_written.open("wb") as file:
                write_mo(file, read(po_path))
            half_written.replace(mo_path)


def sources(pattern: str) -> list[Path]:
    """The project's own files of a kind (``*.py``, ``*.html``), without migrations and vendored files."""
    folders = [ROOT / app for app in APPS] + [ROOT / "templates"]
    return sorted(path for folder in folders for path in folder.rglob(pattern) if "migrations" not in path.parts)


def placeholders(text: str) -> list[str]:
    """What is filled into ``text``: ``%(name)s``, ``%s``, ``{name}``; sorted, with repetitions."""
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def _every_message() -> Iterator[tuple[str, Message]]:
    """Each use of a message, with the file."""
    for path in sources("*.py"):
        name = str(path.relative_to(ROOT))
        yield from ((name, message) for message in messages_in_python(path.read_text(encoding="utf-8"), name))
    for pattern in ("*.html", "*.txt", "*.svg", "*.xml"):
        for path in sources(pattern):
            if "templates" in path.parts:
                name = str(path.relative_to(ROOT))
                yield from ((name, message) for message in messages_in_template(path.read_text(encoding="utf-8"), name))


def _translating_functions(tree: ast.Module) -> dict[str, str]:
    """Local names of translating functions, and what each is: {"_": "gettext", "gettext_lazy": "gettext"}."""
    names = {name: name for name in ARGUMENTS} | {f"{name}_lazy": name for name in ARGUMENTS} | {"_": "gettext"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for imported in node.names:
                original = imported.name.removesuffix("_lazy")
                if original in ARGUMENTS:
                    names[imported.asname or imported.name] = original
    return names


def _message(call: ast.Call, parts: tuple[str, ...], place: str) -> Message:
    texts = [a.value for a in call.args[: len(parts)] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if len(texts) != len(parts):
        raise Untranslatable(f"{place}: write the text in full where it is translated: {ast.unparse(call)}")
    return Message(**dict(zip(parts, texts, strict=True)))


def _mark_format(entry: Entry) -> None:
    """Flag a text with placeholders, so that tools check that the French fills in the same."""
    text = entry.id if isinstance(entry.id, str) else "".join(entry.id)
    entry.flags -= {"python-format", "python-brace-format"}
    if entry.id and placeholders(text):
        entry.flags.add("python-brace-format" if "{" in text else "python-format")


if __name__ == "__main__":
    {"collect": collect, "compile": compile_all}[sys.argv[1]]()
