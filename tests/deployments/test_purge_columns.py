"""What the purge takes and what it leaves, column by column: a new column or record without an answer fails here.

"gone": the row goes. "erased": the value gives way to nothing or to a pseudonym. "stays": it counts, and names nobody.
"""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from core.history.acts import record_act
from core.mail.outbox import queue_mail
from deployments import models as tours
from deployments.privacy.erasure import erase
from officers.models import Qualification, QualificationEvidence, User
from officers.models.qualification import ExpiryWarning
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
GONE = "gone"
MARK = "Quinn"
NOTHING = (None, "", {}, [])
# For each record that holds something of a person: gone as a whole, or its columns.
ANSWERS: dict[str, str | dict[str, str]] = {
    "account.EmailAddress": GONE,
    "admin.LogEntry": {
        "erased": "object_repr change_message",
        "stays": "id action_time user content_type object_id action_flag",
    },
    "account.EmailConfirmation": GONE,
    "core.OutboxMail": GONE,
    "deployments.ApplicationDocument": GONE,
    "deployments.EmergencyContact": GONE,
    "deployments.IssuedLetter": GONE,
    "deployments.ReleaseLetter": GONE,
    "deployments.Note": GONE,
    "deployments.OfficerWish": GONE,
    "deployments.Paper": GONE,
    "deployments.Reminder": GONE,
    "deployments.RollCallMark": GONE,
    "mfa.Authenticator": GONE,
    "officers.ExpiryWarning": GONE,
    "officers.HistoricalLanguageRating": GONE,
    "officers.HistoricalQualificationGrant": GONE,
    "officers.HistoricalUnavailability": GONE,
    "officers.LanguageRating": GONE,
    "officers.QualificationEvidence": GONE,
    "officers.QualificationGrant": GONE,
    "officers.Unavailability": GONE,
    "socialaccount.SocialAccount": GONE,
    "socialaccount.SocialToken": GONE,
    "usersessions.UserSession": GONE,
    "core.HistoryEntry": {
        "erased": "label reason detail search_text",
        "stays": "id at actor verb content_type object_id from_state to_state",
    },
    "officers.User": {
        "erased": "password last_login email given_name family_name is_active search_text sort_key",
        "stays": "id is_superuser language is_staff signup_service date_joined",
    },
    "officers.Officer": {
        "erased": "service_number rank member_since retired_on birth_date gender gender_answer telephone has_convictions"
        " has_open_investigations declared_at",
        "stays": "id user police_service may_be_asked",
    },
    "officers.HistoricalOfficer": {
        "erased": "service_number rank member_since retired_on birth_date gender gender_answer telephone has_convictions"
        " has_open_investigations declared_at",
        "stays": "id user police_service may_be_asked history_id history_date history_change_reason history_type history_user",
    },
    "deployments.Deployment": {
        "erased": "late_reason",
        "stays": "id officer posting first_day last_day state hold_until end_reason was_firm late_from transferred_from relieves"
        " created_at created_by changed_at",
    },
    "deployments.Application": {
        "erased": "motivation available_from applicant_words findings",
        "stays": "id officer posting state shown_state reason_code created_at changed_at submitted_at state_since"
        " last_open_state qualified_until proposed_from deployment",
    },
    "deployments.OfficerWaiver": {
        "erased": "reason on_record",
        "stays": "id officer posting finding last_day given_at given_by withdrawn_at withdrawn_by",
    },
    "deployments.Release": {
        "erased": "letter_number reason withdrawal_reason",
        "stays": "id officer police_service posting first_day last_day letter_date given_at given_by withdrawn_at"
        " withdrawn_by",
    },
    "deployments.Nomination": {"erased": "", "stays": "id application organization sent_on sent_by recorded_at"},
    "deployments.NominationAnswer": {
        "erased": "reason",
        "stays": "id nomination answer answered_on reason_code recorded_by recorded_at",
    },
    "deployments.Waiver": {"erased": "reason on_record", "stays": "id application requirement by at"},
    "deployments.Assessment": {
        "erased": "place assessor remark",
        "stays": "id officer application kind language scheduled_at changes held_on outcome reading writing speaking"
        " valid_until recorded_by recorded_at",
    },
    "deployments.ChecklistDueDay": {"erased": "", "stays": "id deployment item due_on set_by set_at"},
    "deployments.ChecklistMark": {"erased": "note", "stays": "id deployment item done_by done_at done_on"},
    "deployments.Leave": {"erased": "", "stays": "id deployment first_day last_day"},
    "deployments.ExtensionRequest": {
        "erased": "reason",
        "stays": "id deployment last_day state asked_by asked_at service_agreed_at mission_agreed_at decided_at",
    },
    "deployments.Appraisal": {
        "erased": "remarks",
        "stays": "id deployment outcome given_on recorded_by recorded_at",
    },
}
# Records that name an account as the author of what they say, or that only staff and coordinators have: these accounts
# are not purged. A session in the store names its account by number alone.
BY_STAFF = {"officers.Coordinator", "deployments.StrengthProposal"}
AUTHORS = {"recorded_by", "withdrawn_by", "verified_by", "history_user", "named_by", "by", "done_by", "asked_by"}
AUTHORS |= {"created_by", "proposed_by", "decided_by", "actor", "given_by", "marked_by", "handled_by", "sent_by"}
AUTHORS |= {"added_by", "removed_by", "issued_by", "written_by", "set_by"}


def about_people() -> set[str]:
    """Every record that belongs to a person, directly or through another one that does; authors left out."""
    found, more = {"officers.User", "core.HistoryEntry", "admin.LogEntry"}, True
    while more:
        more = {
            model._meta.label
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if field.related_model
            and field.related_model._meta.label in found
            and field.name not in AUTHORS
            and model._meta.label not in found | BY_STAFF
        }
        more = {each for each in more if each.removeprefix("officers.Historical") != "Coordinator"}
        found |= more
    return found


def columns(label: str) -> set[str]:
    return {field.name for field in apps.get_model(label)._meta.concrete_fields}


def test_every_record_about_a_person_has_an_answer():
    assert about_people() == set(ANSWERS)


@pytest.mark.parametrize("label", [label for label, answer in ANSWERS.items() if answer != GONE])
def test_every_column_has_one_answer(label):
    answered = [*ANSWERS[label]["erased"].split(), *ANSWERS[label]["stays"].split()]
    assert len(answered) == len(set(answered))
    assert set(answered) == columns(label)


# --- A person with something in every column ------------------------------------------------------------------


def something(field: models.Field):
    """A value for a column that is not given one: the mark where words go."""
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.CharField | models.TextField):
        return f"{MARK} {field.name}"[: field.max_length]
    kinds = {models.BooleanField: True, models.DateField: day("2020-05-05"), models.DateTimeField: timezone.now()}
    kinds |= {models.JSONField: {"name": MARK}, models.GenericIPAddressField: "192.0.2.7"}
    return next((value for kind, value in kinds.items() if type(field) is kind), 1)


def full(model: type[models.Model], **given) -> models.Model:
    """A record with something in every column but for keys of other records, which stay empty where they may."""
    wanted = [
        field
        for field in model._meta.concrete_fields
        if field.name not in given and not field.primary_key and not field.is_relation
    ]
    return model._default_manager.create(**{field.name: something(field) for field in wanted} | given)


@pytest.fixture
def person(settings, tmp_path) -> User:
    settings.MEDIA_ROOT = tmp_path
    staff = factories.staff("Approver")
    user = factories.user(
        given_name=MARK, family_name=f"{MARK} family", email="quinn@example.org", last_login=timezone.now()
    )
    officer = factories.officer(
        user=user, service_number=MARK, rank=MARK, gender=MARK, gender_answer="own_words", telephone=MARK, birth_date=day("1980-02-03"), declared_at=timezone.now(),
        member_since=day("2001-01-01"), retired_on=day("2020-12-31"), has_convictions=True, has_open_investigations=True,
    )  # fmt: skip
    officer.language_ratings.create(language="fr", reading=1, writing=1, speaking=1)
    officer.unavailabilities.create(first_day=day("2020-01-01"), last_day=day("2020-01-02"), note=MARK)
    passport = Qualification.objects.get(code="passport")
    grant = officer.grants.create(
        qualification=passport, valid_from=day("2019-01-01"), valid_until=day("2029-01-01"), evidence_note=MARK
    )
    full(ExpiryWarning, grant=grant)
    full(QualificationEvidence, grant=grant, file="quinn.pdf")
    tour = factories.deployment(factories.posting(), "2020-01-01", "2020-11-30", officer=officer)
    late = {"last_day": day("2020-12-31"), "late_from": day("2020-12-01"), "late_reason": MARK}
    tours.Deployment.objects.filter(pk=tour.pk).update(state="closed", end_reason="completed", **late)
    application = factories.application(
        officer=officer, state="withdrawn", motivation=MARK, available_from=day("2020-01-01"),
        applicant_words=MARK, findings=[{"code": MARK}],
        last_open_state="qualified", qualified_until=day("2021-01-01"), reason_code="personal",
    )  # fmt: skip
    full(tours.ApplicationDocument, application=application, file="quinn-cv.pdf")
    full(tours.Waiver, application=application, by=staff)
    nomination = full(tours.Nomination, application=application, sent_by=staff)
    full(tours.NominationAnswer, nomination=nomination, answer="declined", recorded_by=staff)
    held = {"kind": "language", "language": "fr", "outcome": "passed", "valid_until": day("2021-01-01")}
    full(tours.Assessment, officer=officer, application=application, recorded_by=staff, **held)
    item = tours.ChecklistItem.objects.create(code="visa", text_en="Visa", text_fr="Visa")
    full(tours.ChecklistDueDay, deployment=tour, item=item, set_by=staff)
    full(tours.ChecklistMark, deployment=tour, item=item, done_by=staff)
    full(tours.EmergencyContact, deployment=tour)
    full(tours.RollCallMark, deployment=tour, marked_by=staff)
    days = {"first_day": day("2020-01-01"), "last_day": day("2020-12-31"), "given_by": staff, "withdrawn_by": staff}
    release = full(tours.Release, officer=officer, police_service=officer.police_service, **days)
    full(tours.ReleaseLetter, release=release, file="quinn-letter.pdf")
    full(tours.IssuedLetter, deployment=tour, kind="certificate", file="quinn-order.pdf", issued_by=staff)
    full(tours.Leave, deployment=tour)
    for about in ({"officer": officer}, {"application": application}, {"deployment": tour}):
        full(tours.Note, **about, written_by=staff)
    removed = {"file": "", "removed_by": staff, "added_by": staff}
    for about in ({"officer": officer}, {"application": application}, {"deployment": tour}, {"release": release}):
        full(tours.Paper, **about, **removed)
    full(tours.OfficerWish, officer=officer)
    full(tours.OfficerWaiver, officer=officer, posting=tour.posting, given_by=staff, withdrawn_by=staff)
    declined = {"state": "declined", "last_day": day("2021-02-01"), "service_agreed_at": None}
    full(tours.ExtensionRequest, deployment=tour, asked_by=user, **declined)
    full(tours.Appraisal, deployment=tour, recorded_by=staff)
    full(tours.Reminder, user=user)
    for record in (user, officer, grant, application, tour):
        LogEntry.objects.create(
            user=staff, content_type=ContentType.objects.get_for_model(record), object_id=record.pk,
            object_repr=MARK, change_message=MARK, action_flag=2,
        )  # fmt: skip
        record_act(record, "correct", by=staff, reason=MARK, from_state="draft", to_state="submitted", name=MARK)
    queue_mail(to=user, template="deployments/application_received", context={"application": application})
    full(EmailConfirmation, email_address=EmailAddress.objects.get(user=user))
    full(Authenticator, user=user)
    full(UserSession, user=user)
    full(SocialToken, account=full(SocialAccount, user=user), app=full(SocialApp, settings={}))
    return user


def rows(label: str) -> dict[int, dict]:
    return {row["pk"]: row for row in apps.get_model(label)._base_manager.values(*columns(label), pk=models.F("pk"))}


def mine(label: str, user: User, before: dict[int, dict]) -> dict[int, dict]:
    """The person's rows among those of a table: the rows with a mark, and those of the person's own account."""
    about = {ContentType.objects.get_for_model(User).pk: user.pk}
    found = {}
    for pk, row in before.items():
        if label == "officers.User":
            is_mine = pk == user.pk
        elif "user" in row and label != "admin.LogEntry":
            is_mine = row["user"] == user.pk
        elif label == "core.HistoryEntry":
            is_mine = row["reason"] == MARK or about.get(row["content_type"]) == row["object_id"]
        else:
            is_mine = True
        if is_mine:
            found[pk] = row
    return found


def test_the_purge_takes_and_leaves_what_the_table_says(person):
    before = {label: mine(label, person, rows(label)) for label in ANSWERS}
    assert not [label for label, found in before.items() if not found], "prepare a row of each"
    empty = {
        f"{label}.{column}"
        for label, answer in ANSWERS.items() if answer != GONE
        for column in answer["erased"].split()
        if all(row[column] in NOTHING for row in before[label].values())
    }  # fmt: skip
    assert empty == set(), "prepare something to erase in each"
    erase(person, by=factories.staff("Administrator"))
    wrong = []
    for label, answer in ANSWERS.items():
        after = rows(label)
        for pk, row in before[label].items():
            if answer == GONE:
                wrong += [f"{label} is left"] if pk in after else []
                continue
            now = after[pk]
            wrong += [
                f"{label}.{column} is left"
                for column in answer["erased"].split()
                if now[column] == row[column] not in NOTHING
            ]
            wrong += [f"{label}.{column} is lost" for column in answer["stays"].split() if now[column] != row[column]]
    assert wrong == []
