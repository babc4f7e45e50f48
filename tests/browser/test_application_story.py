"""From the sign-up to the endorsement, as people live it: in English, partly by keyboard, with JavaScript and without, and
in French on a telephone.
"""

import datetime
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from core.mail.outbox import readable
from core.models import OutboxMail
from core.text.dates import today_here
from deployments.models import Application, LanguageRequirement, Posting, QualificationRequirement
from officers.models import PoliceService, Qualification
from tests import factories
from tests.factories import PASSWORD

PDF = {
    "name": "letter.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n",
}
DISGUISED = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script></html>"}
MOST_TABS = 60


def around(days: int) -> datetime.date:
    return today_here() + datetime.timedelta(days=days)


@pytest.fixture
def trainer(transactional_db) -> Posting:
    """An opening in Mali that asks for French and a passport; beside it one that asks for English, and a closed one."""
    mali = factories.operation(22, name_en="Mali", name_fr="Mali", languages=["fr"])
    mali.countries.add(factories.country("ML", name_en="Mali", name_fr="Mali"))
    mission = factories.mission(mali)
    tour = {"tour_first_day": around(120), "tour_last_day": around(480)}
    closing = {"closes": around(40).isoformat(), "places": 3, "min_service_years": 5}
    titles = {"title_en": "Police trainer, élite unit", "title_fr": "Formation policière, unité d'élite"}
    wanted = factories.opening(mission, reference="mali-trainer", **titles, **closing, **tour)
    asks_for(wanted, "fr")
    QualificationRequirement.objects.create(posting=wanted, qualification=Qualification.objects.get(code="passport"))
    asks_for(factories.opening(factories.mission(), title_en="Adviser", title_fr="Conseil", **closing, **tour), "en")
    past = {"opens_at": timezone.now() - datetime.timedelta(days=9), "closes": around(-1).isoformat()}
    factories.opening(mission, title_en="Police trainer of last week", **past)
    return wanted


@pytest.fixture
def service(transactional_db) -> PoliceService:
    return factories.service(name_en="City police", name_fr="Police de la Ville", mail_domains="police.example.org")


@pytest.fixture
def look(assert_clean, assert_fits) -> Callable[[Page], None]:
    """``look(page)``: accessible, without a complaint, and no wider than its window."""

    def at(page: Page) -> None:
        assert_clean(page)
        assert_fits(page)

    return at


def look_at_complaints(page: Page) -> None:
    """The same pages are measured when the story is played with JavaScript."""
    assert not page.complaints, page.complaints


def asks_for(posting: Posting, language: str) -> None:
    LanguageRequirement.objects.create(posting=posting, language=language, reading=2, writing=2, speaking=2)


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def save(page: Page) -> None:
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def go(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def result(page: Page, requirement: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=requirement)).get_by_role("cell")


def tab_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until ``wanted`` has the focus; whatever has it on the way is to be seen."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        outlined = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outlined != "none", page.evaluate("document.activeElement.outerHTML")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"the keyboard does not reach {wanted}")


def follow_error(page: Page, message: str, field: Locator) -> None:
    """The summary says the problem, and its link leads to the field."""
    expect(page).to_have_title(re.compile("^(Error|Erreur)"))
    page.get_by_role("alert").get_by_role("link", name=message).click()
    expect(field).to_be_focused()


def sign_up_and_confirm(page: Page, look: Callable) -> None:
    page.goto("/en/openings/mali-trainer/")
    look(page)
    go(page, "Sign in to see whether you qualify, and to apply")
    go(page, "Create an account")
    for label, value in (("Given name", "Zoé"), ("Family name", "Tremblay"), ("E-mail", "zoe@police.example.org")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Police service").select_option("City police")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Confirm password").fill(PASSWORD)
    look(page)
    press(page, "Create account")
    expect(heading(page)).to_have_text("Confirm your e-mail address")
    mail = OutboxMail.objects.get()
    assert (mail.address, mail.language) == ("zoe@police.example.org", "en")
    page.goto(re.search(r"https?://[^/\s]+(/\S+)", readable(mail.text_body))[1])
    press(page, "Confirm the address")
    sign_in(page, "zoe@police.example.org", "E-mail address", "Password", "Sign in")


def sign_in(page: Page, email: str, address_label: str, password_label: str, button: str) -> None:
    page.get_by_label(address_label).fill(email)
    page.get_by_label(password_label).fill(PASSWORD)
    press(page, button)
    expect(page).not_to_have_url(re.compile("/login/"))


def fill_the_profile(page: Page, look: Callable) -> None:
    page.goto("/en/my/")
    go(page, "Begin my profile")
    page.get_by_label("Service number").fill("A 12")
    page.get_by_label("Rank").fill("Sergeant")
    page.get_by_label("Member since").fill("2010-05-01")
    save(page)
    go(page, "Declarations")
    look(page)
    page.get_by_role("group", name="convicted").get_by_label("No").check()
    page.get_by_role("group", name="investigation").get_by_label("No").check()
    save(page)
    look(page)


def find_the_opening(page: Page, look: Callable) -> None:
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Openings").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("2 openings")
    page.get_by_role("main").get_by_label("Search").fill("ELITE")
    page.get_by_label("Language").select_option("French")
    page.get_by_label("Country or region").select_option("Mali")
    press(page, "Show openings")
    expect(page.get_by_role("heading", level=2)).to_have_text("1 opening")
    assert "language=fr" in page.url
    look(page)
    if not page.get_by_label("Only where I meet the requirements").is_visible():
        page.get_by_text("More filters", exact=True).click()
    page.get_by_label("Only where I meet the requirements").check()
    press(page, "Show openings")
    expect(page.get_by_role("heading", name="No openings match")).to_be_visible()
    look(page)
    page.go_back()
    go(page, "Police trainer, élite unit")


def meet_what_is_missing(page: Page, look: Callable) -> None:
    expect(page.get_by_role("main")).to_contain_text("2 requirements are not met or not answered yet.")
    expect(result(page, "Language: French")).to_have_text(
        re.compile("Not answered.*The profile has no rating", re.DOTALL)
    )
    expect(result(page, "Passport")).to_have_text(re.compile("Not answered.*The profile does not have it", re.DOTALL))
    expect(result(page, "Years of service")).to_have_text("Met")
    look(page)
    go(page, "Complete your profile")
    go(page, "Add a language")
    page.get_by_label("Language").select_option("French")
    for skill in ("Reading", "Writing", "Speaking"):
        page.get_by_label(skill).select_option(index=3)
    save(page)
    go(page, "Add a qualification")
    go(page, "Passport")
    page.get_by_label("Valid from").fill(around(-30).isoformat())
    page.get_by_label("Valid until").fill(around(470).isoformat())
    page.get_by_label("Evidence document").set_input_files({**DISGUISED, "name": "passport.pdf"})
    press(page, "Save")
    follow_error(page, "Evidence document: Only PDF", page.get_by_label("Evidence document"))
    look(page)
    page.get_by_label("Evidence document").set_input_files({**PDF, "name": "passport.pdf"})
    save(page)
    expect(page.get_by_role("link", name="passport.pdf")).to_be_visible()
    page.goto("/en/openings/mali-trainer/")
    expect(result(page, "Passport")).to_have_text(re.compile("Not met.*before the end of the tour", re.DOTALL))
    page.goto("/en/my/profile/")
    go(page, "Passport")
    page.get_by_label("Valid until").fill(around(480).isoformat())
    save(page)
    page.goto("/en/openings/mali-trainer/")
    expect(page.get_by_role("main")).to_contain_text("You meet every requirement for the whole tour.")
    expect(page.get_by_role("main")).to_contain_text("Places left for this tour")


def apply_by_keyboard(page: Page, look: Callable) -> None:
    main = page.get_by_role("main")
    tab_to(page, main.get_by_role("link", name="Apply for this posting"))
    page.keyboard.press("Enter")
    expect(main).to_contain_text("You have 0 open applications; at most 5 at one time.")
    look(page)
    tab_to(page, main.get_by_role("button", name="Review and submit"))
    page.keyboard.press("Enter")
    words = page.get_by_label("Why you apply")
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, page.get_by_role("alert").get_by_role("link", name="Why you apply: Say why you apply."))
    page.keyboard.press("Enter")
    expect(words).to_be_focused()
    look(page)
    page.keyboard.type("Ten years of training others.")
    document = page.get_by_label("Add a document")
    tab_to(page, document)
    document.set_input_files(DISGUISED)
    tab_to(page, main.get_by_role("button", name="Review and submit"))
    page.keyboard.press("Enter")
    follow_error(page, "Add a document: Only PDF", document)
    expect(words).to_have_value("Ten years of training others.")
    document.set_input_files(PDF)
    tab_to(page, main.get_by_role("button", name="Review and submit"))
    page.keyboard.press("Enter")
    expect(main.get_by_role("heading", level=1)).to_contain_text("Review your application")
    expect(main.get_by_role("link", name="letter.pdf", exact=True)).to_be_visible()
    look(page)
    tab_to(page, main.get_by_role("button", name="Submit the application"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your application is received.")
    expect(main.locator(".fact-main")).to_contain_text("Submitted")
    expect(main.get_by_role("link", name="letter.pdf", exact=True)).to_be_visible()
    look(page)


def endorse(page: Page, look: Callable) -> None:
    page.goto("/en/coordination/")
    look(page)
    go(page, "Zoé Tremblay")
    expect(page.get_by_role("main")).to_contain_text("Ten years of training others.")
    expect(page.get_by_role("row").filter(has_text=re.compile("conviction|investigation"))).to_have_count(0)
    look(page)
    press(page, "Decline release")
    follow_error(page, "Reason: This field is required.", page.get_by_label("Reason"))
    look(page)
    page.get_by_label("Reason").fill("Well prepared.")
    press(page, "Endorse")
    expect(page.get_by_role("status")).to_contain_text("The application is endorsed.")
    expect(page.get_by_role("main")).to_contain_text("Nothing waits for you.")
    look(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_officer_signs_up_meets_what_is_missing_applies_and_follows_the_application(
    visitor, look, trainer, service, javascript
):
    page, look = visitor(javascript=javascript), look if javascript else look_at_complaints
    sign_up_and_confirm(page, look)
    fill_the_profile(page, look)
    find_the_opening(page, look)
    meet_what_is_missing(page, look)
    apply_by_keyboard(page, look)
    endorse(visitor(user=factories.coordinator(service), javascript=javascript), look)

    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="My pages").click()
    look(page)
    expect(page.get_by_role("row").filter(has_text="élite unit")).to_contain_text("Endorsed by the police service")
    go(page, "Police trainer, élite unit")
    story = page.locator(".story > li")
    expect(story.first).to_contain_text("Your police service endorsed the application")
    expect(story.last).to_contain_text("You began the application")
    expect(story.filter(has_text="You handed the application in")).to_have_count(1)
    expect(page.get_by_role("main")).not_to_contain_text("Well prepared.")
    look(page)
    application = Application.objects.get()
    assert (application.state, application.documents.count()) == ("endorsed", 1)
    assert [mail.template.rpartition("/")[2] for mail in OutboxMail.objects.order_by("pk")][-2:] == [
        "application_received",
        "application_moved",
    ]


def test_the_story_in_french_on_a_telephone(visitor, look, trainer, service):
    person = factories.user(given_name="Zoé", family_name="Tremblay", language="fr")
    officer = factories.candidate(user=person, police_service=service)
    page = visitor(width=390, language="fr")
    page.goto("/fr/openings/?q=elite&language=fr")
    look(page)
    go(page, "Formation policière, unité d'élite")
    go(page, "Ouvrez une session pour voir si vous êtes admissible et pour poser votre candidature")
    sign_in(page, person.email, "Adresse de courriel", "Mot de passe", "Ouvrir une session")
    expect(page).to_have_url(re.compile("/fr/openings/mali-trainer/$"))
    expect(page.get_by_role("main")).to_contain_text(
        "2 exigences ne sont pas encore satisfaites ou restent sans réponse."
    )
    expect(result(page, "Langue : français")).to_contain_text("Le profil n'indique aucun niveau pour cette langue.")
    look(page)
    go(page, "Complétez votre profil")
    page.get_by_role("main").get_by_role("link", name="Ajouter une langue").click()
    press(page, "Enregistrer")
    follow_error(page, "Langue", page.get_by_label("Langue", exact=False).first)
    look(page)
    page.get_by_label("Langue", exact=False).first.select_option("français")
    for skill in ("Lecture", "Écriture", "Expression orale"):
        page.get_by_label(skill).select_option(index=3)
    press(page, "Enregistrer")
    expect(page.get_by_role("status")).to_be_visible()
    officer.grants.create(
        qualification=Qualification.objects.get(code="passport"), valid_from=around(-30), valid_until=around(900)
    )

    page.goto("/fr/openings/mali-trainer/")
    expect(page.get_by_role("main")).to_contain_text("Vous satisfaites à toutes les exigences")
    go(page, "Poser sa candidature à ce poste")
    page.get_by_label("Pourquoi vous posez votre candidature").fill("Dix ans de formation, à Québec.")
    page.get_by_label("Ajouter un document").set_input_files(PDF)
    look(page)
    press(page, "Revoir et présenter")
    look(page)
    press(page, "Présenter la candidature")
    expect(page.get_by_role("status")).to_contain_text("Votre candidature est reçue.")
    look(page)

    coordinator = visitor(width=390, language="fr", user=factories.coordinator(service, language="fr"))
    coordinator.goto("/fr/coordination/")
    go(coordinator, "Zoé Tremblay")
    look(coordinator)
    press(coordinator, "Appuyer")
    expect(coordinator.get_by_role("status")).to_contain_text("La candidature est appuyée.")
    look(coordinator)

    page.goto("/fr/my/")
    look(page)
    go(page, "Formation policière, unité d'élite")
    assert page.locator("html").get_attribute("lang") == "fr"
    expect(page.locator(".fact-main")).to_contain_text("Appuyée par le service de police")
    expect(page.locator(".story > li").first).to_contain_text("Votre service de police a appuyé la candidature")
    look(page)
    assert {mail.language for mail in OutboxMail.objects.all()} == {"fr"}
