"""An officer with a failed medical is stopped at each step, until an approver waives it: in a browser, in both languages."""

import pytest
from playwright.sync_api import Page

from deployments.models import Application, Deployment
from tests import factories
from tests.browser.people import DESK, Visit
from tests.clock import around

WORDS = {
    "en": {
        "record": "Record an assessment",
        "failed": "Assessment: Medical: Not passed",
        "qualify": "Qualify",
        "nominate": "Nominate",
        "select": "Select",
        "accept": "Accept the tour of duty",
        "prepare": "Prepare",
        "check in": "Check in",
        "waive": "Waive: Assessment: Medical",
        "waiver": "Waive a finding",
        "schedule": "Schedule an assessment",
        "past": "This time is past",
        "mine": "Not passed",
    },
    "fr": {
        "record": "Consigner une évaluation",
        "failed": "Évaluation\xa0: Examen médical\xa0: Non réussie",
        "qualify": "Qualifier",
        "nominate": "Proposer",
        "select": "Sélectionner",
        "accept": "Accepter la période d'affectation",
        "prepare": "Préparer",
        "check in": "Enregistrer l'arrivée",
        "waive": "Accorder une dispense\xa0: Évaluation\xa0: Examen médical",
        "waiver": "Accorder une dispense",
        "schedule": "Fixer une évaluation",
        "past": "Ce moment est passé",
        "mine": "Non réussi",
    },
}


class Story:
    """The people who meet, at one width of window; every kind of page is looked at once."""

    def __init__(self, language: str, open_visit) -> None:
        self.words, self.open_visit = WORDS[language], open_visit
        self.selection = factories.staff("Selection officer", language=language)
        self.approver = factories.staff("Approver", language=language)
        officer = factories.candidate(user=factories.user(language=language))
        self.days = {"first_day": around(-1), "last_day": around(200)}
        posting = factories.opening(tour_first_day=self.days["first_day"], tour_last_day=self.days["last_day"])
        self.application = factories.application(posting, officer=officer, state="in_assessment")
        self.language = language

    @property
    def page_of_application(self) -> str:
        return f"{DESK}/application/{self.application.pk}/change/"

    def moved(self, state: str, **more) -> None:
        """As somebody left it who had gone on before the medical."""
        values = {"state": state, "shown_state": state} | more
        Application.objects.filter(pk=self.application.pk).update(**values)

    def stopped(self, visit: Visit, act: str, **typed: str) -> None:
        visit.follow(self.words[act])
        visit.try_again(self.words[act], **typed)
        visit.refused(self.words["failed"])


@pytest.fixture(params=[("en", 1280), ("fr", 390)], ids=["English, wide", "French, on a telephone"])
def story(request, transactional_db, settings, visitor, assert_clean, assert_fits) -> Story:
    settings.STAFF_MFA_REQUIRED = False
    language, width = request.param
    seen: set[tuple] = set()

    def look(page: Page) -> None:
        assert_clean(page)
        assert_fits(page)

    def open_visit(person, path: str) -> Visit:
        visit = Visit(visitor(user=person, language=language, width=width), look, seen)
        visit.open(path)
        return visit

    return Story(language, open_visit)


def test_a_failed_medical_stops_at_each_step_until_it_is_waived(story):
    until = {"qualified_until": str(around(300))}
    officer = story.application.officer
    desk = story.open_visit(story.selection, f"{DESK}/officer/{officer.pk}/schedule-assessment/")
    desk.try_again(story.words["schedule"], kind="medical", scheduled_at="2026-01-05T09:30", place="Clinic")
    desk.refused(story.words["past"])
    desk.open(story.page_of_application)
    desk.act(story.words["record"], kind="medical", held_on=str(around(-3)), outcome="failed")
    story.stopped(desk, "qualify", **until)
    story.moved("qualified", qualified_until=around(300))
    desk.open(story.page_of_application)
    story.stopped(desk, "nominate")
    approver = story.open_visit(story.approver, story.page_of_application)
    story.stopped(approver, "select")
    tour = factories.deployment(
        story.application.posting, *map(str, story.days.values()), officer=officer, state="reserved"
    )
    story.moved("selected", deployment=tour)
    own = story.open_visit(officer.user, f"/{story.language}/my/applications/{story.application.pk}/")
    own.press(story.words["accept"])
    own.refused(story.words["failed"])
    story.moved("accepted")
    own.open(f"/{story.language}/my/assessments/")
    own.reads(story.words["mine"])
    tour_page = f"{DESK}/deployment/{tour.pk}/change/"
    approver.open(tour_page)
    story.stopped(approver, "prepare")
    Deployment.objects.filter(pk=tour.pk).update(state="preparation")
    approver.open(tour_page)
    story.stopped(approver, "check in")
    approver.open(story.page_of_application)
    approver.follow(story.words["waive"])
    approver.try_again(story.words["waiver"], last_day=str(around(250)), reason="Cleared by the mission's doctor")
    approver.open(tour_page)
    approver.reads("Cleared by the mission's doctor")
    approver.act(story.words["check in"])
    assert Deployment.objects.get(pk=tour.pk).state == "in_mission"
