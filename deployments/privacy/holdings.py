"""Everything held on a person, as data and as a download with the documents."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet

from core.models import Document, HistoryEntry, OutboxMail
from deployments.models import (
    Application,
    ApplicationDocument,
    Appraisal,
    ChecklistMark,
    Deployment,
    EmergencyContact,
    ExtensionRequest,
    IssuedLetter,
    Leave,
    Note,
    OfficerWaiver,
    Paper,
    ReleaseLetter,
    RollCallMark,
)
from deployments.models.letter import letters_about
from deployments.models.paper import PaperQuerySet
from officers.models import Officer, QualificationEvidence, QualificationGrant, User

PARTS = ("language_ratings", "grants", "unavailabilities")
# For the portal's own work, nobody's to read (the password's hash, the search text), or for the desk alone.
LEFT_OUT = {"password", "remark", "search_text", "warned_days", "file"}


def holdings(user: User) -> dict[str, Any]:
    """Account, profile, applications, tours, mails and acts on record, by the names of their fields."""
    officer = Officer.objects.filter(user=user).first()
    held: dict[str, Any] = {
        "account": _values(user),
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "mails": [_values(mail) for mail in OutboxMail.objects.filter(user=user)],
        "acts": [_values(entry) for entry in entries_about(user, officer)],
    }
    if officer:
        held["profile"] = _values(officer)
        held |= {part: [_values(each) for each in getattr(officer, part).all()] for part in PARTS}
        held["evidence"] = [_values(each) for each in evidence_of(officer)]
        held["applications"] = [_application(each) for each in officer.applications.all()]
        held["assessments"] = [_values(each) for each in officer.assessments.all()]
        held["wishes"] = [_values(each) for each in officer.wishes.all()]
        held["releases"] = [_values(each) for each in officer.releases.all()]
        held["waivers"] = [_values(each) for each in OfficerWaiver.objects.filter(officer=officer)]
        held["papers"] = [_values(each) for each in papers_of(officer)]
        held["notes"] = [_values(each) for each in notes_of(officer)]
        held["tours"] = [_tour(each) for each in officer.deployments.all()]
    return held


def as_zip(user: User) -> bytes:
    """The holdings as ``data.json``, with every document handed in under its own name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(holdings(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("data.json", text)
        for folder, document in _files(user):
            if document.kept_back:  # as everywhere: given out to nobody
                continue
            with document.file.open("rb") as content:
                archive.writestr(f"{folder}/{document.pk}-{document.name}", content.read())
    return written.getvalue()


def evidence_of(officer: Officer) -> QuerySet[QualificationEvidence]:
    """The documents that show the officer's qualifications."""
    return QualificationEvidence.objects.filter(grant__officer=officer)


def letters_of(officer: Officer) -> QuerySet[ReleaseLetter]:
    """The letters by which the officer's releases came."""
    return ReleaseLetter.objects.filter(release__officer=officer)


def papers_of(officer: Officer) -> PaperQuerySet:
    """The papers that the officer takes along: those that the officer may see, and with EXPORT_DESK_RECORDS the others."""
    about = Paper.objects.about(officer)
    return about if settings.EXPORT_DESK_RECORDS else about.filter(is_for_officer=True)


def issued_to(officer: Officer) -> QuerySet[IssuedLetter]:
    """The letters that the desk issued about the officer."""
    return IssuedLetter.objects.filter(Q(application__officer=officer) | Q(deployment__officer=officer))


def notes_of(officer: Officer) -> QuerySet[Note]:
    """The desk's notes that the officer takes along: all with EXPORT_DESK_RECORDS, none without."""
    return Note.objects.about(officer) if settings.EXPORT_DESK_RECORDS else Note.objects.none()


def _files(user: User) -> Iterator[tuple[str, Document]]:
    """Everything handed in or issued, with the folder in which it goes along."""
    officer = Officer.objects.filter(user=user).first()
    if officer:
        for document in ApplicationDocument.objects.filter(application__officer=officer):
            yield "documents", document
        for letter in letters_of(officer):
            yield "letters", letter
        for paper in papers_of(officer).kept():
            yield "papers", paper
        for issued in issued_to(officer):
            yield "issued-letters", issued
        for evidence in evidence_of(officer):
            yield "evidence", evidence


def records_of(user: User, officer: Officer | None) -> dict[type[Model], list[int]]:
    """Keys of the account, the profile with its qualifications (removed ones too), applications and tours."""
    found: dict[type[Model], list[int]] = {User: [user.pk]}
    if officer:
        found[Officer] = [officer.pk]
        grants = QualificationGrant.history.filter(officer_id=officer.pk)
        found[QualificationGrant] = list(grants.values_list("id", flat=True).distinct())
        found[Application] = list(officer.applications.values_list("pk", flat=True))
        found[Deployment] = list(officer.deployments.values_list("pk", flat=True))
    return found


def entries_about(user: User, officer: Officer | None) -> QuerySet[HistoryEntry]:
    """The history of the records of a person."""
    about = Q()
    for model, keys in records_of(user, officer).items():
        about |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    return HistoryEntry.objects.filter(about)


def _application(application: Application) -> dict[str, Any]:
    return {
        **_values(application),
        "documents": [_values(each) for each in application.documents.all()],
        "waivers": [_values(each) for each in application.waivers.all()],
        "nominations": [
            {**_values(each), "answers": [_values(answer) for answer in each.answers.all()]}
            for each in application.nominations.prefetch_related("answers")
        ],
        "letters": [_values(each) for each in letters_about(application)],
    }


def _tour(tour: Deployment) -> dict[str, Any]:
    """A tour with what was recorded around it: contact, leave, extensions asked for, appraisal."""
    around = (EmergencyContact, Leave, ExtensionRequest, Appraisal, RollCallMark, ChecklistMark, IssuedLetter)
    return _values(tour) | {
        str(model._meta.model_name): [_values(each) for each in model.objects.filter(deployment=tour)]
        for model in around
    }


def _values(record: Model) -> dict[str, Any]:
    fields = record._meta.concrete_fields
    return {field.name: field.value_from_object(record) for field in fields if field.name not in LEFT_OUT}
