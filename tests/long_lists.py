"""Long lists of every kind that belong together, in a portal of some size: ten services, twenty operations, 200 postings."""

import datetime
from collections.abc import Iterable

TODAY = datetime.date(2026, 11, 24)
HEADS = {
    "programmes": "code,name_en,name_fr",
    "organizations": "code,name_en,name_fr,kind",
    "services": "code,name_en,name_fr,aliases,needs_release",
    "operations": "code,name_en,name_fr,countries,languages,armed,status,authorized,effective_from,instrument",
    "missions": "code,name_en,name_fr,operation,lead_organization",
    "postings": "reference,mission,title_en,title_fr,places,languages,status",
    "officers": "email,given_name,family_name,police_service,service_number,rank,member_since,languages,qualifications",
    "assessments": "officer,kind,language,held_on,outcome,level,valid_until",
    "applications": "officer,posting,state,submitted_on,ended_on,qualified_until",
    "releases": "officer,first_day,last_day,letter_number,letter_date",
    "deployments": "officer,posting,first_day,last_day,state",
}
BASE = {"programmes": 1, "organizations": 10, "services": 10, "operations": 20, "missions": 40, "postings": 200}
# Lists of people, and then of what the portal had a few of before.
LONG = ("officers", "assessments", "applications", "releases", "deployments", *list(BASE)[1:])


def base() -> dict[str, bytes]:
    """What stands before: lists by kind, in their order."""
    return {kind: listed(kind, range(count)) for kind, count in BASE.items()}


def long_lists(rows: int) -> dict[str, bytes]:
    """``rows`` lines of each kind, in their order.

    Two thirds of the tours are over, since 2005; the others are under way or still to come. Half of the officers'
    services release them, in two parts.
    """
    return {kind: listed(kind, range(1_000, 1_000 + rows)) for kind in LONG}


def listed(kind: str, numbers: Iterable[int]) -> bytes:
    line = LINES[kind]
    return "\n".join([HEADS[kind], *(line(n) for n in numbers)]).encode()


def _application(n: int) -> str:
    state = ("not_selected,2025-01-05,2025-02-05,", "qualified,2026-01-05,,2027-06-30")[n % 2]
    return f"officer{n}@example.org,posting-{n % 200},{state}"


def _release(n: int) -> str:
    """Two for every officer whose service gives them, one after the other."""
    days = ("2025-01-01,2026-12-31", "2027-01-01,2029-12-31")[n % 2]
    return f"officer{1_001 + (n - 1_000) // 2 * 2}@example.org,{days},L-{n},2024-12-01"


def _tour(n: int) -> str:
    first = datetime.date(2005, 1, 1) + datetime.timedelta(n * 37 % 7_000)
    over = f"{first},{first + datetime.timedelta(364)},closed"
    days = (over, "2026-06-01,2027-05-31,in_mission", over, over, over, "2027-02-01,2028-01-31,preparation")
    return f"officer{n}@example.org,posting-{n % 200},{days[n % 6]}"


LINES = {
    "programmes": lambda n: "cpa,Civilian police,Police civile",
    "organizations": lambda n: f"org-{n},Organization {n},Organisation {n},un",
    "services": lambda n: f"service-{n},Service {n},Service numéro {n},Old name {n},{'yes' if n % 2 else 'no'}",
    "operations": lambda n: f"op-{n},Operation {n},Opération {n},ML,fr,yes,active,30000,2004-01-01,Order {n}",
    "missions": lambda n: f"mission-{n},Mission {n},Mission {n},op-{n % 20},org-{n % 10}",
    "postings": lambda n: f"posting-{n},mission-{n % 40},Adviser {n},Conseil {n},30000,fr:BBB,open",
    "officers": lambda n: (
        f"officer{n}@example.org,Ada,Roy,service-{n % 10},{n:05d},Sergeant,2010-05-01,fr:CBC; en:CCC,"
        "driving-manual 2020-05-05/2036-05-04"
    ),
    "assessments": lambda n: f"officer{n}@example.org,language,fr,2025-03-01,passed,CBC,2028-02-29",
    "applications": _application,
    "releases": _release,
    "deployments": _tour,
}
