"""Who takes over is named and un-named, and what was recorded by mistake is put right: every board says the same, in a
browser, in both languages, once on a telephone."""

import pytest
from playwright.sync_api import expect

from deployments.models import Deployment
from tests import factories
from tests.browser.people import DESK, Visit
from tests.clock import around

WORDS = {
    "en": {
        "likely": "Likely: Noah Ellis",
        "named": "Named: Noah Ellis",
        "overlap": "6 days of handover",
        "gap": "9 days without anybody",
        "alone": "Home within 60 days, no successor named",
        "with likely": "1 with a likely one",
        "tour likely": "Nobody is named. Likely, by the days alone:",
        "tour named": "Named:",
        "takes over": "Named to take over from Zoé Tremblay",
        "name": "Name a successor",
        "un-name": "Un-name the successor",
        "move": "Change dates",
        "curtail": "Curtail",
        "reinstate": "Reinstate",
        "correct": "Correct the last day",
        "in mission": "In mission",
        "already": "This is the last day already.",
    },
    "fr": {
        "likely": "Relève probable\xa0: Noah Ellis",
        "named": "Relève désignée\xa0: Noah Ellis",
        "overlap": "6 jours de passation des fonctions",
        "gap": "9 jours sans personne",
        "alone": "Retour d'ici 60 jours, sans relève désignée",
        "with likely": "1 avec une relève probable",
        "tour likely": "Personne n'est désigné. Relève probable, d'après les seules dates\xa0:",
        "tour named": "Relève désignée\xa0:",
        "takes over": "Désignation pour prendre la relève de Zoé Tremblay",
        "name": "Désigner la relève",
        "un-name": "Retirer la relève désignée",
        "move": "Modifier les dates",
        "curtail": "Écourter",
        "reinstate": "Rétablir",
        "correct": "Corriger le dernier jour",
        "in mission": "En mission",
        "already": "C'est déjà le dernier jour.",
    },
}


class Desk:
    """An approver at the desk, and two tours of one posting that share six days: Zoé is there, Noah comes."""

    def __init__(self, visit, language: str, width: int) -> None:
        self.words = WORDS[language]
        self.posting = factories.posting(factories.mission(factories.operation(2)))
        self.zoe, self.noah = (
            factories.officer(user=factories.user(given_name=given, family_name=family))
            for given, family in (("Zoé", "Tremblay"), ("Noah", "Ellis"))
        )
        self.tour = factories.deployment(self.posting, str(around(-100)), str(around(40)), officer=self.zoe)
        self.next = factories.deployment(
            self.posting, str(around(35)), str(around(300)), officer=self.noah, state="preparation"
        )
        approver = factories.staff("Approver", language=language)
        self.page: Visit = visit(approver, self.page_of(self.tour), width=width)

    @staticmethod
    def page_of(tour: Deployment) -> str:
        return f"{DESK}/deployment/{tour.pk}/change/"

    def boards_say(self, *, named: bool, between: str) -> None:
        """The rotation board, My day, the posting's page and those of both tours."""
        words, row = self.words, self.words["named" if named else "likely"]
        for board in (
            f"{DESK}/rotation/{self.posting.mission.operation_id}/",
            f"{DESK}/posting/{self.posting.pk}/change/",
        ):
            self.page.open(board)
            expect(self.page.row("Zoé Tremblay")).to_contain_text(row)
            expect(self.page.row("Zoé Tremblay")).to_contain_text(between)
        self.page.open(f"{DESK}/my-day/")
        waiting = self.page.main.get_by_role("listitem").filter(has_text=words["alone"])
        expect(waiting.filter(has_text=words["with likely"])).to_have_count(0 if named else 1)
        self.page.open(self.page_of(self.next))
        if named:
            self.page.reads(words["takes over"])
        self.page.open(self.page_of(self.tour))
        self.page.reads(words["tour named" if named else "tour likely"], between)

    def now(self) -> tuple[str, object]:
        self.tour.refresh_from_db()
        return self.tour.state, self.tour.last_day


@pytest.fixture(params=[("en", 1280), ("fr", 390)], ids=["English, wide", "French, on a telephone"])
def desk(request, transactional_db, settings, visit) -> Desk:
    settings.STAFF_MFA_REQUIRED = False
    return Desk(visit, *request.param)


def test_a_successor_is_named_and_un_named_and_the_boards_agree(desk):
    desk.boards_say(named=False, between=desk.words["overlap"])
    desk.page.act(desk.words["name"], successor=str(desk.next.pk))
    desk.boards_say(named=True, between=desk.words["overlap"])
    desk.page.open(desk.page_of(desk.next))
    days = {"first_day": str(around(50)), "last_day": str(around(300))}
    desk.page.act(desk.words["move"], **days, reason="Course until then")
    desk.boards_say(named=True, between=desk.words["gap"])
    desk.page.act(desk.words["un-name"])
    desk.boards_say(named=False, between=desk.words["gap"])


def test_a_tour_curtailed_by_mistake_is_running_again_and_a_wrong_last_day_is_corrected(desk):
    desk.page.act(desk.words["curtail"], last_day=str(around(-3)), reason="Another officer was meant")
    desk.page.follow(desk.words["correct"])
    desk.page.try_again(desk.words["correct"], reason="The ticket says so")
    desk.page.refused(desk.words["already"])
    desk.page.try_again(desk.words["correct"], last_day=str(around(-2)))
    assert desk.now() == ("ended", around(-2))
    desk.page.follow(desk.words["reinstate"])
    expect(desk.page.main.locator("[name=last_day]")).to_have_value(str(around(40)))
    desk.page.try_again(desk.words["reinstate"], reason="Curtailed by mistake")
    desk.page.reads(desk.words["in mission"])
    assert desk.now() == ("in_mission", around(40))
