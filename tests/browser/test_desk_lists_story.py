"""A long list is brought, followed, mended and found on its result page; an applicant is nominated and refused: in a browser,
in both languages, once on a telephone."""

import pytest
from playwright.sync_api import expect

from core.text.bilingual import in_each
from deployments.admin import imports
from deployments.imports.jobs import work_on_jobs
from deployments.models import HostAnswer, Nomination, ReasonCode
from officers.models import Officer
from tests import factories
from tests.browser.people import DESK, Visit
from tests.clock import around, today

HEAD = "email,given_name,family_name,police_service,service_number\n"
WORDS = {
    "en": {
        "show": "Show what would change",
        "checking": "nothing is changed yet",
        "refused": "Wrong lines",
        "right": "Show what the right lines would change",
        "ready": "5 lines would change something",
        "go": "Import this",
        "importing": "Being imported",
        "done": "5 lines changed something",
        "counted": "5 of 5 lines",
        "nominate": "Nominate",
        "refuse": "Record the receiving organization's refusal",
    },
    "fr": {
        "show": "Afficher ce qui changerait",
        "checking": "rien n'est encore modifié",
        "refused": "Lignes erronées",
        "right": "Montrer ce que changeraient les lignes correctes",
        "ready": "5 lignes changeraient quelque chose",
        "go": "Importer",
        "importing": "En cours d'importation",
        "done": "5 lignes ont changé quelque chose",
        "counted": "5 lignes sur 5",
        "nominate": "Proposer",
        "refuse": "Consigner le refus de l'organisation d'accueil",
    },
}
KINDS = [("en", 1280), ("fr", 390)]
by_kind = pytest.mark.parametrize(("language", "width"), KINDS, ids=["English", "French, on a telephone"])


def listed(rows: int, *, wrong: int) -> bytes:
    services = ["nowhere" if n == wrong else "toronto" for n in range(rows)]
    lines = (f"a{n}@example.org,Ada,Roy,{service},{n:05}\n" for n, service in enumerate(services))
    return (HEAD + "".join(lines)).encode()


def comes_up(desk: Visit, words: str) -> None:
    """The page goes on by itself: nobody presses anything."""
    expect(desk.main).to_contain_text(words, timeout=20_000)


@by_kind
def test_a_long_list_is_followed_to_its_result(visit, transactional_db, settings, monkeypatch, language, width):
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(imports, "ON_THE_SPOT", 2)
    factories.service(code="toronto")
    words = WORDS[language]
    desk: Visit = visit(
        factories.staff("Mission editor", language=language),
        f"{DESK}/import/officers/",
        width=width,
    )
    desk.main.locator("[name=file]").set_input_files(
        {"name": "officers.csv", "mimeType": "text/csv", "buffer": listed(6, wrong=3)}
    )
    desk.press(words["show"])
    desk.reads(words["checking"])
    work_on_jobs()
    comes_up(desk, words["refused"])
    desk.press(words["right"])
    work_on_jobs()
    comes_up(desk, words["ready"])
    desk.press(words["go"])
    desk.reads(words["importing"])
    work_on_jobs()
    comes_up(desk, words["done"])
    desk.reads(words["counted"])
    assert Officer.objects.count() == 5


@by_kind
def test_a_nomination_is_sent_and_refused(visit, transactional_db, settings, language, width):
    settings.STAFF_MFA_REQUIRED = False
    words = WORDS[language]
    host = factories.organization(code="un", name_en="United Nations", name_fr="Nations Unies")
    posting = factories.opening(factories.mission(), closes=str(around(60)))
    application = factories.application(posting, state="qualified", qualified_until=around(300))
    desk: Visit = visit(
        factories.staff("Selection officer", language=language),
        f"{DESK}/application/{application.pk}/change/",
        width=width,
    )
    desk.act(words["nominate"], organization=host.code, sent_on=str(around(-3)), reason="The best three")
    nomination = Nomination.objects.get()
    assert (nomination.organization, nomination.sent_on) == (host, around(-3))
    desk.reads(host.name_fr if language == "fr" else host.name_en)
    desk.act(words["refuse"], answered_on=str(today()), reason_code="other_candidate", reason="Their list was full")
    assert Nomination.objects.get().answer == HostAnswer.DECLINED
    desk.open(f"{DESK}/lists/nominations/")
    desk.reads(in_each(ReasonCode.OTHER_CANDIDATE.label)[language], host.name_fr if language == "fr" else host.name_en)
