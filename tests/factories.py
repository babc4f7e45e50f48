"""Records for tests: each function makes one, valid as it stands, and takes what the test is about.

Numbers and terms are written straight into the tables here, past the doors: the guards in the database still hold.
"""

import datetime
import itertools

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.files.uploads import checked
from deployments.models import Application, Deployment, DeploymentState, Paper, Posting, Release
from deployments.models.paper import OF_RECORDS
from deployments.openings.opening import end_of_day
from missions.models import (
    AuthorizedStrength,
    Country,
    Mission,
    MissionTerms,
    Operation,
    OperationTerms,
    Organization,
    Programme,
)
from officers.models import Coordinator, Officer, PoliceService, User
from tests.files import PDF

PASSWORD = "a-long-Password-2026"
START = datetime.date(2020, 1, 1)
_numbers = itertools.count(1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def user(**fields) -> User:
    n = next(_numbers)
    values = {"email": f"person{n}@example.org", "given_name": "Robin", "family_name": f"Person {n}", **fields}
    person = User.objects.create_user(password=values.pop("password", PASSWORD), **values)
    person.confirm_address()
    return person


def staff(*roles: str, **fields) -> User:
    person = user(is_staff=True, **fields)
    person.groups.set(Group.objects.filter(name__in=roles))
    assert person.groups.count() == len(roles), f"unknown role among {roles}"
    return person


def programme(**fields) -> Programme:
    """The default programme, without a number of its own unless the test sets one."""
    values = {"name_en": "Programme", "name_fr": "Programme"} | fields
    return Programme.objects.get_or_create(code=values.pop("code", "cpa"), defaults=values)[0]


def country(code: str = "ML", **fields) -> Country:
    values = {"name_en": f"Country {code}", "name_fr": f"Pays {code}"} | fields
    return Country.objects.get_or_create(code=code, defaults=values)[0]


def organization(**fields) -> Organization:
    n = next(_numbers)
    values = {"code": f"org-{n}", "kind": "un", "name_en": f"Organization {n}", "name_fr": f"Organisation {n}"}
    return Organization.objects.create(**values | fields)


def operation(maximum: int | None = 10, *, since: datetime.date = START, status: str = "active", **fields) -> Operation:
    """An operation with a number and terms from ``since``; ``maximum=None`` gives it no number."""
    n = next(_numbers)
    values = {"code": f"operation-{n}", "name_en": f"Operation {n}", "name_fr": f"Opération {n}"} | fields
    values.setdefault("programme", programme())
    terms = {key: values.pop(key) for key in ("is_armed", "languages") if key in values}
    made = Operation.objects.create(**values)
    OperationTerms.objects.create(
        operation=made, effective_from=since, status=status, **{"is_armed": True, "languages": ["fr"]} | terms
    )
    if maximum is not None:
        strength(made, maximum, since)
    return made


def mission(operation_: Operation | None = None, **fields) -> Mission:
    n = next(_numbers)
    values = {"code": f"mission-{n}", "name_en": f"Mission {n}", "name_fr": f"Mission {n}"} | fields
    return Mission.objects.create(operation=operation_ or operation(), **values)


def strength(level, maximum: int | None, since: datetime.date = START, **fields) -> AuthorizedStrength:
    """A number of a programme, operation or mission from ``since``."""
    values = {type(level).__name__.lower(): level, "maximum": maximum, "effective_from": since, "instrument": "Order"}
    return AuthorizedStrength.objects.create(**values | fields)


def terms(record: Operation | Mission, status: str, since: datetime.date, **fields) -> OperationTerms | MissionTerms:
    if isinstance(record, Operation):
        return OperationTerms.objects.create(operation=record, status=status, effective_from=since, **fields)
    return MissionTerms.objects.create(mission=record, status=status, effective_from=since, **fields)


def posting(mission_: Mission | None = None, **fields) -> Posting:
    n = next(_numbers)
    values = {"reference": f"posting-{n}", "title_en": f"Adviser {n}", "title_fr": f"Conseil {n}", "places": 1000}
    return Posting.objects.create(mission=mission_ or mission(), **values | fields)


def service(**fields) -> PoliceService:
    n = next(_numbers)
    values = {"code": f"service-{n}", "name_en": f"Police service {n}", "name_fr": f"Service de police {n}"}
    return PoliceService.objects.create(**values | fields)


def officer(*, is_released: bool = True, **fields) -> Officer:
    """An officer whose service, where it needs to, has released the officer for every day."""
    n = next(_numbers)
    values = {"service_number": f"{n:06d}", "rank": "Constable", "member_since": day("2010-05-01")} | fields
    if "user" not in values:
        values["user"] = user(family_name=f"Officer {n}")
    if "police_service" not in values:
        values["police_service"] = service()
    made = Officer.objects.create(**values)
    if is_released and made.police_service.needs_release:
        release(made)
    return made


def release(officer_: Officer, first: str = "1900-01-01", last: str = "2199-12-31", **fields) -> Release:
    """A release by the officer's own service from ``first`` to ``last`` (ISO days, both inclusive)."""
    values = {"police_service": officer_.police_service, "first_day": day(first), "last_day": day(last)} | fields
    return Release.objects.create(officer=officer_, **values)


def paper(record, **fields) -> Paper:
    """A paper kept with ``record``, with a small file."""
    column = next(name for name in OF_RECORDS if Paper._meta.get_field(name).related_model is type(record))
    values = {"kind": "memorandum", "title": "Memorandum", "dated": START, column: record}
    values |= checked(SimpleUploadedFile("memorandum.pdf", PDF))
    return Paper.objects.create(**values | fields)


def deployment(posting_: Posting, first: str, last: str, **fields) -> Deployment:
    """A tour from ``first`` to ``last`` (ISO days, both inclusive)."""
    values = {"state": DeploymentState.IN_MISSION, "first_day": day(first), "last_day": day(last)} | fields
    if "officer" not in values:
        values["officer"] = officer()
    return Deployment.objects.create(posting=posting_, **values)


def opening(mission_: Mission | None = None, *, closes: str = "2099-06-30", **fields) -> Posting:
    """A posting that takes applications until the end of the day ``closes``."""
    return posting(mission_, **{"opens_at": timezone.now(), "closes_at": end_of_day(day(closes)), **fields})


def candidate(**fields) -> Officer:
    """An officer who meets a posting without requirements: both declarations are given and clean."""
    return officer(**{"has_convictions": False, "has_open_investigations": False, **fields})


def application(posting_: Posting | None = None, *, state: str = "draft", **fields) -> Application:
    """An application in ``state``, as the acts before it would have left it."""
    values = {"motivation": "I can help.", "state": state, "shown_state": state} | fields
    if "officer" not in values:
        values["officer"] = candidate()
    if state != "draft":
        values.setdefault("submitted_at", timezone.now())
    return Application.objects.create(posting=posting_ or opening(), **values)


def coordinator(service_: PoliceService, **fields) -> User:
    """An account that acts for the police service without end."""
    person = user(**fields)
    Coordinator.objects.create(user=person, police_service=service_, first_day=START)
    return person
