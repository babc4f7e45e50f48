"""Whoever reads what is personal leaves a line in the history: every address and every file, read as everybody.

Each column that says something of a person beyond the name holds a mark of its own. An answer with a mark, to anybody
but the person, is logged as a view by the reader.
"""

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from core.desk.exports import ExportedList
from core.files.uploads import checked
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.models import HistoryEntry
from core.tabular.sheets import SHEETS
from deployments import models as tours
from deployments.limits import guards
from officers.models import QualificationEvidence
from tests import factories
from tests.deployments.test_purge_columns import ANSWERS
from tests.desk_pages import address as desk_address
from tests.factories import day
from tests.files import PDF
from tests.test_who_may_see_what import PEOPLE, YES, World, expected, filled, matrix, served

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
READERS = [person for person in PEOPLE if person not in ("Nobody signed in", "The officer")]
BORN = day("1977-07-07")
BORN_IN_WORDS = ("1977-07-07", "July 7, 1977", "7 juillet 1977")
# Columns with words, by what they are: marked here, a name by which lists say who, or for the portal alone.
MARKED = {
    "core.HistoryEntry": {"reason"},
    "deployments.Appraisal": {"remarks"},
    "deployments.Application": {"motivation", "applicant_words"},
    "deployments.ApplicationDocument": {"name", "file"},
    "deployments.Assessment": {"place", "assessor", "remark"},
    "deployments.ChecklistMark": {"note"},
    "deployments.Deployment": {"late_reason"},
    "deployments.EmergencyContact": {"name", "relationship", "telephone"},
    "deployments.ExtensionRequest": {"reason"},
    "deployments.IssuedLetter": {"text", "file"},
    "deployments.NominationAnswer": {"reason"},
    "deployments.OfficerWaiver": {"reason"},
    "deployments.Note": {"text"},
    "deployments.Paper": {"title", "name", "file", "removal_reason"},
    "deployments.Release": {"reason", "withdrawal_reason"},
    "deployments.ReleaseLetter": {"name", "file"},
    "deployments.RollCallMark": {"place", "note"},
    "deployments.Waiver": {"reason"},
    "officers.Officer": {"gender", "birth_date", "telephone"},
    "officers.QualificationEvidence": {"name", "file"},
    "officers.QualificationGrant": {"evidence_note"},
    "officers.Unavailability": {"note"},
}
NAMES = {
    "core.HistoryEntry": {"label"},
    "core.OutboxMail": {"address", "subject"},
    "account.EmailAddress": {"email"},
    "deployments.Release": {"letter_number"},
    "officers.Officer": {"service_number", "rank"},
    "officers.QualificationGrant": {"grade"},
    "officers.User": {"email", "given_name", "family_name"},
}
UNREAD = {
    "account.EmailConfirmation": {"key"},
    "admin.LogEntry": {"object_id", "object_repr", "change_message"},
    "core.HistoryEntry": {"verb", "from_state", "to_state", "search_text"},
    "core.OutboxMail": {"template", "text_body", "message_id", "last_error"},
    "deployments.Application": {"last_open_state"},
    "deployments.ApplicationDocument": {"media_type", "sha256"},
    "deployments.Paper": {"media_type", "sha256"},
    "deployments.IssuedLetter": {"name", "media_type", "sha256", "content_sha256"},
    "deployments.ReleaseLetter": {"media_type", "sha256"},
    "deployments.OfficerWaiver": {"finding"},
    "deployments.Reminder": {"key"},
    "deployments.Waiver": {"requirement"},
    "officers.QualificationEvidence": {"media_type", "sha256"},
    "officers.User": {"password", "search_text", "sort_key"},
    "socialaccount.SocialAccount": {"provider", "uid"},
    "socialaccount.SocialToken": {"token", "token_secret"},
    "usersessions.UserSession": {"session_key", "user_agent"},
}
WORDS = (models.CharField, models.TextField, models.FileField)


@pytest.mark.parametrize("label", [label for label in ANSWERS if ".Historical" not in label])
def test_every_column_with_words_about_a_person_is_marked_or_has_its_reason(label):
    has_words = {
        field.name
        for field in apps.get_model(label)._meta.concrete_fields
        if isinstance(field, WORDS) and not field.choices
    }
    answered = [table.get(label, set()) for table in (MARKED, NAMES, UNREAD)]
    assert set().union(*answered) - {"birth_date"} == has_words
    assert sum(len(each) for each in answered) == len(set().union(*answered))


def mark(column: str, length: int = 60) -> str:
    return f"m4rk-{column}-m4rk"[:length]


class Marked(World):
    """The world with a mark in every column that says more than a name."""

    def __init__(self) -> None:
        super().__init__()
        officer, by = self.officer, self.coordinator
        officer.gender, officer.birth_date = mark("gender", 30), BORN
        officer.telephone = mark("own_telephone", 25)
        officer.save()
        officer.unavailabilities.update(note=mark("absence"))
        officer.grants.update(evidence_note=mark("evidence_note"))
        tours.Application.objects.filter(pk=self.application.pk).update(motivation=mark("motivation"))
        late = {"last_day": day("2021-01-31"), "late_from": day("2021-01-01"), "late_reason": mark("late")}
        ended = {"state": "ended", "end_reason": "completed"}
        tours.Deployment.objects.filter(pk=self.tour.pk).update(**late, **ended)
        self.late, self.tour = (
            self.tour,
            factories.deployment(self.posting, "2022-01-01", "2022-12-31", officer=officer),
        )
        tours.Waiver.objects.create(application=self.application, requirement="age", reason=mark("waiver"), by=by)
        nomination = tours.Nomination.objects.create(application=self.application, sent_on=day("2022-01-01"))
        nomination.answers.create(answer="declined", reason_code="host_decision", reason=mark("refusal"))
        tours.EmergencyContact.objects.create(
            deployment=self.tour, name=mark("contact"), relationship=mark("kin"), telephone=mark("telephone", 20)
        )
        tours.Appraisal.objects.create(
            deployment=self.tour, outcome="met", given_on=day("2022-12-31"), remarks=mark("remarks"), recorded_by=by
        )
        tours.RollCallMark.objects.create(
            deployment=self.tour, status="safe", place=mark("place"), note=mark("roll_call"), marked_by=by
        )
        withdrawn = {"withdrawn_at": timezone.now(), "withdrawn_by": by, "withdrawal_reason": mark("release_withdrawn")}
        for more in ({}, withdrawn):
            release = tours.Release.objects.create(
                officer=officer, police_service=self.service, first_day=day("2022-01-01"), last_day=day("2022-12-31"),
                letter_number="L-1", letter_date=day("2021-12-01"), reason=mark("release"), given_by=by, **more,
            )  # fmt: skip
        for about in ({"officer": officer}, {"application": self.application}, {"deployment": self.tour}):
            tours.Note.objects.create(**about, text=mark("note_text"), written_by=by)
        item = tours.ChecklistItem.objects.get()
        done = {"done_by": by, "note": mark("checklist_note")}
        tours.ChecklistMark.objects.create(deployment=self.tour, item=item, **done)
        papers = {"is_for_officer": True, "is_for_coordinator": True, "title": mark("paper_title")}
        for record in (officer, self.application, release, self.tour):
            factories.paper(record, **papers)
            gone = {"file": "", "removed_at": timezone.now(), "removal_reason": mark("paper_removed")}
            factories.paper(record, **papers | gone)
        letter = checked(SimpleUploadedFile("release.pdf", PDF))
        tours.ReleaseLetter.objects.create(release=release, **letter)
        guards.drop(connection)  # which let no letter change
        tours.IssuedLetter.objects.update(text=mark("letter_text"))
        guards.install(connection)
        with Path(tours.IssuedLetter.objects.get().file.path).open("ab") as file:
            file.write(f"\n% {mark('issued_letter')}\n".encode())
        meant = {"place": mark("test_place"), "assessor": mark("assessor"), "remark": mark("test_remark")}
        officer.assessments.update(**meant)
        officer.assessments.create(kind="driving", held_on=day("2022-01-01"), outcome="failed", **meant)
        documents = {
            "evidence": QualificationEvidence,
            "document": tours.ApplicationDocument,
            "letter": tours.ReleaseLetter,
            "paper": tours.Paper,
        }
        for name, model in documents.items():
            model.objects.update(name=mark(f"{name}_name") + ".pdf")
            with Path(model.objects.exclude(file="").order_by("-pk")[0].file.path).open("ab") as file:
                file.write(f"\n% {mark(f'{name}_file')}\n".encode())
        self.tour.extensions.create(last_day=day("2023-05-01"), reason=mark("extension"), asked_by=officer.user)
        for record in (self.application, self.tour, officer):
            record_act(record, "revise", by=by, reason=mark("history"))


def marks_in(response) -> set[str]:
    """The marks that an answer shows; a workbook is opened."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    text = body.decode("utf-8", "replace")
    born = {"birth_date"} if any(words in text for words in BORN_IN_WORDS) else set()
    return set(re.findall(r"m4rk-(\w+)", text)) | born


def addresses_for(person: str) -> dict[str, str]:
    """What the person may open, by the address as it is written: pages, and each list of the desk as each file."""
    rows = matrix()
    found = {}
    for address in served():
        if expected(address, rows)[person] == YES:
            url = filled(address)
            found[address] = f"{url}change/" if address.endswith("/<object_id>/") and "/r/" not in address else url
    for desk in admin.site._registry.values():
        for sheet in SHEETS if isinstance(desk, ExportedList) else ():
            found[f"{desk.model._meta.model_name}.{sheet}"] = f"{desk_address(desk.model, 'changelist')}?format={sheet}"
    return found


def read(browser: Client, addresses: dict[str, str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The marks that each address shows: where the history says that it was read, and where it does not."""
    logged: dict[str, set[str]] = {}
    unlogged: dict[str, set[str]] = {}
    reader = browser.session["_auth_user_id"]
    for address, url in sorted(addresses.items()):
        before = HistoryEntry.objects.count()
        answer = browser.get(url)
        assert answer.status_code < 500, address
        if shown := marks_in(answer):
            views = HistoryEntry.objects.order_by("pk")[before:]
            is_logged = any(view.verb == CoreVerb.VIEW and str(view.actor_id) == reader for view in views)
            (logged if is_logged else unlogged)[address] = shown
    return logged, unlogged


@pytest.fixture
def world(settings, tmp_path) -> Marked:
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_MFA_REQUIRED = False
    return Marked()


@pytest.mark.parametrize("person", READERS)
def test_whoever_reads_what_is_personal_leaves_a_line(world, person):
    late_return = {"a late return": desk_address(tours.Deployment, "change", world.late)}
    logged, unlogged = read(world.client(person), addresses_for(person) | late_return)
    assert unlogged == {}
    reads = {"Another officer", "Mission editor", "Administrator"}
    assert bool(logged) is (person not in reads), logged


def test_control_without_one_line_the_page_is_named(world, monkeypatch):
    monkeypatch.setattr("deployments.views.coordination.record_act", lambda *_args, **_detail: None)
    addresses = {a: url for a, url in addresses_for("Coordinator").items() if "/coordination/<pk>/" in a}
    _logged, unlogged = read(world.client("Coordinator"), addresses)
    assert unlogged == {
        "/<language>/coordination/<pk>/": {"motivation", "document_name"},
        "/<language>/coordination/<pk>/documents/<document_pk>/": {"document_file"},
    }
