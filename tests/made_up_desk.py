"""The files of a made-up desk: 12 missions, 400 officers, 900 tours since 2004, as its people would have kept them.

``python -m tests.made_up_desk FOLDER`` writes them. They are as such files are: workbooks and CSV, headings in either
language, title rows, columns of the desk's own, days written in several ways, services by old names.
"""

import csv
import datetime
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

TODAY = datetime.date(2026, 11, 24)
COUNTRIES = ("haiti", "kosovo", "ukraine", "west-bank", "mali", "iraq")
NAMES = {
    "haiti": ("Haiti", "Haïti", "Haïti"),
    "kosovo": ("Kosovo", "Kosovo", "XK"),
    "ukraine": ("Ukraine", "Ukraine", "UA"),
    "west-bank": ("West Bank", "Cisjordanie", "West Bank"),
    "mali": ("Mali", "Mali", "ML"),
    "iraq": ("Iraq", "Irak", "Irak"),
}
SERVICES = (
    ("rcmp", "Royal Canadian Mounted Police", "Gendarmerie royale du Canada", "RCMP; GRC", "no"),
    ("toronto", "Toronto Police Service", "Service de police de Toronto", "Metro Toronto Police", "yes"),
    ("sq", "Sûreté du Québec", "Sûreté du Québec", "SQ; QPF", "yes"),
    ("levis", "Lévis Police Service", "Service de police de la Ville de Lévis", "", "yes"),
    ("opp", "Ontario Provincial Police", "Police provinciale de l'Ontario", "OPP; PPO", "yes"),
)
CALLED = {"rcmp": ("RCMP", "GRC", "rcmp"), "toronto": ("Metro Toronto Police", "Toronto Police Service"), "sq": ("SQ",)}
GIVEN = ("Ada", "Noor", "Luc", "Zoé", "Émile", "Mary-Ann", "Kim", "Léo", "Aïsha", "John")
FAMILY = (
    "Roy",
    "Haddad",
    "d’Amours",
    "MacDonald-Tremblay",
    "O’Halloran",
    "Théoret",
    "Zhang",
    "Thorburn",
    "Nguyễn",
    "Sœur",
)
RECORDS_FROM = {code: datetime.date(2020, 1, 1) for code in COUNTRIES}


class MadeUpDesk:
    """Makes everything from one seed; ``write`` gives the files, ``per_year`` what the files say happened."""

    def __init__(self, seed: int = 7, officers: int = 400, tours: int = 900) -> None:
        self.chance = random.Random(seed)
        self.missions = [(f"{code}-{n}", code, f"{code.upper()}{n}") for code in COUNTRIES for n in (1, 2)]
        self.postings = [(f"{code}-{role}", code) for code, _o, _a in self.missions for role in ("adviser", "trainer")]
        self.officers = [self._officer(n) for n in range(officers)]
        self.busy: list[datetime.date] = [datetime.date(2004, 1, 5) for _officer in self.officers]
        self.tours = sorted(self._tours(tours), key=lambda tour: tour[2])

    def _officer(self, n: int) -> list[Any]:
        service = SERVICES[n % len(SERVICES)][0]
        given, family = self.chance.choice(GIVEN), self.chance.choice(FAMILY)
        since = datetime.date(1985, 1, 1) + datetime.timedelta(self.chance.randrange(6000))
        return [f"officer{n}@example.org", given, f"{family}", service, f"{n:05d}", since]

    def _tours(self, count: int) -> Iterable[tuple[int, str, datetime.date, datetime.date, str, str]]:
        """Tours one after the other for each officer; of the last ones some sixty are under way."""
        for n in range(count):
            who = n % len(self.officers)
            days = self.chance.choice((180, 270, 365))
            first = self.busy[who] + datetime.timedelta(self.chance.randrange(30, 2000))
            if count - n <= 60:
                first = max(
                    self.busy[who] + datetime.timedelta(1), TODAY - datetime.timedelta(self.chance.randrange(170))
                )
            last = first + datetime.timedelta(days)
            if last >= TODAY and count - n > 60:
                first = self.busy[who] + datetime.timedelta(5)
                last = first + datetime.timedelta(days)
            self.busy[who] = last
            state, end = ("in_mission", "") if last >= TODAY else ("closed", self._end())
            yield who, self.chance.choice(self.postings)[0], first, last, state, end

    def _end(self) -> str:
        return self.chance.choice(("completed",) * 9 + ("medical", "compassionate"))

    def per_year(self) -> Counter[tuple[str, int]]:
        """How many tours began in each year, by operation."""
        of = dict(self.postings)
        operation = {mission: code for mission, code, _acronym in self.missions}
        return Counter((operation[of[posting]], first.year) for _who, posting, first, *_rest in self.tours)

    def write(self, folder: Path) -> dict[str, Path]:
        """The files by kind, in the order of docs/moving-in.md."""
        folder.mkdir(parents=True, exist_ok=True)
        return {
            "programmes": self._csv(folder, "programmes", self._programmes()),
            "organizations": self._csv(folder, "organizations", self._organizations()),
            "services": self._csv(folder, "services", self._services(), encoding="cp1252", comma=";"),
            "operations": self._xlsx(folder, "operations", self._operations(), title="Numbers by order, 2020 –"),
            "missions": self._csv(folder, "missions", self._missions(), encoding="utf-16"),
            "postings": self._csv(folder, "postings", self._postings()),
            "officers": self._xlsx(folder, "officers", self._people()),
            "releases": self._csv(folder, "releases", self._releases(), comma="\t"),
            "deployments": self._xlsx(folder, "deployments", self._lines(), title="Deployments since 2004"),
        }

    def _programmes(self) -> Iterable[Sequence[Any]]:
        return [("code", "name_en", "name_fr"), ("cpa", "Civilian police", "Police civile")]

    def _organizations(self) -> Iterable[Sequence[Any]]:
        head = ("Code", "Name in English", "Name in French", "Kind", "Acronym", "Sigle")
        return [
            head,
            ("un", "United Nations", "Nations Unies", "un", "UN", "ONU"),
            ("eu", "European Union", "Union européenne", "eu", "EU", "UE"),
        ]

    def _services(self) -> Iterable[Sequence[Any]]:
        return [
            ("Code", "Nom en anglais", "Nom en français", "Autres noms", "Libération"),
            *((code, en, fr, also, {"yes": "oui", "no": "non"}[needs]) for code, en, fr, also, needs in SERVICES),
        ]

    def _operations(self) -> Iterable[Sequence[Any]]:
        yield (
            "Code",
            "Name",
            "Nom",
            "Countries",
            "Language of operation",
            "Armed or unarmed",
            "Status",
            "Authorized",
            "In force from",
            "Instrument",
        )
        for code in COUNTRIES:
            en, fr, country = NAMES[code]
            for year, number in ((2020, 180), (2023, 200)):
                armed = "Armed" if code in ("haiti", "mali") else "Unarmed"
                yield (
                    code,
                    en,
                    fr,
                    country,
                    "French",
                    armed,
                    "Active",
                    f"Up to {number}",
                    datetime.date(year, 1, 1),
                    f"Order of {year}",
                )

    def _missions(self) -> Iterable[Sequence[Any]]:
        yield ("code", "name_en", "name_fr", "operation", "acronym_en", "acronym_fr", "lead_organization")
        for n, (code, operation, acronym) in enumerate(self.missions):
            yield (
                code,
                f"Mission {acronym}",
                f"Mission {acronym}",
                NAMES[operation][n % 2],
                acronym,
                acronym,
                ("UN", "Union européenne")[n % 2],
            )

    def _postings(self) -> Iterable[Sequence[Any]]:
        yield ("reference", "mission", "title_en", "title_fr", "places", "status")
        acronyms = {code: acronym for code, _operation, acronym in self.missions}
        for reference, mission in self.postings:
            role = (
                ("Police adviser", "Conseil de police") if reference.endswith("adviser") else ("Trainer", "Formation")
            )
            yield (
                reference,
                acronyms[mission],
                f"{role[0]}, {acronyms[mission]}",
                f"{role[1]}, {acronyms[mission]}",
                150,
                "Open",
            )

    def _people(self) -> Iterable[Sequence[Any]]:
        yield (
            "Courriel",
            "Prénom",
            "Nom de famille",
            "Service de police",
            "Matricule",
            "Grade",
            "Membre depuis",
            "Bureau",
        )
        for email, given, family, service, number, since in self.officers:
            called = self.chance.choice(CALLED.get(service, (service,)))
            yield (email, given, family, called, number, "Sergeant", since, "3B")

    def _releases(self) -> Iterable[Sequence[Any]]:
        yield ("officer", "first_day", "last_day", "letter_number", "letter_date")
        needs = {code for code, *_names, needs in SERVICES if needs == "yes"}
        for who, _posting, first, last, state, _end in self.tours:
            _email, _given, _family, service, number, _since = self.officers[who]
            if state == "in_mission" and service in needs:
                yield (
                    f"{service}:{number}",
                    first,
                    last,
                    f"L-{who}",
                    (first - datetime.timedelta(30)).strftime("%d/%m/%Y"),
                )

    def _lines(self) -> Iterable[Sequence[Any]]:
        yield ("Member", "Posting", "From", "To", "Status", "End reason")
        words = {
            "completed": "Completed",
            "medical": "Repatriated: medical",
            "compassionate": "Rapatriement : raisons familiales",
            "": None,
        }
        for n, (who, posting, first, last, state, end) in enumerate(self.tours):
            email, _given, _family, service, number, _since = self.officers[who]
            named = email.upper() if n % 3 else f"{service}:{number}"
            said = {"closed": "Closed", "in_mission": "En mission"}[state]
            yield (named, posting, first, last, said, words[end] if end != "compassionate" else "compassionate")

    def _csv(
        self, folder: Path, name: str, rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8-sig", comma: str = ","
    ) -> Path:
        path = folder / f"{name}.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=comma).writerows(rows)
        return path

    def _xlsx(self, folder: Path, name: str, rows: Iterable[Sequence[Any]], *, title: str = "") -> Path:
        book = openpyxl.Workbook()
        if title:
            book.active.append([title])
            book.active.append([])
        for row in rows:
            book.active.append(list(row))
        path = folder / f"{name}.xlsx"
        book.save(path)
        return path


if __name__ == "__main__":
    desk = MadeUpDesk()
    for kind, written in desk.write(Path(sys.argv[1])).items():
        print(kind, written)
    print(len(desk.officers), "officers,", len(desk.tours), "tours")
