"""Message catalogues without gettext's own programs: ``python -m scripts.catalogues collect`` and ``compile``.

English is the source, so only French has a catalogue: ``locale/fr/LC_MESSAGES/django.po``. It is sorted by message and
names no files or lines, so that a change of the code shows in it only where a text changed.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/fr/LC_MESSAGES/django.po"
APPS = ("config", "core", "missions", "officers", "deployments")
HEADER = {
    "Language": "fr",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}
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
    """A text to translate; ``plural`` is empty where it has none, ``context`` where it stands alone."""

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


def messages() -> dict[tuple[str, str], Message]:
    """Every message of the project, by context and text; where it is used with and without a plural, with."""
    found: dict[tuple[str, str], Message] = {}
    for message in _every_message():
        key = (message.context, message.msgid)
        known = found.setdefault(key, message)
        if message.plural and not known.plural:
            found[key] = message
        elif message.plural and message.plural != known.plural:
            raise Untranslatable(f"{message.msgid!r} has two plurals: {message.plural!r} and {known.plural!r}")
    return found


def merged(catalogue: polib.POFile) -> polib.POFile:
    """``catalogue`` brought up to date: translations kept, new messages and guesses (fuzzy) untranslated,
    vanished ones left out.
    """
    old = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not (entry.obsolete or entry.fuzzy)}
    new = polib.POFile(wrapwidth=110)
    new.metadata = dict(HEADER)
    for key, message in sorted(messages().items(), key=lambda item: (item[0][1], item[0][0])):
        new.append(_entry(message, old.get(key)))
    return new


def collect() -> None:
    """Brings the French catalogue up to date and says what is left to translate."""
    new = merged(polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(f"{new}\n", encoding="utf-8")
    untranslated = new.untranslated_entries()
    sys.stdout.write(f"{len(new)} messages, {len(untranslated)} to translate\n")
    sys.stdout.writelines(f"  {entry.msgid}\n" for entry in untranslated)


def compile_all() -> None:
    """Writes django.mo beside every django.po, where it is older or missing."""
    for po_path in ROOT.glob("locale/*/LC_MESSAGES/django.po"):
        mo_path = po_path.with_suffix(".mo")
        if not mo_path.exists() or mo_path.stat().st_mtime_ns < po_path.stat().st_mtime_ns:
            half_written = mo_path.with_suffix(".new")
            polib.pofile(str(po_path)).save_as_mofile(str(half_written))
            half_written.replace(mo_path)


def sources(pattern: str) -> list[Path]:
    """The project's own files of a kind (``*.py``, ``*.html``), without migrations and vendored files."""
    folders = [ROOT / app for app in APPS] + [ROOT / "templates"]
    return sorted(path for folder in folders for path in folder.rglob(pattern) if "migrations" not in path.parts)


def placeholders(text: str) -> list[str]:
    """What is filled into ``text``: ``%(name)s``, ``%s``, ``{name}``; sorted, with repetitions."""
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def _every_message() -> Iterator[Message]:
    for path in sources("*.py"):
        yield from messages_in_python(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
    for pattern in ("*.html", "*.txt", "*.svg", "*.xml"):
        for path in sources(pattern):
            if "templates" in path.parts:
                yield from messages_in_template(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))


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


def _entry(message: Message, old: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context or None, msgid_plural=message.plural)
    if placeholders(message.msgid + message.plural):
        entry.flags = ["python-brace-format" if "{" in message.msgid else "python-format"]
    if old:
        entry.tcomment = old.tcomment
        entry.msgstr = "" if message.plural else old.msgstr
    if message.plural:
        entry.msgstr_plural = (old and old.msgstr_plural) or {0: "", 1: ""}
    return entry


if __name__ == "__main__":
    {"collect": collect, "compile": compile_all}[sys.argv[1]]()
