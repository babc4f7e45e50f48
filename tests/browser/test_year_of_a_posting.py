"""A year of one posting, as the people live it: each act in a browser, by whoever does it, on its own day.

Zoé applies and serves in French, and Maude screens in French; Noah, the coordinator and Alex, who approves, read English.
Mali has two places, of which a colleague holds one: Zoé takes the last, and Noah follows her.
"""

import csv
import re

import pytest
import time_machine
from playwright.sync_api import Page, expect

from core.models import OutboxMail
from deployments.models import Application
from tests.browser.people import DESK, Visit, Year, tour_of

TOUR = [
    "Closed",
    "Back in the home service",
    "Appraisal recorded",
    "Tour completed",
    "Extension granted",
    "Tour extended",
    "Extension agreed to",
    "Extension agreed to",
    "Extension asked for",
    "Successor named",
    "Arrived in the mission",
    "Emergency contact recorded",
    "Checklist worked on",
    "Preparation begun",
    "Place confirmed",
    "Place reserved",
]
APPLICATION = [
    "Accepted",
    "Selected",
    "Nominated",
    "Put on the stand-by roster",
    "Assessment recorded",
    "Assessment begun",
    "Screened in",
    "Endorsed by the police service",
    "Application handed in",
    "Application begun",
]


@pytest.fixture
def year(transactional_db, settings, visitor, assert_clean, assert_fits):
    """Nothing has happened yet, on the day on which the two apply."""
    settings.STAFF_MFA_REQUIRED = False

    def look(page: Page) -> None:
        assert_clean(page)
        assert_fits(page)

    with time_machine.travel("2029-10-15T14:00:00Z") as clock:
        yield Year(visitor, look, clock)


def two_apply_and_are_released(year: Year) -> None:
    zoe = year.visit(year.zoe, "/fr/openings/mali-trainer/")
    expect(zoe.row("Années de service")).to_contain_text("Non satisfaite")
    zoe.follow("Poser sa candidature à ce poste")
    zoe.fill(motivation="Huit ans à former la relève.")
    zoe.press("Revoir et présenter")
    zoe.fill(acknowledge_unmet=True)
    zoe.press("Présenter la candidature")
    zoe.reads("Votre candidature est reçue.", "Présentée")
    noah = year.visit(year.noah, "/en/openings/mali-trainer/")
    noah.follow("Apply for this posting")
    noah.fill(motivation="Ten years of training others.")
    noah.press("Review and submit")
    noah.press("Submit the application")
    noah.reads("Your application is received.", "Submitted")
    coordinator = year.visit(year.coordinator, "/en/coordination/")
    for name in ("Zoé Tremblay", "Noah Ellis"):
        coordinator.follow(name)
        coordinator.press("Endorse")
        coordinator.reads("The application is endorsed.")


def one_is_screened_with_a_waiver(year: Year) -> None:
    year.on("2029-11-05")
    maude = year.visit(year.maude, f"{DESK}/my-day/")
    maude.reads("2 Candidatures à présélectionner")
    maude.follow("Zoé Tremblay, Formation policière (Mali)")
    maude.follow("Retenir à la présélection")
    maude.press("Retenir à la présélection")
    maude.refused("Des exigences ne sont pas satisfaites", "Années de service")
    alex = year.visit(
        year.alex, f"{DESK}/application/{Application.objects.get(officer__user=year.zoe).pk}/waive/?requirement=service"
    )
    alex.try_again("Waive a requirement", reason="Eight years, all in training.")
    expect(alex.row("Years of service")).to_contain_text("Waived")
    maude.follow("Ne rien changer")
    maude.act("Retenir à la présélection")
    maude.open(f"{DESK}/my-day/")
    maude.follow("Noah Ellis, Formation policière (Mali)")
    maude.act("Retenir à la présélection")


def both_are_assessed_and_stand_on_the_roster(year: Year) -> None:
    year.on("2029-11-20")
    maude = year.visit(year.maude, f"{DESK}/posting/{year.posting.pk}/pipeline/")
    on_all_chosen(maude, "Commencer l'évaluation")
    for name in ("Zoé Tremblay", "Noah Ellis"):
        maude.open(f"{DESK}/posting/{year.posting.pk}/pipeline/")
        maude.follow(name)
        maude.act("Consigner une évaluation", kind="interview", held_on="2029-11-19", outcome="passed")
        maude.reads("Entrevue", "Réussi")
        maude.act("Qualifier", qualified_until="2031-11-30")
    maude.open(f"{DESK}/roster/")
    expect(maude.row("Zoé Tremblay")).to_contain_text("30 novembre 2031")
    expect(maude.row("Noah Ellis")).to_contain_text("30 novembre 2031")


def on_all_chosen(maude: Visit, act: str) -> None:
    """One act on everybody in the pipeline, with its report."""
    maude.fill(compare=True, act=act)
    maude.press("Continuer avec les candidatures choisies")
    maude.press(act)
    expect(maude.main.locator(".facts")).to_contain_text(re.compile(r"Fait\s*2"))


def both_are_nominated_and_one_takes_the_last_place(year: Year) -> None:
    year.on("2029-12-03")
    maude = year.visit(year.maude, f"{DESK}/posting/{year.posting.pk}/pipeline/")
    on_all_chosen(maude, "Proposer")
    year.on("2029-12-10")
    alex = year.visit(year.alex, f"{DESK}/my-day/")
    alex.reads("2 Nominated, to select")
    alex.follow("Zoé Tremblay, Police trainer (Mali)")
    alex.follow("Select")
    expect(alex.row("Mali")).to_have_text(re.compile(r"Mali\s+2\s+1\s+1"))
    alex.press("Select")
    alex.reads("Done: Select")
    alex.open(f"{DESK}/my-day/")
    alex.follow("Noah Ellis, Police trainer (Mali)")
    alex.follow("Select")
    expect(alex.row("Mali")).to_have_text(re.compile(r"Mali\s+2\s+2\s+0"))
    alex.press("Select")
    alex.refused(
        "Mali: 2 authorized from 2030-02-01 to 2031-01-31, 2 committed.", "The whole tour fits from 2031-02-01."
    )
    zoe = year.visit(year.zoe, "/fr/my/")
    zoe.follow("Formation policière")
    zoe.reads("24 décembre 2029")
    zoe.press("Accepter la période d'affectation")
    zoe.reads("Vous avez accepté.")


def the_departure_is_prepared(year: Year) -> None:
    year.on("2029-12-15")
    alex = year.visit(year.alex, f"{DESK}/my-day/")
    alex.reads("1 Confirmed, to prepare")
    alex.follow("Zoé Tremblay, Police trainer (Mali)")
    alex.act("Prepare")
    alex.follow("Check off")
    alex.main.get_by_label("Visa on file").check()
    alex.press("Check off")
    alex.reads("1 of 2 done.")
    alex.act("Set the emergency contact", name="Ana Roy", relationship="Sister", telephone="613 555 0100")


def zoe_arrives_though_an_item_is_open(year: Year) -> None:
    year.on("2030-01-31")
    alex = year.visit(year.alex, tour_of(year.zoe))
    alex.follow("Check in")
    alex.try_again("Check in", reason="Tomorrow")
    alex.refused("The tour begins on 2030-02-01: nobody is in mission before.")
    year.on("2030-02-01")
    alex = year.visit(year.alex, f"{DESK}/my-day/")
    alex.reads("1 Departed, to check in")
    alex.follow("Zoé Tremblay, Police trainer (Mali)")
    alex.follow("Check in")
    alex.reads("1 item of the checklist is still to be done: Kit issued.")
    alex.press("Check in")
    alex.refused("Check them off, or say why the officer is checked in all the same.")
    alex.try_again("Check in", reason="The kit is given out in Bamako.")
    alex.reads("Done: Check in", "In mission")


def noah_is_named_her_successor(year: Year) -> None:
    year.on("2030-10-03")
    told = "Zoé Tremblay comes home from Police trainer (mali-trainer) on January 31, 2031; no successor is named."
    assert year.told_by_the_daily_run(year.alex) == [told]
    assert year.told_by_the_daily_run(year.alex) == []
    alex = year.visit(year.alex, f"{DESK}/rotation/{year.mali.pk}/")
    alex.follow("none named")
    alex.reads("Nobody follows yet.", "from February 1, 2031 to January 31, 2032")
    alex.follow("select Noah Ellis for these days")
    expect(alex.row("Mali")).to_have_text(re.compile(r"Mali\s+2\s+1\s+1"))
    alex.press("Select")
    noah = year.visit(year.noah, "/en/my/")
    noah.follow("Police trainer")
    noah.press("Accept the tour of duty")
    alex.open(tour_of(year.zoe))
    alex.reads("Named: Noah Ellis, from February 1, 2031.")
    year.on("2030-11-02")
    assert year.told_by_the_daily_run(year.alex) == []


def an_extension_waits_for_a_higher_number(year: Year) -> None:
    year.on("2030-12-02")
    zoe = year.visit(year.zoe, "/fr/my/")
    zoe.follow("Formation policière")
    zoe.try_again("Demander une prolongation", last_day="2031-02-28", reason="Passer les fonctions à Noah.")
    zoe.reads("Vous avez demandé une prolongation.", "Jusqu'au 28 février 2031, demandée le 2 décembre 2030")
    coordinator = year.visit(year.coordinator, "/en/coordination/")
    coordinator.follow("Zoé Tremblay")
    coordinator.press("Agree")
    coordinator.reads("You agreed to the extension.")
    alex = year.visit(year.alex, f"{DESK}/my-day/")
    alex.reads("1 Extensions asked for")
    alex.follow("Zoé Tremblay, Police trainer (Mali)")
    alex.act("Record an agreement to the extension", party="mission", reason="Letter of the mission")
    alex.follow("Grant the extension")
    expect(alex.row("Mali")).to_have_text(re.compile(r"Mali\s+2\s+2\s+0"))
    alex.press("Grant the extension")
    alex.refused("Mali: 2 authorized from 2031-02-01 to 2031-02-28, 2 committed.", "The tour can last to 2031-01-31.")
    zoe.open(zoe.page.url)
    zoe.reads("Demandée")
    alex.open(f"/admin/missions/operation/{year.mali.pk}/change/")
    alex.act("Set the authorized strength", effective_from="2031-02-01", maximum="3", instrument="Memorandum 7")
    alex.open(tour_of(year.zoe))
    alex.act("Grant the extension")
    alex.reads("Named: Noah Ellis, from February 1, 2031.", "28 days of handover")
    zoe.open(zoe.page.url)
    zoe.reads("Accordée", "Le bureau a prolongé votre affectation jusqu'au 28 février 2031")
    mail = OutboxMail.objects.filter(user=year.zoe).latest("pk")
    assert "maintenant jusqu'au 28 février 2031 inclusivement" in mail.text_body


def noah_arrives_and_takes_over(year: Year) -> None:
    alex = year.visit(year.alex, tour_of(year.noah))
    alex.act("Prepare")
    alex.act("Check off", items=True)
    year.on("2031-02-01")
    alex = year.visit(year.alex, tour_of(year.noah))
    alex.act("Check in")
    alex.reads("Named to take over from Zoé Tremblay, who is there until February 28, 2031.", "28 days of handover")
    alex.open(f"{DESK}/rotation/{year.mali.pk}/")
    expect(alex.row("Zoé Tremblay")).to_contain_text("28 days of handover")


def zoe_comes_home(year: Year) -> None:
    year.on("2031-02-28")
    alex = year.visit(year.alex, tour_of(year.zoe))
    alex.act("Complete", last_day="2031-02-28")
    year.on("2031-03-10")
    alex = year.visit(year.alex, f"{DESK}/my-day/")
    alex.reads("1 Home, to reintegrate")
    alex.follow("Zoé Tremblay, Police trainer (Mali)")
    alex.act("Record the appraisal", outcome="exceeded", given_on="2031-03-07", remarks="Steady, and well liked.")
    alex.act("Reintegrate")
    year.on("2031-03-24")
    alex = year.visit(year.alex, f"{DESK}/my-day/")
    alex.reads("1 Reintegrated, to close")
    alex.follow("Zoé Tremblay, Police trainer (Mali)")
    alex.act("Close")
    alex.reads("Closed")


def every_step_is_in_the_history(year: Year) -> None:
    reader = year.visit(year.auditor, tour_of(year.zoe).replace("change", "history"))
    assert titles(reader) == TOUR
    for words in (
        "Tour extended, December 2, 2030, 09:00, Alex Cole, Reason: Passer les fonctions à Noah.,"
        " First day: February 1, 2030, Last day: January 31, 2031 → February 28, 2031",
        "Arrived in the mission, February 1, 2030, 09:00, Alex Cole, Reason: The kit is given out in Bamako.,"
        " From and to: Pre-deployment → In mission, Open on the checklist: Kit issued",
        "Closed, March 24, 2031, 10:00, Alex Cole, From and to: Reintegration → Closed",
    ):
        assert words in chapters(reader)
    for person, waived in ((year.zoe, ["Requirement waived"]), (year.noah, [])):
        reader.open(f"{DESK}/application/{Application.objects.get(officer__user=person).pk}/history/")
        assert titles(reader) == [*APPLICATION[:7], *waived, *APPLICATION[7:]]
    reader.open(f"/admin/missions/operation/{year.mali.pk}/history/")
    reader.reads("Authorized strength set", "From and to: 2 → 3", "Memorandum 7", "February 1, 2031")


def the_history_is_filtered_and_taken_along(year: Year) -> None:
    reader = year.visit(year.auditor, "/admin/core/historyentry/?q=mali-trainer")
    expect(reader.main.locator("#changelist .paginator")).to_contain_text("acts in history")
    reader.follow("Maude Roy")
    assert set(reader.main.locator("#result_list .field-person").all_inner_texts()) == {"Maude Roy"}
    reader.open("/admin/core/historyentry/?q=mali-trainer&at__year=2031")
    reader.follow("deployment")
    reader.follow("Without views of dossiers")
    expect(reader.main.locator("#result_list .field-act").first).to_have_text("Closed")
    with reader.page.expect_download() as download:
        reader.main.get_by_role("link", name="Download this list as CSV").click()
    acts = list(csv.DictReader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert [act["Act"] for act in acts] == [*TOUR[:4], "Arrived in the mission"]
    assert [act["Who"] for act in acts] == ["Alex Cole"] * 5
    assert acts[3]["From and to"].startswith("In mission → Ended")


def titles(reader: Visit) -> list[str]:
    """What was done, latest first."""
    return reader.main.locator(".story h2").all_inner_texts()


def chapters(reader: Visit) -> list[str]:
    """Each act in one line."""
    told = reader.main.locator(".story > li:has(h2)").all_inner_texts()
    return [", ".join(re.sub(r"\s*\n\s*", "\n", each.strip()).split("\n")) for each in told]


def test_a_year_of_a_posting_from_the_application_to_the_close(year):
    two_apply_and_are_released(year)
    one_is_screened_with_a_waiver(year)
    both_are_assessed_and_stand_on_the_roster(year)
    both_are_nominated_and_one_takes_the_last_place(year)
    the_departure_is_prepared(year)
    zoe_arrives_though_an_item_is_open(year)
    noah_is_named_her_successor(year)
    an_extension_waits_for_a_higher_number(year)
    noah_arrives_and_takes_over(year)
    zoe_comes_home(year)
    every_step_is_in_the_history(year)
    the_history_is_filtered_and_taken_along(year)
