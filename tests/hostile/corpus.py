"""Requests as nobody would send them, for every address: wrong types, NUL, long numbers and texts, thousands of
parameters, look-ups, broken uploads, odd encodings and headers; and the forms of the pages, filled in but for one value. The
same seed gives the same requests."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urljoin

from django.contrib import admin

DIGITS = "9" * 26
TEXTS = [
    "", " ", "0", "-1", "1", "99999", DIGITS, "1e9", "0x1f", "NaN", "null", "[]", "{}", "true", "on", "\x00", "a\x00b",
    "\x0b", "\x1b[31m", "\u202eexe", "\ufffe", "\u00ad", "é", "\U0001f46e", "\ud7ff", "x" * 5000, "é" * 5000,
    "' OR 1=1 --", "%27%22", "<script>alert(1)</script>", "{{7*7}}", "%s%n", "../../etc/passwd", "=1+1", "@SUM(1)",
    "2027-02-30", "2027-01-05", "0001-01-01", "9999-12-31", "10000-01-01", "2027-01-05T25:00", "2026-01-01 00:00:00+99:99",
    "a@b", "x@example.org", "service:1", ":", "all", "en", "fr", "ML", "open", "selected", "csv", "xlsx", ".*(a+)+$",
]  # fmt: skip
LOOKUPS = [
    "",
    "__regex",
    "__in",
    "__range",
    "__year",
    "__gt",
    "__isnull",
    "__exact",
    "__id__exact",
    "__pk",
    "__startswith",
]
NAMES = [
    "q", "p", "o", "e", "all", "format", "on", "with", "page", "sort", "next", "language", "country", "state", "compare",
    "act", "first_day", "last_day", "maximum", "from", "token", "seen", "reason", "_popup", "_to_field", "_changelist_filters",
    "_save", "csrfmiddlewaretoken", "text_body", "user__password", "reference", "posting__in", "at__year", "at__month",
    "TOTAL_FORMS", "acknowledge_lowering", "shown", "action", "_selected_action", "index", "document", "file", "confirm",
]  # fmt: skip
METHODS = ["GET"] * 9 + ["POST"] * 9 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"]
HEADERS: list[dict[str, str]] = [
    {},
    {},
    {},
    {"HTTP_ACCEPT": "application/json"},
    {"HTTP_ACCEPT": "text/html;q=nonsense, */*;q=1e999"},
    {"HTTP_ACCEPT_LANGUAGE": "fr, en" * 300},
    {"HTTP_ACCEPT_LANGUAGE": "\xe9;q=2,x-klingon"},
    {"HTTP_COOKIE": "sessionid=a; sessionid=b; django_language=fr; django_language=xx"},
    {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 1.2.3.4, nonsense", "HTTP_X_FORWARDED_PROTO": "http,https"},
    {"HTTP_REFERER": "\x7f" + "r" * 3000},
    {"HTTP_IF_MODIFIED_SINCE": "Mon, 99 Foo 99999 99:99:99 GMT", "HTTP_RANGE": "bytes=-9"},
    {"HTTP_HOST": "testserver, testserver"},
    {"CONTENT_LENGTH": "nonsense"},
]
BODIES = [
    ("application/json", b'{"a": [' * 500),
    ("application/json; charset=klingon", b"{}"),
    ("multipart/form-data", b"--x\r\n\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nPK\x03\x04'),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x--"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=+AGEA-&reason=%ff%fe%00"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(10_000))),
    ("application/x-www-form-urlencoded", b"a=%zz&=&&==&%00=1"),
    ("text/xml", b"<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>"),
]  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """One request: ``query`` and ``form`` are names with values, ``body`` a content type with bytes in place of a form."""

    method: str
    path: str
    query: str = ""
    form: dict[str, Any] = field(default_factory=dict)
    body: tuple[str, bytes] | None = None
    headers: dict[str, str] = field(default_factory=dict)


def names_of_forms() -> list[str]:
    """The fields of every act and the columns of every list: what a form or a filter is really called."""
    fields = {name for act in admin.site.acts for name in act.form.base_fields}
    columns = {each.name for model in admin.site._registry for each in model._meta.fields}
    return sorted(fields | columns)


def corpus(paths: list[str], number: int, seed: int) -> Iterator[Hostile]:
    """``number`` requests over ``paths``, each path as often as any other."""
    chance = random.Random(seed)
    names = NAMES + names_of_forms()
    order: list[str] = []
    for _n in range(number):
        if not order:
            order = chance.sample(paths, len(paths))
        yield _request(chance, _path(chance, order.pop()), names)


def _path(chance: random.Random, path: str) -> str:
    """The address, one time in six with one of its parts replaced."""
    parts = path.split("/")
    places = [n for n, part in enumerate(parts) if part]
    if places and chance.random() < 1 / 6:
        parts[chance.choice(places)] = quote(chance.choice(TEXTS)[:1000], safe="")
    return "/".join(parts)


def _request(chance: random.Random, path: str, names: list[str]) -> Hostile:
    method = chance.choice(METHODS)
    headers = chance.choice(HEADERS)
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in _pairs(chance, names, LOOKUPS))
    if chance.random() < 0.02:
        query = "&".join(f"{chance.choice(names)}={n}" for n in range(chance.choice([300, 10_000])))
    if method != "POST":
        return Hostile(method, path, query, headers=headers)
    if chance.random() < 0.25:
        return Hostile(method, path, body=chance.choice(BODIES), headers=headers)
    form: dict[str, Any] = {}
    for name, value in _pairs(chance, names, [""]):
        form.setdefault(name, []).append(value)
    if chance.random() < 0.1:
        form |= {
            f"{part}-{kind}_FORMS": chance.choice(["0", "1", "999", DIGITS, "-1", ""])
            for part in ("language_requirements", "qualification_requirements", "form")
            for kind in ("TOTAL", "INITIAL")
        }
    return Hostile(method, path, form=form, headers=headers)


def _pairs(chance: random.Random, names: list[str], lookups: list[str]) -> list[tuple[str, str]]:
    found = [
        (chance.choice(names) + chance.choice(lookups), chance.choice(TEXTS)) for _n in range(chance.randint(0, 12))
    ]
    return [(name, value * chance.choice([1, 1, 1, 2])) for name, value in found]


def without_query(path: str) -> str:
    return re.sub(r"\?.*", "", path)


class _Forms(HTMLParser):
    """The forms of a page: where each is sent to and how, and its fields with the values that a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.found.append(Form(at.get("method", "get").upper(), at.get("action", ""), {}, set()))
        if not self.found:
            return
        form, name = self.found[-1], at.get("name", "")
        if tag == "option" and self._select and at.get("value"):
            form.fields.setdefault(self._select, at["value"])
            if "selected" in at:
                form.fields[self._select] = at["value"]
        self._select = name if tag == "select" else self._select
        if tag == "textarea" and name:
            form.fields[name] = "Words."
        if tag in {"input", "button"} and name:
            self._input(form, name, at)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    @staticmethod
    def _input(form: "Form", name: str, at: dict[str, str]) -> None:
        kind = at.get("type", "text")
        if kind == "file":
            form.files.add(name)
        elif kind in {"checkbox", "radio"}:
            form.fields.setdefault(name, at.get("value", "on"))
        else:
            form.fields[name] = at.get("value") or {"date": "2027-01-05", "number": "1", "email": "x@example.org"}.get(
                kind, "Words"
            )


@dataclass
class Form:
    method: str
    action: str
    fields: dict[str, str]
    files: set[str]


def forms_of(page: str) -> list[Form]:
    parser = _Forms()
    parser.feed(page)
    return parser.found


def filled_in(chance: random.Random, form: Form, path: str, uploads: list[tuple[str, bytes]]) -> Hostile:
    """``form`` of the page at ``path`` as a person would send it, but for one value, or one field more or less."""
    typed: dict[str, Any] = dict(form.fields)
    for name in sorted(form.files):
        typed[name] = chance.choice(uploads)
    names = sorted(typed) or ["q"]
    for _n in range(chance.choice([0, 1, 1, 1, 2])):
        odd = chance.choice(names)
        if chance.random() < 0.15:
            typed.pop(odd, None)
        else:
            typed[odd] = chance.choice(uploads) if odd in form.files else chance.choice(TEXTS)
    typed.pop("csrfmiddlewaretoken", None)
    action = urljoin(path, form.action or path)
    headers = chance.choice(HEADERS[:5])
    if form.method == "POST":
        where, _mark, query = action.partition("?")
        return Hostile("POST", where, query, form=typed or {"x": ""}, headers=headers)
    query = "&".join(f"{quote(name)}={quote(str(value))}" for name, value in typed.items())
    return Hostile("GET", action.partition("?")[0], query, headers=headers)
