"""Every rule that the database holds: the record without the fault is taken, the same record with it is refused.

Django says it first (``validate_constraints``, in words where the rule has any); the database says it to whoever asks
no form.
"""

import datetime
from collections.abc import Callable
from copy import copy

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from core.models import OutboxMail
from deployments.models import (
    AlertedOpening,
    Appraisal,
    Assessment,
    AssessmentRequirement,
    ChecklistDueDay,
    ChecklistItem,
    ChecklistMark,
    Deployment,
    ExtensionRequest,
    Gate,
    ImportJob,
    IssuedLetter,
    LanguageRequirement,
    Leave,
    Nomination,
    NominationAnswer,
    Note,
    OfficerWaiver,
    OfficerWish,
    OpeningAlert,
    Paper,
    QualificationRequirement,
    Release,
    Reminder,
    RoleProfile,
    RollCallMark,
    StrengthProposal,
    Waiver,
)
from missions.models import AuthorizedStrength, Enquiry, HelpPage
from officers.models import (
    Coordinator,
    ExpiryWarning,
    LanguageRating,
    Qualification,
    QualificationGrant,
    Unavailability,
)
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
APPS = ("core", "missions", "officers", "deployments")
EARLY, LATE = day("2026-01-01"), day("2026-12-31")


def constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    """Every constraint of the portal's own tables, by its name."""
    return {
        constraint.name: (model, constraint)
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def qualification() -> Qualification:
    return Qualification.objects.create(code="licence", kind="driving", name_en="Licence", name_fr="Permis")


def grant() -> QualificationGrant:
    return QualificationGrant.objects.create(
        officer=factories.officer(), qualification=qualification(), valid_from=EARLY, valid_until=LATE
    )


def rating() -> LanguageRating:
    return LanguageRating.objects.create(officer=factories.officer(), language="fr", reading=1, writing=1, speaking=1)


def absence() -> Unavailability:
    return Unavailability.objects.create(officer=factories.officer(), first_day=EARLY, last_day=LATE)


def coordinator() -> Coordinator:
    factories.coordinator(factories.service())
    return Coordinator.objects.get()


def note() -> Note:
    return Note.objects.create(officer=factories.officer(), text="Called")


def paper() -> Paper:
    return factories.paper(factories.officer())


def paper_of_a_number() -> Paper:
    return factories.paper(factories.operation().strengths.get())


def waiver() -> Waiver:
    return Waiver.objects.create(
        application=factories.application(), requirement="age", reason="Known", by=factories.user()
    )


def assessment() -> Assessment:
    return Assessment.objects.create(
        officer=factories.officer(),
        application=factories.application(),
        kind="driving",
        held_on=EARLY,
        outcome="passed",
        valid_until=LATE,
        recorded_by=factories.user(),
    )


def appointment() -> Assessment:
    return Assessment.objects.create(
        officer=factories.officer(), kind="medical", scheduled_at=timezone.now(), place="Clinic"
    )


def language_test() -> Assessment:
    return Assessment.objects.create(
        officer=factories.officer(),
        kind="language",
        language="fr",
        held_on=EARLY,
        outcome="passed",
        reading=1,
        writing=1,
        speaking=1,
    )


def assessment_required() -> AssessmentRequirement:
    return AssessmentRequirement.objects.create(posting=factories.posting(), kind="medical")


def mail() -> OutboxMail:
    return OutboxMail.objects.create(address="a@example.org", language="en", template="digest", message_id="1@portal")


def mission_terms() -> models.Model:
    return factories.terms(factories.mission(), "active", EARLY)


def number_of(make: Callable[[], models.Model]) -> Callable[[], AuthorizedStrength]:
    return lambda: factories.strength(make(), 5, EARLY)


def ended_tour() -> models.Model:
    return factories.deployment(factories.posting(), "2026-01-01", "2026-06-30", state="ended")


def relieving_tour() -> Deployment:
    before = ended_tour()
    return factories.deployment(before.posting, "2026-07-01", "2026-12-31", state="ended", relieves=before)


def planned_posting() -> models.Model:
    return factories.opening(tour_first_day=EARLY, tour_last_day=LATE)


def leave() -> Leave:
    return Leave.objects.create(deployment=ended_tour(), first_day=EARLY, last_day=LATE)


def extension() -> ExtensionRequest:
    return ExtensionRequest.objects.create(
        deployment=ended_tour(), last_day=LATE, reason="Handover", asked_by=factories.user()
    )


def appraisal() -> Appraisal:
    return Appraisal.objects.create(deployment=ended_tour(), outcome="met", given_on=LATE, recorded_by=factories.user())


def release(**fields) -> Release:
    return factories.release(factories.officer(is_released=False), "2026-01-01", "2026-12-31", **fields)


def wish() -> OfficerWish:
    return OfficerWish.objects.create(officer=factories.officer(), from_day=LATE)


def officer_waiver() -> OfficerWaiver:
    return OfficerWaiver.objects.create(
        officer=factories.officer(), posting=factories.posting(), finding="rest", reason="Needed", last_day=LATE
    )


def refusal() -> NominationAnswer:
    nomination = Nomination.objects.create(application=factories.application(), sent_on=EARLY)
    return NominationAnswer.objects.create(nomination=nomination, answer="declined", reason_code="host_decision")


def letter() -> IssuedLetter:
    return IssuedLetter.objects.create(
        deployment=ended_tour(), kind="certificate", year=2026, number=1, language="en", issued_on=EARLY, text="Text",
        name="CS-2026-0001.pdf", media_type="application/pdf", size=1, content_sha256="a" * 64,
    )  # fmt: skip


def letter_of_application() -> IssuedLetter:
    return IssuedLetter.objects.create(
        application=factories.application(), kind="nomination", year=2026, number=1, language="en", issued_on=EARLY,
        text="Text", name="NO-2026-0001.pdf", media_type="application/pdf", size=1, content_sha256="a" * 64,
    )  # fmt: skip


def proposal() -> StrengthProposal:
    return StrengthProposal.objects.create(
        operation=factories.operation(),
        effective_from=LATE,
        maximum=9,
        instrument="Order",
        proposed_by=factories.user(),
    )


def checklist_item() -> ChecklistItem:
    return ChecklistItem.objects.create(code="boots", text_en="Boots", text_fr="Bottes")


def checklist_due_day() -> ChecklistDueDay:
    return ChecklistDueDay.objects.create(
        deployment=ended_tour(), item=checklist_item(), due_on=LATE, set_by=factories.user()
    )


def checklist_mark() -> ChecklistMark:
    return ChecklistMark.objects.create(deployment=ended_tour(), item=checklist_item(), done_by=factories.user())


def role_profile() -> RoleProfile:
    return RoleProfile.objects.create(code="trainer", name_en="Trainer", name_fr="Formatrice")


def help_page() -> HelpPage:
    return HelpPage.objects.create(code="about", title_en="About", title_fr="À propos", body_en="A.", body_fr="B.")


def handled_message() -> Enquiry:
    handled = {"handled_at": timezone.now(), "handled_by": factories.user()}
    return Enquiry.objects.create(topic="other", message="Hello.", language="en", **handled)


def alert() -> OpeningAlert:
    return OpeningAlert.objects.create(address="reader@example.org", language="en", query="q=trainer")


def roll_call_mark() -> RollCallMark:
    return RollCallMark.objects.create(deployment=ended_tour(), status="safe", marked_by=factories.user())


def import_job() -> ImportJob:
    return ImportJob.objects.create(kind="officers", file_name="officers.csv", by=factories.user(), total=5)


EXPLAINED_ONCE = ({"explanation_en": "Only English."}, {"explanation_fr": "Français seulement."})
NAMELESS = ({"name_en": ""}, {"name_fr": ""})
ONE_LANGUAGE_SHORT = ({"summary_en": "Only English."}, {"summary_fr": "Français seulement."})
# For each rule about one record: what makes a good one, and each fault that breaks the rule.
CHECKS: dict[str, tuple[Callable[[], models.Model], tuple[dict, ...]]] = {
    "outbox_sent_has_its_time": (mail, ({"state": "sent"}, {"sent_at": timezone.now()})),
    "programme_named_in_both": (factories.programme, NAMELESS),
    "country_named_in_both": (factories.country, NAMELESS),
    "organization_named_in_both": (factories.organization, NAMELESS),
    "operation_published_in_both": (factories.operation, (*NAMELESS, *ONE_LANGUAGE_SHORT)),
    "mission_published_in_both": (
        factories.mission,
        (
            *NAMELESS,
            *ONE_LANGUAGE_SHORT,
            {"acronym_en": "UNM"},
            {"objectives_fr": "La paix."},
            {"activities_en": "Mentoring."},
        ),
    ),
    "mission_ends_after_start": (factories.mission, ({"starts_on": LATE, "ends_on": EARLY},)),
    "strength_exactly_one_level": (number_of(factories.operation), ({"operation": None},)),
    "strength_has_instrument": (number_of(factories.operation), ({"instrument": ""},)),
    "operation_terms_status": (lambda: factories.operation().terms.get(), ({"status": "open"}, {"status": ""})),
    "mission_terms_status": (mission_terms, ({"status": "open"}, {"status": ""})),
    "operation_terms_explained_in_both": (lambda: factories.operation().terms.get(), EXPLAINED_ONCE),
    "mission_terms_explained_in_both": (mission_terms, EXPLAINED_ONCE),
    "help_page_in_both": (help_page, ({"title_en": ""}, {"body_fr": ""})),
    "help_page_code": (help_page, ({"code": "unknown"},)),
    "enquiry_handled_has_its_time": (handled_message, ({"handled_at": None},)),
    "police_service_named_in_both": (factories.service, NAMELESS),
    "coordinator_days_in_order": (coordinator, ({"last_day": factories.START - datetime.timedelta(days=1)},)),
    "officer_retires_after_joining": (factories.officer, ({"retired_on": day("2010-04-30")},)),
    "officer_born_before_joining": (factories.officer, ({"birth_date": day("2010-05-01")},)),
    "language_level_known": (rating, ({"reading": 4}, {"writing": 9}, {"speaking": 4})),
    "qualification_named_in_both": (qualification, NAMELESS),
    "grant_ends_after_start": (grant, ({"valid_until": EARLY - datetime.timedelta(days=1)},)),
    "grant_verified_by_and_at": (grant, ({"verified_at": timezone.now()},)),
    "unavailability_ends_after_start": (absence, ({"last_day": EARLY - datetime.timedelta(days=1)},)),
    "posting_in_both": (
        factories.posting,
        ({"title_en": ""}, {"title_fr": ""}, {"duty_station_en": "Bamako"}, {"description_fr": "Conseiller."}),
    ),
    "posting_job_in_both": (factories.posting, ({"family_en": "Stays."}, {"contact_fr": "Le bureau."})),
    "role_profile_in_both": (role_profile, (*NAMELESS, {"brings_en": "Patience."}, {"description_fr": "Former."})),
    "posting_closes_after_opening": (factories.opening, ({"closes_at": timezone.now() - datetime.timedelta(days=1)},)),
    "posting_tour_days_in_order": (planned_posting, ({"tour_last_day": EARLY - datetime.timedelta(days=1)},)),
    "posting_counts_against": (factories.posting, ({"counts_against": "nobody"},)),
    "posting_status": (factories.posting, ({"status": "full"},)),
    "deployment_days_in_order": (ended_tour, ({"last_day": EARLY - datetime.timedelta(days=1)},)),
    "roll_call_status": (roll_call_mark, ({"status": "lost"}, {"status": ""})),
    "deployment_state": (ended_tour, ({"state": "away"},)),
    "deployment_relieves_another": (relieving_tour, ({"state": "cancelled"},)),
    "deployment_late_return_is_ended": (
        ended_tour,
        (
            {"late_from": day("2026-06-01"), "late_reason": ""},
            {"late_from": day("2026-07-01"), "late_reason": "Flight"},
            {"late_from": EARLY, "late_reason": "Flight"},
        ),
    ),
    "note_of_one_record": (note, ({"officer": None}, {"application_id": 1})),
    "note_has_text": (note, ({"text": ""},)),
    "paper_of_one_record": (paper, ({"officer": None}, {"application_id": 1})),
    "paper_kind": (paper, ({"kind": "novel"},)),
    "paper_for_others_about_a_person": (
        paper_of_a_number,
        ({"is_for_officer": True}, {"is_for_coordinator": True}),
    ),
    "paper_removed_with_reason": (
        paper,
        (
            {"file": ""},
            {"removal_reason": "Wrong"},
            {"removed_at": timezone.now(), "removal_reason": "Wrong"},
            {"removed_at": timezone.now(), "file": ""},
        ),
    ),
    "application_state": (factories.application, ({"state": "forgotten"},)),
    "waiver_has_reason": (waiver, ({"reason": ""},)),
    "nomination_answer": (refusal, ({"answer": "perhaps"},)),
    "nomination_answer_has_reason": (
        refusal,
        ({"reason_code": ""}, {"reason_code": "fate"}, {"answer": "accepted"}, {"answer": "waiting"}),
    ),
    "letter_has_its_record": (letter, ({"deployment": None}, {"kind": "nomination"}, {"kind": "farewell"})),
    "letter_language": (letter, ({"language": "de"},)),
    "letter_number_from_one": (letter, ({"number": 0},)),
    "wish_says_something": (wish, ({"from_day": None},)),
    "assessment_scheduled_or_held": (
        appointment,
        ({"scheduled_at": None}, {"held_on": EARLY}),
    ),
    "assessment_kind_and_language": (assessment, ({"kind": "dancing"}, {"language": "fr"})),
    "assessment_levels_of_a_language": (
        language_test,
        ({"reading": None}, {"speaking": 4}, {"outcome": "failed"}, {"language": ""}),
    ),
    "assessment_outcome_alone": (
        appointment,
        ({"remark": "Knee"}, {"outcome": "passed", "held_on": EARLY, "place": "Clinic"}),
    ),
    "assessment_requirement_kind": (assessment_required, ({"kind": "dancing"},)),
    "assessment_valid_after_held": (assessment, ({"valid_until": EARLY - datetime.timedelta(days=1)},)),
    "officer_waiver_has_reason": (officer_waiver, ({"reason": ""},)),
    "release_days_in_order": (release, ({"last_day": datetime.date(2025, 12, 31)},)),
    "release_letter_number_and_date": (release, ({"letter_number": "7"}, {"letter_date": EARLY})),
    "leave_days_in_order": (leave, ({"last_day": EARLY - datetime.timedelta(days=1)},)),
    "import_job_state": (import_job, ({"state": "perhaps"},)),
    "import_job_done": (import_job, ({"done": 6},)),
    "operation_records_begin_in_the_past": (
        lambda: factories.operation(since=LATE),
        ({"records_from": EARLY}, {"records_set_on": EARLY}, {"records_from": LATE, "records_set_on": EARLY}),
    ),
    "extension_state": (extension, ({"state": "perhaps"},)),
    "extension_granted_once_agreed": (
        extension,
        ({"state": "granted"}, {"state": "granted", "service_agreed_at": timezone.now()}),
    ),
    "proposal_of_one_level": (proposal, ({"operation": None}, {"programme_id": 1})),
    "proposal_confirmed_by_another": (proposal, ({"state": "confirmed"},)),
    "appraisal_outcome": (appraisal, ({"outcome": "fine"},)),
    "checklist_item_moment": (checklist_item, ({"moment": "later"},)),
    "checklist_item_in_both": (checklist_item, ({"text_en": ""}, {"text_fr": ""})),
    "gate_is_one_row": (lambda: Gate.objects.get(), ({"pk": 2},)),
}
# For each rule about two records: what makes the first. A twin of it is one too many.
ONCE: dict[str, Callable[[], models.Model]] = {
    "strength_programme_one_per_day": number_of(factories.programme),
    "strength_operation_one_per_day": number_of(factories.operation),
    "strength_mission_one_per_day": number_of(factories.mission),
    "operation_terms_one_per_day": lambda: factories.operation().terms.get(),
    "mission_terms_one_per_day": mission_terms,
    "coordinator_once_from_a_day": coordinator,
    "officer_service_number_once": factories.officer,
    "language_rated_once": rating,
    "grant_once_from_a_day": grant,
    "expiry_warned_once": lambda: ExpiryWarning.objects.create(grant=grant(), valid_until=LATE, days_ahead=30),
    "unavailability_once": absence,
    "user_email_once": factories.user,
    "application_once_at_a_time": factories.application,
    "waiver_once": waiver,
    "one_open_extension": extension,
    "deployment_relieved_once": relieving_tour,
    "officer_waiver_once": officer_waiver,
    "letter_number_once": letter,
    "letter_of_application_once": letter_of_application,
    "letter_of_tour_once": letter,
    "release_once_for_any_posting": release,
    "release_once_for_a_posting": lambda: release(posting=factories.posting()),
    "checked_once": checklist_mark,
    "checklist_due_once": checklist_due_day,
    "alert_once": alert,
    "alert_tells_once": lambda: AlertedOpening.objects.create(alert=alert(), posting=factories.posting()),
    "assessment_one_appointment": appointment,
    "assessment_required_once": assessment_required,
    "reminded_once": lambda: Reminder.objects.create(user=factories.user(), key="one"),
    "language_required_once": lambda: LanguageRequirement.objects.create(
        posting=factories.posting(), language="fr", reading=1, writing=1, speaking=1
    ),
    "qualification_required_once": lambda: QualificationRequirement.objects.create(
        posting=factories.posting(), qualification=qualification()
    ),
}
# Where a guard of the limits is quicker than the rule itself, and what it says.
GUARDED = {
    "gate_is_one_row": "portal: frozen deployments_gate",
    "deployment_relieved_once": "portal: exists deployments_deployment",
} | {name: "portal: one_per_day" for name in ONCE if name.endswith("one_per_day")}
# What sets the twin apart where another rule than the one tested would refuse it first.
APART = {
    "deployment_relieved_once": lambda: {"officer": factories.officer()},
    "officer_service_number_once": lambda: {"user": factories.user()},
    "user_email_once": lambda: {"email": None},
    "alert_once": lambda: {"token": "another"},
    "letter_number_once": lambda: {"content_sha256": "b" * 64},
    "letter_of_application_once": lambda: {"number": 2},
    "letter_of_tour_once": lambda: {"number": 2},
}


def with_fault(record: models.Model, fault: dict) -> models.Model:
    for name, value in fault.items():
        setattr(record, name, value)
    return record


def twin_of(record: models.Model, name: str) -> models.Model:
    twin = copy(record)
    twin.pk, twin._state = None, copy(record._state)
    twin._state.adding = True
    apart = APART.get(name, dict)()
    if apart.get("email", "") is None:
        apart["email"] = record.email.upper()
    return with_fault(twin, apart)


def refused_by_database(save: Callable[[], None]) -> str:
    """What the database says; the rule is checked at once, also where it could wait for the commit."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        save()
        connection.check_constraints()
    return str(caught.value)


def test_every_rule_is_tested_here():
    assert set(constraints()) == CHECKS.keys() | ONCE.keys()


@pytest.mark.parametrize(
    ("name", "make", "fault"),
    [(name, make, fault) for name, (make, faults) in CHECKS.items() for fault in faults],
    ids=[f"{name}-{n}" for name, (_make, faults) in CHECKS.items() for n, _fault in enumerate(faults)],
)
def test_a_record_with_the_fault_is_refused(name, make, fault):
    model, constraint = constraints()[name]
    record = make()
    key = record.pk
    constraint.validate(model, record)
    with_fault(record, fault)
    with pytest.raises(ValidationError):
        constraint.validate(model, record)
    values = {field.attname: getattr(record, field.attname) for field in model._meta.concrete_fields}
    stored = model._base_manager.filter(pk=key)
    assert is_named(name, refused_by_database(lambda: stored.update(**values)))


def is_named(name: str, words: str) -> bool:
    return name in words or GUARDED.get(name, name) in words


@pytest.mark.parametrize(("name", "make"), ONCE.items(), ids=ONCE)
def test_a_twin_is_refused(name, make):
    model, constraint = constraints()[name]
    record = make()
    constraint.validate(model, record)
    twin = twin_of(record, name)
    with pytest.raises(ValidationError):
        constraint.validate(model, twin)
    assert says_which(refused_by_database(twin.save_base), model, constraint)


def says_which(words: str, model: type[models.Model], constraint: models.UniqueConstraint) -> bool:
    """PostgreSQL names the rule, SQLite its columns or its index."""
    columns = ", ".join(f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in constraint.fields)
    return is_named(constraint.name, words) or bool(columns and columns in words)
