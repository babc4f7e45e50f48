"""Officers and postings as lists name them: an e-mail address or ``service:number``, a reference or a title."""

import difflib
from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.parsing.names import heading_key
from core.tabular import Column, TableRow
from core.text.clean import number_key
from deployments.imports.cells import Cells
from deployments.imports.names import Names, by_code_and_name
from deployments.models import Posting
from officers.models import Officer, PoliceService


def service_names(services: Iterable[PoliceService]) -> Names[PoliceService]:
    """Police services by code, by name in either language, by an old name."""
    return by_code_and_name(services, "aliases")


# How a list names an officer: in one cell, or in the columns of the portal's own files.
IDENTITY = (
    Column("officer", _("Officer"), ("policier", "member", "membre"), example="toronto:00421", unless=("email", "service_number")),
    Column("email", _("E-mail address"), ("courriel", "adresse courriel", "e-mail", "mail"), required=False),
    Column("police_service", _("Police service"), ("service", "service de police", "home service"), required=False),
    Column("service_number", _("Service number"), ("badge", "regimental number", "matricule", "numéro de service"), required=False),
)  # fmt: skip


def identity(officer: Officer) -> list[str]:
    """The cells of ``IDENTITY``: the name, then what finds the officer again."""
    return [str(officer), officer.user.email, officer.police_service.code, officer.service_number]


class OfficerNames:
    """The officers that the rows name, by e-mail address or by service and number; read once."""

    def __init__(self, rows: Iterable[TableRow]) -> None:
        self.services = service_names(PoliceService.objects.all())
        keys = {key for row in rows for key in self._keys(row)}
        officers = Officer.objects.select_related("user", "police_service")
        self.found: dict[object, Officer] = {}
        addresses = [key for key in keys if isinstance(key, str)]
        numbers = {key[1] for key in keys if isinstance(key, tuple)}
        for part in _parts(addresses):
            self.found |= {o.user.email.lower(): o for o in officers.filter(user__email__in=part)}
        for part in _parts(list(numbers)):
            self.found |= {(o.police_service_id, number_key(o.service_number)): o for o in officers.numbered(*part)}

    def _keys(self, row: TableRow) -> list[object]:
        """What of a row names the officer: addresses in lower case, services with a number. A mere name does not."""
        named, email = row["officer"], row["email"]
        keys: list[object] = [text.lower() for text in (named, email) if "@" in text]
        service, colon, number = named.partition(":")
        if colon and "@" not in named:
            keys.append(self._numbered(service, number))
        if row["service_number"] and row["police_service"]:
            keys.append(self._numbered(row["police_service"], row["service_number"]))
        return keys

    def _numbered(self, service: str, number: str) -> tuple[int, str]:
        found = self.services.find(service.strip())
        return (found.pk if found else 0, number_key(number))

    def read(self, cells: Cells, column: str) -> Officer | None:
        """The officer of a row; otherwise a problem that names the nearest."""
        row = cells.row
        found = [self.found.get(key) for key in self._keys(row)]
        officer = found[0] if found else None
        value = next((v for v in (row[column], row["email"], row["service_number"]) if v), "")
        if officer is not None and any(other != officer for other in found):
            cells.wrong(column, gettext("The cells of this line name different officers."))
            return None
        if officer is None:
            words = gettext("No officer has this e-mail address, or service and number: “%(value)s”.")
            near = self._nearest(value) if value else ""
            if near:
                words += " " + gettext("Nearest: “%(name)s”.")
            cells.wrong(column if cells.has(column) else "email", words % {"value": value, "name": near})
        return officer

    def _nearest(self, value: str) -> str:
        if "@" in value:
            begin = value[:1].lower()
            emails = Officer.objects.filter(user__email__startswith=begin).values_list("user__email", flat=True)[:5000]
            close = difflib.get_close_matches(value.lower(), emails, n=1, cutoff=0.7)
            return close[0] if close else ""
        service, colon, number = value.partition(":")
        found = self.services.find(service.strip())
        if not colon or found is None:
            near = self.services.nearest(service.strip())
            return f"{near}:{number.strip()}" if near and colon else ""
        numbers = Officer.objects.filter(police_service=found).values_list("service_number", flat=True)[:5000]
        close = difflib.get_close_matches(number.strip(), numbers, n=1, cutoff=0.5)
        return f"{found.code}:{close[0]}" if close else ""


class PostingNames:
    """The postings that the rows name, with their chain; read once."""

    def __init__(self, named: Iterable[str]) -> None:
        wanted = {name.lower() for name in named}
        chain = Posting.objects.select_related("mission__operation__programme")
        self.found: dict[str, Posting] = {}
        for part in _parts(list(wanted)):
            self.found |= {p.reference.lower(): p for p in chain.filter(reference__in=part)}
        if missing := wanted - set(self.found):
            references = {r.lower(): r for r in Posting.objects.values_list("reference", flat=True)}
            alike = [references[name] for name in missing if name in references]
            self.found |= {p.reference.lower(): p for p in chain.filter(reference__in=alike)}

    def read(self, cells: Cells, column: str) -> Posting | None:
        """The posting of a cell; otherwise a problem that names the nearest."""
        value = cells.row[column]
        posting = self.found.get(value.lower())
        if posting is None:
            words = gettext("No posting has this reference: “%(value)s”.")
            references = Posting.objects.values_list("reference", flat=True)[:5000]
            close = difflib.get_close_matches(heading_key(value), {heading_key(r): r for r in references}, n=1)
            if close:
                near = next(r for r in references if heading_key(r) == close[0])
                cells.wrong(column, f"{words} {gettext('Nearest: “%(name)s”.')}" % {"value": value, "name": near})
            else:
                cells.wrong(column, words % {"value": value})
        return posting


def _parts(keys: list[str], size: int = 900) -> Iterable[list[str]]:
    """The keys in parts that one query can ask for."""
    return (keys[start : start + size] for start in range(0, len(keys), size))
