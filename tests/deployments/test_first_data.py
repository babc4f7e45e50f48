"""The first data set says what the public page says, in both languages."""

import datetime

import pytest
from django.db import transaction

from core.history.acts import history_of
from deployments.models import CountsAgainst, Posting
from deployments.setup.first_data import load_first_data
from missions.models import Country, Mission, Operation, OperationCategory, Organization, Programme

LAUNCH = datetime.date(2019, 10, 17)
TEXTS = ("name", "acronym", "summary", "objectives", "activities")


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker):
    """Loaded once for all tests of this file: they only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_first_data()
        transaction.set_rollback(True)


def told(record, language: str) -> str:
    """Everything that ``record`` says in ``language``, on one line."""
    names = ("title", "duty_station", "description") if isinstance(record, Posting) else TEXTS
    return " ".join(" ".join(getattr(record, f"{name}_{language}", "") for name in names).split())


TABLE = [
    ("mali", "Mali", "Mali", ["fr"], True, 22, "active"),
    ("haiti", "Haiti", "Haïti", ["fr"], True, 10, "active"),
    ("ukraine", "Ukraine", "Ukraine", ["en"], False, 45, "active"),
    ("iraq", "Iraq", "Iraq", ["en"], True, 20, "reassessment"),
    ("west-bank", "West Bank", "Cisjordanie", ["en"], False, 7, "active"),
    ("drc", "Democratic Republic of Congo", "République démocratique du Congo", ["fr"], False, 15, "active"),
]


def test_the_six_operations_stand_in_the_order_of_the_page():
    current = Operation.objects.filter(category=OperationCategory.CURRENT).order_by("position")
    assert [operation.code for operation in current] == [row[0] for row in TABLE]


@pytest.mark.parametrize(("code", "english", "french", "languages", "armed", "number", "status"), TABLE)
def test_each_row_of_the_table(code, english, french, languages, armed, number, status):
    operation = Operation.objects.get(code=code)
    terms = operation.terms.on(LAUNCH).get()
    strength = operation.strengths.on(LAUNCH).get()
    assert (operation.name_en, operation.name_fr) == (english, french)
    assert (terms.languages, terms.is_armed, terms.status) == (languages, armed, status)
    assert strength.maximum == number
    assert not operation.strengths.on(LAUNCH - datetime.timedelta(days=1)).exists()


def test_the_programme_covers_150():
    programme = Programme.objects.get(code="cpa")
    assert programme.strengths.on(LAUNCH).get().maximum == 150
    assert set(Operation.objects.values_list("programme__code", flat=True)) == {"cpa"}


@pytest.mark.parametrize(
    ("operation", "missions"),
    [
        ("mali", ["minusma", "eucap-sahel-mali", "emp-abb"]),
        ("haiti", ["haiti-mentoring", "minujusth", "minustah"]),
        ("ukraine", ["ukraine-bilateral", "euam-ukraine"]),
        ("iraq", ["ministerial-liaison-team", "task-force-carabinieri"]),
        ("west-bank", ["eupol-copps", "operation-proteus"]),
        ("drc", ["monusco"]),
        ("united-states", ["permanent-mission-new-york"]),
        ("netherlands", ["icc-central-african-republic"]),
        ("justice-rapid-response", ["justice-rapid-response-training"]),
        ("un-pre-selection", ["un-pre-selection-training"]),
    ],
)
def test_the_missions_of_each_operation(operation, missions):
    found = Mission.objects.filter(operation__code=operation).order_by("position")
    assert [mission.code for mission in found] == missions


FACTS = [
    (Mission, "minusma", "peace and reconciliation agreement of 2015", "accord de paix et de réconciliation"),
    (Mission, "minusma", "protect civilians", "protéger la population civile"),
    (Mission, "minusma", "restore the authority of the State", "rétablissement de son autorité"),
    (Mission, "minusma", "rebuild the security sector", "reconstruction de son secteur de la sécurité"),
    (Mission, "minusma", "civilian security forces", "forces de sécurité civiles"),
    (Mission, "minusma", "Mentor their members", "Offrir du mentorat"),
    (Mission, "minusma", "support police and military work", "Appuyer directement le travail policier"),
    (Mission, "eucap-sahel-mali", "civilian training mission", "mission de formation civile"),
    (Mission, "eucap-sahel-mali", "Mauritania, Burkina Faso, Niger and Chad", "le Tchad, la Mauritanie et le Niger"),
    (Mission, "eucap-sahel-mali", "strategic advice", "conseils stratégiques"),
    (Mission, "eucap-sahel-mali", "Build the capacity of police", "Renforcer les capacités de la police"),
    (Mission, "emp-abb", "Bamako", "Bamako"),
    (Mission, "emp-abb", "security sector reform", "réforme du secteur de la sécurité"),
    (Mission, "emp-abb", "Malian National Police", "Police nationale du Mali et celles des autres pays"),
    (Mission, "emp-abb", "mentoring and training", "le mentorat et la formation"),
    (Mission, "emp-abb", "Monitor and evaluate", "en évaluer les résultats"),
    (Mission, "haiti-mentoring", "senior and middle managers", "cadres supérieurs et intermédiaires"),
    (Mission, "haiti-mentoring", "strategic advice", "conseils stratégiques"),
    (Mission, "ukraine-bilateral", "July 2015: short train-the-trainer", "juillet 2015 : courtes affectations"),
    (Mission, "ukraine-bilateral", "June 2016: longer deployments", "juin 2016 : affectations plus longues"),
    (Mission, "ukraine-bilateral", "community policing", "police communautaire"),
    (Mission, "ukraine-bilateral", "modern, transparent and accountable", "moderne et transparente"),
    (Mission, "ukraine-bilateral", "specialized expertise", "domaines spécialisés"),
    (Mission, "ukraine-bilateral", "gender and human rights", "questions de genre"),
    (Mission, "euam-ukraine", "strategic advisors", "conseillers stratégiques"),
    (Mission, "euam-ukraine", "rule of law", "primauté du droit"),
    (Mission, "ministerial-liaison-team", "Baghdad", "Bagdad"),
    (Mission, "ministerial-liaison-team", "fight against terrorism", "lutte contre le terrorisme"),
    (Mission, "ministerial-liaison-team", "advise on strategic policing", "conseils stratégiques en matière de police"),
    (Mission, "ministerial-liaison-team", "Iraqi National Police", "Police nationale iraquienne"),
    (Mission, "task-force-carabinieri", "Iraqi police academy", "école de police iraquienne"),
    (Mission, "task-force-carabinieri", "Carabinieri", "Carabinieri"),
    (Mission, "task-force-carabinieri", "developing specialized training", "élaboration de formations spécialisées"),
    (Mission, "task-force-carabinieri", "- delivering that training", "prestation de ces formations"),
    (Mission, "task-force-carabinieri", "- planning", "- la planification"),
    (Mission, "task-force-carabinieri", "- community policing", "- la police communautaire"),
    (Mission, "task-force-carabinieri", "- gender", "- le genre"),
    (Mission, "task-force-carabinieri", "- human rights", "- les droits de la personne"),
    (Mission, "task-force-carabinieri", "vulnerable groups", "personnes vulnérables"),
    (Mission, "eupol-copps", "policing and criminal justice", "police et de justice pénale"),
    (Mission, "eupol-copps", "senior officials", "hauts responsables"),
    (Mission, "eupol-copps", "training needs of the Palestinian Civil Police", "besoins de formation"),
    (Mission, "eupol-copps", "equip its members", "équiper ses membres"),
    (Mission, "eupol-copps", "democratic policing, neutrality", "services de police démocratiques, de la"),
    (Mission, "operation-proteus", "Coordinator in Jerusalem", "à Jérusalem"),
    (Mission, "operation-proteus", "Israel and the Palestinian Authority", "Israël et l'Autorité palestinienne"),
    (Mission, "operation-proteus", "officers' academy in Jericho", "école des officiers de Jéricho"),
    (Mission, "operation-proteus", "Palestinian instructors", "instructeurs palestiniens"),
    (Mission, "monusco", "sexual and gender-based violence", "violence sexuelle et fondée sur le genre"),
    (Mission, "monusco", "Protect civilians", "Protéger la population civile"),
    (Mission, "monusco", "Consolidate peace", "Consolider la paix"),
    (Posting, "drc-specialized-police-team", "Specialized Police Team", "Équipe de police spécialisée"),
    (Posting, "drc-individual-police-officer", "Individual Police Officer", "hors unité constituée"),
    (Posting, "new-york-senior-police-adviser", "Senior Police Advisor", "conseiller principal en matière de police"),
    (Posting, "new-york-senior-police-adviser", "Liaison and advice", "Liaison et conseils"),
    (Mission, "permanent-mission-new-york", "through Global Affairs Canada", "Affaires mondiales Canada"),
    (Mission, "permanent-mission-new-york", "from around the world", "du monde entier"),
    (Posting, "icc-sgbv-investigator", "Gender-based Violence Investigator", "enquêteur sur la violence sexuelle"),
    (Mission, "icc-central-african-republic", "war crimes and crimes against humanity", "crimes contre l'humanité"),
    (Mission, "icc-central-african-republic", "victims and witnesses", "des victimes et des témoins"),
    (Mission, "justice-rapid-response-training", "Switzerland", "Suisse"),
    (Mission, "justice-rapid-response-training", "Since 2012", "Depuis 2012"),
    (Mission, "justice-rapid-response-training", "- genocide", "- le génocide"),
    (Mission, "justice-rapid-response-training", "- war crimes", "- les crimes de guerre"),
    (Mission, "justice-rapid-response-training", "- crimes against humanity", "- les crimes contre l'humanité"),
    (Mission, "justice-rapid-response-training", "grave human rights violations", "violations graves des droits"),
    (Mission, "justice-rapid-response-training", "Executive Board", "conseil exécutif"),
    (Mission, "un-pre-selection-training", "since September 2014", "depuis septembre 2014"),
    (Mission, "un-pre-selection-training", "two weeks", "deux semaines"),
    (Mission, "un-pre-selection-training", "English or French", "anglais ou leur français"),
    (Mission, "un-pre-selection-training", "shooting and driving", "tir et leur conduite"),
    (Mission, "un-pre-selection-training", "United Nations context", "contexte des Nations Unies"),
    (Mission, "un-pre-selection-training", "job interview", "entrevue d'emploi"),
]


@pytest.mark.parametrize(("model", "code", "english", "french"), FACTS)
def test_each_fact_is_told_in_both_languages(model, code, english, french):
    record = model.objects.get(**{"reference" if model is Posting else "code": code})
    assert english in told(record, "en")
    assert french in told(record, "fr")


@pytest.mark.parametrize(
    ("code", "starts", "ends"),
    [
        ("minustah", "2004", "2017-10-15"),
        ("minujusth", "2017-10-16", "2019-10-16"),
        ("ukraine-bilateral", "2015-07", None),
        ("justice-rapid-response-training", "2012", None),
        ("un-pre-selection-training", "2014-09", None),
    ],
)
def test_dates_keep_the_precision_to_which_they_are_known(code, starts, ends):
    mission = Mission.objects.get(code=code)
    assert mission.starts.iso == starts
    assert (mission.ends.iso if mission.ends else None) == ends


def test_a_closed_mission_is_closed_from_the_day_after_its_end():
    for code in ("minustah", "minujusth"):
        mission = Mission.objects.get(code=code)
        assert mission.languages == [], "the source does not say"
        assert mission.terms.on(mission.ends_on + datetime.timedelta(days=1)).first().status == "closed"
        assert not mission.terms.on(mission.ends_on).filter(status="closed").exists()


@pytest.mark.parametrize(
    ("code", "lead", "sender", "hosts", "subjects"),
    [
        ("minusma", "un", None, {"ML"}, {"ML"}),
        ("eucap-sahel-mali", "eu", None, {"ML"}, {"ML", "MR", "BF", "NE", "TD"}),
        ("ukraine-bilateral", "canada", None, {"UA"}, {"UA"}),
        ("operation-proteus", "ussc", "canada", set(), {"PS", "IL"}),
        ("permanent-mission-new-york", "gac", "gac", {"US"}, set()),
        ("icc-central-african-republic", "icc", None, {"NL"}, {"CF"}),
    ],
)
def test_who_leads_who_sends_and_where(code, lead, sender, hosts, subjects):
    mission = Mission.objects.select_related("lead_organization", "sending_organization").get(code=code)
    assert mission.lead_organization.code == lead
    assert (mission.sending_organization.code if mission.sending_organization else None) == sender
    assert set(mission.host_countries.values_list("code", flat=True)) == hosts
    assert set(mission.subject_countries.values_list("code", flat=True)) == subjects


@pytest.mark.parametrize(
    ("reference", "places", "counts_against"),
    [
        ("drc-specialized-police-team", 15, CountsAgainst.ALL),
        ("drc-individual-police-officer", 15, CountsAgainst.ALL),
        ("new-york-senior-police-adviser", 1, CountsAgainst.PROGRAMME),
        ("icc-sgbv-investigator", 1, CountsAgainst.PROGRAMME),
        ("jrr-roster-candidate", 10, CountsAgainst.NONE),
        ("un-saat-instructor", 10, CountsAgainst.PROGRAMME),
    ],
)
def test_what_a_tour_in_each_role_counts_against(reference, places, counts_against):
    posting = Posting.objects.get(reference=reference)
    assert (posting.places, posting.counts_against) == (places, counts_against)


def test_the_other_two_categories_have_no_number_and_say_nothing_of_languages_or_arms():
    others = Operation.objects.exclude(category=OperationCategory.CURRENT).order_by("category", "position")
    assert [(operation.code, operation.category) for operation in others] == [
        ("justice-rapid-response", "other_opportunity"),
        ("un-pre-selection", "other_opportunity"),
        ("united-states", "specialized_posting"),
        ("netherlands", "specialized_posting"),
    ]
    for operation in others:
        terms = operation.terms.on(LAUNCH).get()
        assert (terms.status, terms.languages, terms.is_armed) == ("active", [], None)
        assert not operation.strengths.exists()


def test_every_country_has_its_code_and_both_names_as_canada_writes_them():
    assert Country.objects.count() == 250, "ISO 3166-1 and Kosovo"
    names = {country.code: (country.name_en, country.name_fr) for country in Country.objects.all()}
    assert names["CD"] == ("Democratic Republic of Congo", "République démocratique du Congo")
    assert names["IQ"] == ("Iraq", "Iraq") and names["XK"] == ("Kosovo", "Kosovo")
    assert names["PS"] == ("West Bank and Gaza", "Cisjordanie et Gaza")
    assert len(set(names.values())) == len({french for _english, french in names.values()}) == 250


def test_every_text_is_published_in_both_languages():
    records = [*Operation.objects.all(), *Mission.objects.all(), *Organization.objects.all(), *Posting.objects.all()]
    for record in records:
        record.full_clean()
        assert told(record, "en") and told(record, "fr")


def test_each_record_says_in_its_history_that_the_portal_loaded_it():
    entry = history_of(Operation.objects.get(code="mali")).get(verb="loaded")
    assert entry.actor is None
    assert entry.detail == {"key": "mali"}
