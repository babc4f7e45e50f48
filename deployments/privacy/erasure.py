"""Closing an account, and the purge: personal values give way to a pseudonym, in records and history; counts stay.

The purge is the only exception to an append-only history, and the guards let it write nothing but 'erased'.
"""

import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.files.uploads import discard
from core.history.acts import record_act
from core.models import HistoryEntry, OutboxMail
from core.refusals import NotPermitted, Refusal
from core.text.dates import today_here
from deployments.domain.verbs.data import DataVerb
from deployments.limits.gate import locked_transaction
from deployments.models import (
    Application,
    ApplicationDocument,
    ApplicationState,
    Appraisal,
    ChecklistMark,
    Deployment,
    DeploymentState,
    EmergencyContact,
    ExtensionRequest,
    NominationAnswer,
    Note,
    OfficerWaiver,
    OfficerWish,
    OpeningAlert,
    Paper,
    Reminder,
    RollCallMark,
    Waiver,
)
from deployments.privacy.holdings import PARTS, entries_about, evidence_of, issued_to, letters_of, records_of
from officers.models import Officer, User

ERASED = "erased"


@transaction.atomic
def close_account(user: User, *, by: Actor) -> None:
    """End the account at its owner's wish: nobody signs in with it any more; the purge erases it after a while.

    Raises NotPermitted for anybody else, and Refusal while an application is open or a tour is not over.
    """
    if by.pk != user.pk or not user.is_active:
        raise NotPermitted
    if _unfinished(user):
        raise Refusal(
            _(
                "Withdraw your open applications first, and wait for the end of your tour: then the account can be closed."
            ),
            code="still_needed",
        )
    User.objects.filter(pk=user.pk).update(is_active=False)
    UserSession.objects.filter(user=user).delete()
    record_act(user, DataVerb.CLOSE_ACCOUNT, by=by)


def due_for_purge(*, today: datetime.date | None = None) -> list[User]:
    """Accounts closed for CLOSED_DAYS, or without any activity for RETENTION_YEARS, and with nothing unfinished.

    Staff accounts are not purged: they are authors of the record.
    """
    today = today or today_here()
    closed_by = today - datetime.timedelta(days=settings.CLOSED_DAYS)
    idle_by = today.replace(year=today.year - settings.RETENTION_YEARS, day=min(today.day, 28))
    people = (
        User.objects.filter(is_staff=False)
        .exclude(email__endswith=f"@{ERASED}.invalid")
        .exclude(coordinations__isnull=False)
    )
    people = people.annotate(
        tour_until=Max("officer__deployments__last_day"), applied=Max("officer__applications__state_since")
    )
    idle = (
        (Q(last_login__date__lt=idle_by) | Q(last_login=None, date_joined__date__lt=idle_by))
        & (Q(tour_until=None) | Q(tour_until__lt=idle_by))
        & (Q(applied=None) | Q(applied__date__lt=idle_by))
    )
    closing = HistoryEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=OuterRef("pk"), verb=DataVerb.CLOSE_ACCOUNT
    ).filter(at__date__lte=closed_by)
    found = people.filter(idle | (Q(is_active=False) & Exists(closing))).order_by("pk")
    return [person for person in found if not _unfinished(person)]


def due_documents(*, today: datetime.date | None = None) -> QuerySet[ApplicationDocument]:
    """Documents of applications that ended more than DOCUMENT_YEARS ago."""
    today = today or today_here()
    ended_by = today.replace(year=today.year - settings.DOCUMENT_YEARS, day=min(today.day, 28))
    ended = Application.objects.filter(state__in=ApplicationState.ended_states(), state_since__date__lt=ended_by)
    return ApplicationDocument.objects.filter(application__in=ended).select_related("application").order_by("pk")


@transaction.atomic
def erase_document(document: ApplicationDocument, *, by: Actor) -> None:
    """Delete a document whose time is over, and its file with the commit; the application's history says so."""
    application = document.application
    discard(document)
    record_act(application, DataVerb.PURGE_DOCUMENT, by=by)


@locked_transaction
def erase(user: User, *, by: Actor) -> None:
    """Replace what is personal by a pseudonym, in the records and in their history; tours and counts stay as they are."""
    officer = Officer.objects.filter(user=user).first()
    HistoryEntry.objects.filter(pk__in=list(entries_about(user, officer).values_list("pk", flat=True))).update(
        label=ERASED, reason="", detail={}, search_text=ERASED
    )
    _erase_admin_log(records_of(user, officer))
    OpeningAlert.objects.filter(address__iexact=user.email).delete()
    _erase_account(user)  # first: the guards let notes and letters go of nobody else
    if officer:
        _erase_applications(officer.applications.all())
        _erase_profile(officer)
    record_act(User.objects.get(pk=user.pk), DataVerb.PURGE, by=by)


def _erase_admin_log(records: dict[type[Model], list[int]]) -> None:
    """Django's admin keeps the name of what somebody saved with a form."""
    for model, keys in records.items():
        saved = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
        saved.update(object_repr=ERASED, change_message="")


def _erase_profile(officer: Officer) -> None:
    _delete_documents(evidence_of(officer))
    _delete_documents(letters_of(officer))
    _delete_documents(Paper.objects.about(officer))
    _delete_documents(issued_to(officer))
    Note.objects.about(officer).delete()
    officer.releases.exclude(letter_number="").update(letter_number=ERASED)
    officer.releases.update(reason="")
    OfficerWaiver.objects.filter(officer=officer).update(reason=ERASED, on_record=None)
    officer.assessments.update(place="", assessor="", remark="")
    officer.releases.exclude(withdrawn_at=None).update(withdrawal_reason=ERASED)
    for part in PARTS:
        model = getattr(officer, part).model
        model.history.filter(officer_id=officer.pk).delete()
        getattr(officer, part).all().delete()
    blank = {
        "service_number": f"{ERASED}-{officer.pk}",
        "rank": "",
        "member_since": None,
        "retired_on": None,
        "birth_date": None,
        "gender": "",
        "gender_answer": "",
        "may_be_asked": False,
        "telephone": "",
        "has_convictions": None,
        "has_open_investigations": None,
        "declared_at": None,
    }
    Officer.objects.filter(pk=officer.pk).update(**blank)
    Officer.history.filter(id=officer.pk).update(**blank)
    OfficerWish.objects.filter(officer=officer).delete()
    tours = Deployment.objects.filter(officer=officer)
    tours.filter(late_from__isnull=False).update(late_reason=ERASED)
    EmergencyContact.objects.filter(deployment__in=tours).delete()
    RollCallMark.objects.filter(deployment__in=tours).delete()
    ChecklistMark.objects.filter(deployment__in=tours).update(note="")
    ExtensionRequest.objects.filter(deployment__in=tours).update(reason=ERASED)
    Appraisal.objects.filter(deployment__in=tours).update(remarks="")


def _erase_applications(applications: QuerySet[Application]) -> None:
    _delete_documents(ApplicationDocument.objects.filter(application__in=applications))
    Waiver.objects.filter(application__in=applications).update(reason=ERASED, on_record=None)
    NominationAnswer.objects.filter(nomination__application__in=applications).update(reason="")
    applications.update(motivation="", available_from=None, applicant_words="", findings=[])


def _delete_documents(documents: QuerySet[Any]) -> None:
    for document in documents:
        discard(document)


def _erase_account(user: User) -> None:
    for personal in (EmailAddress, Authenticator, UserSession, SocialAccount, Reminder):
        personal.objects.filter(user=user).delete()
    OutboxMail.objects.filter(user=user).delete()
    user.groups.clear()
    user.email = f"{ERASED}-{user.pk}@{ERASED}.invalid"
    user.given_name, user.family_name = "", f"{ERASED} {user.pk}"
    user.is_active = False
    user.last_login = None
    user.set_unusable_password()
    user.save()


def _unfinished(user: User) -> bool:
    running = [*ApplicationState.open_states(), ApplicationState.ACCEPTED]
    live = Deployment.objects.filter(officer__user=user).exclude(
        state__in=[DeploymentState.CANCELLED, DeploymentState.CLOSED]
    )
    accepted_and_over = Q(state=ApplicationState.ACCEPTED) & ~Q(deployment__in=live)
    applications = Application.objects.filter(officer__user=user, state__in=running).exclude(accepted_and_over)
    return (
        live.filter(Q(state__in=DeploymentState.live_states()) | Q(last_day__gte=timezone.localdate())).exists()
        or applications.exists()
    )
