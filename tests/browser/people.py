"""The people of a story in the browser: who they are, and what each does at the portal on a day."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import time_machine
from django.core.management import call_command
from django.utils.dateparse import parse_datetime
from playwright.sync_api import Locator, Page, expect

from core.models import OutboxMail
from deployments.models import ChecklistItem, Deployment, Posting
from officers.models import User
from tests import factories
from tests.factories import day

DESK = "/admin/deployments"
NUMBER_OR_LANGUAGE = re.compile(r"^/(en|fr)/|\d+")


class Visit:
    """One person at the portal on one day. Every kind of page is looked at the first time that it comes up."""

    def __init__(self, page: Page, look: Callable[[Page], None], seen: set[tuple]) -> None:
        self.page, self.look, self.seen = page, look, seen
        self.main = page.get_by_role("main")

    def open(self, path: str) -> None:
        self.page.goto(path)
        self._see()

    def follow(self, link: str) -> None:
        with self.page.expect_navigation():
            self.main.get_by_role("link", name=link, exact=True).first.click()
        self._see()

    def press(self, button: str) -> None:
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=button, exact=True).click()
        self._see()

    def fill(self, **typed: str | bool) -> None:
        """By the names of the fields: words and days are typed, codes chosen, True ticks every box of the name."""
        for name, value in typed.items():
            field = self.main.locator(f"[name={name}]")
            if value is True:
                for box in field.all():
                    box.check()
            elif field.first.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def act(self, title: str, **typed: str | bool) -> None:
        """An act of the desk, from the page of the record on which it is offered."""
        self.follow(title)
        self.try_again(title, **typed)
        expect(self.page.locator(".messagelist .success")).to_contain_text(title)

    def try_again(self, title: str, **typed: str | bool) -> None:
        self.fill(**typed)
        self.press(title)

    def reads(self, *words: str) -> None:
        for each in words:
            expect(self.main).to_contain_text(each)

    def refused(self, *words: str) -> None:
        """The page says in its summary why nothing was done."""
        for each in words:
            expect(self.main.get_by_role("alert")).to_contain_text(each)

    def row(self, name: str) -> Locator:
        return self.main.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=name, exact=True))

    def _see(self) -> None:
        kind = (NUMBER_OR_LANGUAGE.sub("", urlsplit(self.page.url).path), self.main.get_by_role("alert").count())
        if kind not in self.seen:
            self.look(self.page)
            self.seen.add(kind)
        else:
            assert not self.page.complaints, self.page.complaints
            assert not self.page.evaluate("window.cspReports"), self.page.url


class Year:
    """The people, the posting, and the day to which the story has come."""

    def __init__(self, visitor: Callable, look: Callable[[Page], None], clock: time_machine.Traveller) -> None:
        self.visitor, self.look, self.clock, self.seen = visitor, look, clock, set()
        self.mali = factories.operation(2, name_en="Mali", name_fr="Mali", languages=["fr"])
        mission = factories.mission(self.mali, name_en="Training mission", name_fr="Mission de formation")
        self.posting = the_posting(mission)
        factories.deployment(factories.posting(mission, reference="mali-adviser"), "2029-06-01", "2031-12-31")
        for code, english, french in (
            ("kit", "Kit issued", "Trousse remise"),
            ("visa", "Visa on file", "Visa au dossier"),
        ):
            ChecklistItem.objects.create(code=code, text_en=english, text_fr=french)
        service = factories.service(name_en="City police", name_fr="Police de la Ville")
        self.zoe = applicant("Zoé", "Tremblay", service, language="fr", since="2021-03-01")
        self.noah = applicant("Noah", "Ellis", service, language="en", since="2010-03-01")
        self.coordinator = factories.coordinator(service)
        self.maude = factories.staff("Selection officer", language="fr", given_name="Maude", family_name="Roy")
        self.alex = factories.staff("Approver", given_name="Alex", family_name="Cole")
        self.auditor = factories.staff("Auditor")

    def on(self, when: str) -> None:
        """The morning of that day has come in Toronto."""
        self.clock.move_to(f"{when}T14:00:00Z")

    def visit(self, person: User, path: str) -> Visit:
        page = self.visitor(user=person, language=person.language)
        visit = Visit(page, self.look, self.seen)
        visit.open(path)
        return visit

    def told_by_the_daily_run(self, person: User) -> list[str]:
        """The night's run, and the lines of what it reminds ``person`` of."""
        known = set(OutboxMail.objects.values_list("pk", flat=True))
        call_command("daily", verbosity=0)
        mails = OutboxMail.objects.filter(user=person, template="deployments/digest").exclude(pk__in=known)
        return [line[2:] for mail in mails for line in mail.text_body.splitlines() if line.startswith("- ")]


def the_posting(mission) -> Posting:
    """An opening of October 2029 with two places, for the year from February 2030 on, that asks for ten years of service."""
    return factories.opening(
        mission,
        reference="mali-trainer",
        title_en="Police trainer",
        title_fr="Formation policière",
        places=2,
        opens_at=parse_datetime("2029-10-01T14:00Z"),
        closes="2029-11-01",
        tour_first_day=day("2030-02-01"),
        tour_last_day=day("2031-01-31"),
        min_service_years=10,
    )


def applicant(given_name: str, family_name: str, service, *, language: str, since: str) -> User:
    person = factories.user(given_name=given_name, family_name=family_name, language=language)
    factories.candidate(user=person, police_service=service, member_since=day(since))
    return person


def tour_of(person: User) -> str:
    """The page of the tour, as the lists of the desk link it."""
    return f"{DESK}/deployment/{Deployment.objects.get(officer__user=person).pk}/change/"
