"""People who keep the house, in a browser, in both languages: the first coordinator of a service, releases on line and on
paper, a draft that is published, and a roll-call of thirteen on a telephone."""

import datetime

import pytest
from playwright.sync_api import expect

from core.text.dates import today_here
from deployments.models import RollCallMark
from tests import factories
from tests.browser.conftest import NARROW
from tests.browser.people import DESK

LANGUAGES = ["en", "fr"]
THIRTEEN = 13
ACTS = {
    "en": {
        "name": "Name a coordinator",
        "record": "Record a release",
        "give": "Give the release",
        "publish": "Publish",
    },
    "fr": {
        "name": "Nommer un coordonnateur ou une coordonnatrice",
        "record": "Consigner une libération",
        "give": "Accorder la libération",
        "publish": "Publier",
    },
}


@pytest.fixture(autouse=True)
def desk(transactional_db, settings) -> None:
    settings.STAFF_MFA_REQUIRED = False


def later(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_services_first_coordinator_is_named_and_officers_are_released_on_line_and_on_paper(visit, language):
    words, service = ACTS[language], factories.service(name_en="City police", name_fr="Police de la Ville")
    person = factories.user(language=language, given_name="Ada", family_name="Roy")
    on_line, on_paper = (
        factories.candidate(
            police_service=service, user=factories.user(given_name="", family_name=name), is_released=False
        )
        for name in ("Online", "Onpaper")
    )
    administrator = factories.staff("Administrator", language=language)
    page = visit(administrator, f"/admin/officers/policeservice/{service.pk}/change/")
    page.act(words["name"], email=person.email, first_day=later(0), reason="Order 7")
    page.reads("Ada Roy")
    coordinator = visit(person, f"/{language}/coordination/officers/")
    coordinator.main.get_by_role("link", name="Online").click()
    coordinator.fill(first_day=later(1), last_day=later(400))
    coordinator.press(words["give"])
    assert on_line.releases.get().given_by == person
    selection = factories.staff("Selection officer", language=language)
    paper = visit(selection, f"/admin/officers/officer/{on_paper.pk}/change/")
    typed = {"first_day": later(1), "last_day": later(400), "letter_number": "L-7", "letter_date": later(-3)}
    paper.act(words["record"], **typed)
    assert on_paper.releases.get().letter_number == "L-7"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_operation_is_published_once_nothing_is_missing(visit, visitor, language):
    draft = factories.operation(5, code="newland", name_en="Newland", name_fr="Terre-Nouvelle", is_published=False)
    address = f"/{language}/operations/newland/"
    assert visitor().goto(address).status == 404
    editor = factories.staff("Mission editor", language=language)
    page = visit(editor, f"/admin/missions/operation/{draft.pk}/change/")
    expect(page.main.get_by_role("link", name=ACTS[language]["publish"], exact=True)).to_have_count(0)
    page.open(f"{DESK}/operation/{draft.pk}/publish/")
    expect(page.main.get_by_role("button", name=ACTS[language]["publish"], exact=True)).to_have_count(0)
    type(draft).objects.filter(pk=draft.pk).update(summary_en="Training.", summary_fr="Formation.")
    page.open(f"/admin/missions/operation/{draft.pk}/change/")
    page.act(ACTS[language]["publish"])
    assert visitor().goto(address).status == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_roll_call_of_thirteen_is_finished_on_a_telephone(visit, language):
    mission = factories.mission(factories.operation(20))
    posting = factories.posting(mission)
    tours = [factories.deployment(posting, later(-30), later(60)) for _n in range(THIRTEEN)]
    selection = factories.staff("Selection officer", language=language)
    page = visit(selection, f"{DESK}/operation/{mission.operation_id}/roll-call/", width=NARROW)
    for tour in tours:
        with page.page.expect_navigation():
            page.page.locator(f"button[form=mark-{tour.pk}][value=safe]").click()
    assert RollCallMark.objects.filter(status="safe", marked_by=selection).count() == THIRTEEN
    expect(page.main.locator(".tag.safe")).to_have_count(THIRTEEN)
