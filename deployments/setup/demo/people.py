"""Fictional people and tours, so that somebody who starts the portal finds it in use. Never where real people are.

Who and what they are is written in ``deployments/setup/data/demo.toml``.
"""

import datetime
import tomllib
from collections import Counter
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from core.refusals import Refusal
from core.text.dates import today_here
from deployments.limits.gate import locked_transaction
from deployments.setup.demo.applications import make_applications
from deployments.setup.demo.assessments import make_results
from deployments.setup.demo.letters import make_letters
from deployments.setup.demo.papers import make_papers
from deployments.setup.demo.tours import ask_for_extensions, make_postings, make_tours, name_successors
from deployments.setup.demo.wishes import make_wishes
from deployments.setup.roles import COORDINATOR, OFFICER
from officers.models import Coordinator, LanguageRating, Officer, PoliceService, Qualification, QualificationGrant, User

DATA = Path(__file__).resolve().parents[1] / "data" / "demo.toml"
DOMAIN = "@example.org"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
RANKS = {
    "en": ("Constable", "Constable", "Corporal", "Sergeant", "Constable", "Staff Sergeant", "Inspector"),
    "fr": ("Agente", "Gendarme", "Caporal", "Sergent", "Sergente", "Gendarme", "Inspectrice"),
}


class DemoRefused(Refusal):
    """Demonstration people do not go where real people are, or could be."""

    code = "no_demo_here"


@locked_transaction
def load_demo(*, today: datetime.date | None = None) -> Counter[str]:
    """Make the demonstration people, postings and tours that are missing; return how many of each kind.

    Days are counted from ``today``. What is there stays as it is. Raises DemoRefused where SITE_URL is no loopback
    address, or where an officer has an address that is not of the demonstration.
    """
    _refuse_real_places()
    today = today or today_here()
    data = tomllib.loads(DATA.read_text("utf-8"))
    made: Counter[str] = Counter()
    services = _services(data["services"], made)
    people = _People(data["password"], made)
    for person in data["staff"]:
        people.account(person["email"], person["name"], person["language"], person["role"], is_staff=True)
    coordinator = data["coordinator"]
    people.account(coordinator["email"], coordinator["name"], coordinator["language"], COORDINATOR)
    for email, name, language in _officers(data["officers"]["names"]):
        people.account(email, name, language, OFFICER)
    people.write()
    _coordinate(coordinator["email"], services[coordinator["service"]], today)
    officers = _profiles(data["officers"], services, today, made)
    desk = User.objects.get(email="selection@example.org")
    make_results(data["assessments"], officers, by=desk, today=today, made=made)
    postings = make_postings(data["postings"], today=today, made=made)
    make_tours(postings, officers[2:], by=User.objects.get(email="approver@example.org"), today=today, made=made)
    name_successors(data["successors"], today=today, made=made)
    ask_for_extensions(data["extensions"], today=today, made=made)
    make_papers(officers, data["papers"], by=User.objects.get(email="approver@example.org"), today=today, made=made)
    make_applications(data["applications"], today=today, made=made)
    make_wishes(data["wishes"], today=today, made=made)
    make_letters(today=today, made=made)
    return made


def _refuse_real_places() -> None:
    if urlsplit(settings.SITE_URL).hostname not in LOOPBACK:
        raise DemoRefused(
            _("Demonstration people are only for a portal on one's own machine: SITE_URL is %(url)s.")
            % {"url": settings.SITE_URL}
        )
    real = Officer.objects.exclude(user__email__iendswith=DOMAIN).count()
    if real:
        raise DemoRefused(
            _("Demonstration people do not mix with real ones: %(count)s officers have an address of their own.")
            % {"count": real}
        )


def _services(rows: list[dict[str, Any]], made: Counter[str]) -> dict[str, PoliceService]:
    for row in rows:
        if not PoliceService.objects.filter(code=row["code"]).exists():
            service = PoliceService(**row)
            service.full_clean()
            service.save()
            made["police service"] += 1
    return {service.code: service for service in PoliceService.objects.filter(code__in=[row["code"] for row in rows])}


class _People:
    """Accounts, written together: the password is hashed once, which keeps the first start fast."""

    def __init__(self, password: str, made: Counter[str]) -> None:
        self.password, self.made = password, made
        self.known = set(User.objects.filter(email__endswith=DOMAIN).values_list("email", flat=True))
        self.new: list[User] = []
        self.roles: dict[str, str] = {}

    def account(self, email: str, name: str, language: str, role: str, *, is_staff: bool = False) -> None:
        if email in self.known:
            return
        given, family = name.split(" ", 1)
        self.new.append(User(email=email, given_name=given, family_name=family, language=language, is_staff=is_staff))
        self.roles[email] = role

    def write(self) -> None:
        if not self.new:
            return
        encoded = make_password(self.password)
        for user in self.new:
            user.password = encoded
        users = User.objects.bulk_create(self.new)
        groups = {group.name: group for group in Group.objects.all()}
        membership = User.groups.through
        membership.objects.bulk_create(membership(user=user, group=groups[self.roles[user.email]]) for user in users)
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
        )
        self.made["account"] += len(users)


def _officers(names: list[str]) -> list[tuple[str, str, str]]:
    """E-mail address, name and language of each officer, in the order of the file."""
    addresses = ["officer", "officer2", *(f"officer{number:03d}" for number in range(3, len(names) + 1))]
    return [(f"{address}{DOMAIN}", line[:-3], line[-2:]) for address, line in zip(addresses, names, strict=True)]


def _coordinate(email: str, service: PoliceService, today: datetime.date) -> None:
    user = User.objects.get(email=email)
    if not user.coordinations.exists():
        Coordinator.objects.create(user=user, police_service=service, first_day=today - datetime.timedelta(days=365))


def _profiles(
    data: dict[str, Any], services: dict[str, PoliceService], today: datetime.date, made: Counter[str]
) -> list[Officer]:
    """The officers in the order of the file; new ones get a rank, years of service, languages and papers."""
    users = {user.email: user for user in User.objects.filter(email__endswith=DOMAIN)}
    people = [users[email] for email, _name, _language in _officers(data["names"])]
    service_codes = cycle(data["services"][1:])
    have = set(Officer.objects.filter(user__in=people).values_list("user_id", flat=True))
    taken = set(Officer.objects.exclude(user__in=people).values_list("service_number", flat=True))
    new = []
    for number, user in enumerate(people, start=1):
        code = data["services"][0] if number == 1 else next(service_codes)
        if user.pk not in have and service_number(number) not in taken:
            new.append(_profile(number, user, services[code], today))
    bulk_create_with_history(new, Officer)
    _languages_and_papers(Officer.objects.filter(pk__in=[officer.pk for officer in new]), today)
    if new:
        made["officer"] += len(new)
    by_user = {officer.user_id: officer for officer in Officer.objects.filter(user__in=people).select_related("user")}
    return [by_user[user.pk] for user in people if user.pk in by_user]


def service_number(number: int) -> str:
    """That of the officer at place ``number`` (from 1) of the file: it stays when the address changes."""
    return f"D{number:05d}"


def _profile(number: int, user: User, service: PoliceService, today: datetime.date) -> Officer:
    ranks = RANKS[user.language]
    member_since = datetime.date(today.year - 8 - number % 15, 1 + number % 12, 1 + number % 28)
    return Officer(
        user=user,
        police_service=service,
        service_number=service_number(number),
        rank=ranks[number % len(ranks)],
        member_since=member_since,
        birth_date=member_since.replace(year=member_since.year - 24 - number % 7),
        has_convictions=False,
        has_open_investigations=False,
        declared_at=timezone.now(),
    )


def _languages_and_papers(officers: QuerySet[Officer], today: datetime.date) -> None:
    """Own language in full, the other well or a little; papers that last two to four years."""
    kinds = {kind.code: kind for kind in Qualification.objects.filter(code__in=PAPERS)}
    ratings, grants = [], []
    for officer in officers.select_related("user"):
        own = officer.user.language
        number = int(officer.service_number[1:])
        levels = {own: 3, ("en" if own == "fr" else "fr"): 1 + number % 3}
        ratings += [
            LanguageRating(officer=officer, language=code, reading=level, writing=level, speaking=level)
            for code, level in levels.items()
        ]
        grants += [
            QualificationGrant(
                officer=officer,
                qualification=kinds[code],
                grade=grade,
                valid_from=today - datetime.timedelta(days=100 + number % 200),
                valid_until=today + datetime.timedelta(days=730 + number * 7 % 700),
            )
            for code, grade in PAPERS.items()
            if code in kinds
        ]
    bulk_create_with_history(ratings, LanguageRating)
    bulk_create_with_history(grants, QualificationGrant)


PAPERS = {
    "passport": "",
    "driving-manual": "",
    "firearms": "",
    "medical": "MS2",
    "security-clearance": "Secret",
}
