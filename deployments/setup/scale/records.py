"""The records around synthetic tours: profiles, applications with their papers, the history of acts, and mails."""

import datetime
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from core.models import HistoryEntry, MailState, OutboxMail
from deployments.models import (
    Application,
    ApplicationDocument,
    ApplicationState,
    Assessment,
    AssessmentKind,
    AssessmentOutcome,
    Deployment,
    DeploymentState,
    EmergencyContact,
    ExtensionRequest,
    LanguageRequirement,
    Leave,
    Posting,
    QualificationRequirement,
    ReasonCode,
)
from deployments.setup.scale.writing import BATCH, make, written
from officers.models import LanguageRating, Officer, Qualification, QualificationGrant, Unavailability, User

STAFF = 5
PASSPORT = "passport"
ONE_IN_MAILS_GIVEN_UP = 500
ONE_IN_TOURS_EXTENDED = 20
# How many of a hundred applications are in each state.
STATES = {
    ApplicationState.SUBMITTED: 6, ApplicationState.ENDORSED: 6, ApplicationState.SCREENED_IN: 6, ApplicationState.IN_ASSESSMENT: 6, ApplicationState.QUALIFIED: 6, ApplicationState.NOMINATED: 4, ApplicationState.SELECTED: 2,
    ApplicationState.ACCEPTED: 14, ApplicationState.NOT_RELEASED: 5, ApplicationState.SCREENED_OUT: 15, ApplicationState.NOT_SELECTED: 15, ApplicationState.WITHDRAWN: 10, ApplicationState.EXPIRED: 5,
}  # fmt: skip
ASSESSED = {
    ApplicationState.IN_ASSESSMENT,
    ApplicationState.QUALIFIED,
    ApplicationState.NOMINATED,
    ApplicationState.SELECTED,
    ApplicationState.ACCEPTED,
}
LEAST_LEVEL = 2
CONTACT = {"name": "Robin", "relationship": "Sibling", "telephone": "+1 613 555 0100"}


class SyntheticRecords:
    """Makes the records with the same random numbers every time; days are counted from ``today``."""

    def __init__(self, today: datetime.date, dice: random.Random) -> None:
        self.today, self.dice, self.now = today, dice, timezone.now()
        self.staff: list[User] = []

    def of_people(self, officers: Sequence[Officer], postings: Sequence[Posting], applications: int) -> None:
        """Profiles of all officers, requirements of all postings, and the applications."""
        if not applications:
            return
        passport = self._requirements(postings)
        self._profiles(officers, passport)
        for batch in written(Application, self._applications(officers, postings, applications)):
            self._papers(batch)

    def acts_on_tours(self, tours: Sequence[Deployment]) -> None:
        """The latest act on each tour; of those not over whom to call, of those under way leave, of some an extension."""
        verbs = {DeploymentState.IN_MISSION: "check-in", DeploymentState.CLOSED: "close"}
        self._acts(tours, lambda tour: (verbs.get(tour.state, "reserve"), "", tour.state))
        ahead = [tour for tour in tours if tour.state in DeploymentState.live_states()]
        make(EmergencyContact, (EmergencyContact(deployment=tour, **CONTACT) for tour in ahead))
        live = [tour for tour in ahead if tour.state == DeploymentState.IN_MISSION]
        make(Leave, (Leave(deployment=t, first_day=t.first_day, last_day=t.first_day) for t in live))
        asking = live[::ONE_IN_TOURS_EXTENDED]
        make(ExtensionRequest, (self._extension(tour) for tour in asking))

    def _acts(self, records: Sequence[models.Model], what: Any, actor_of: Callable[[Any], User] | None = None) -> None:
        """An act of each record's actor, else of staff; ``what`` gives its verb and the states before and after."""
        if not records:
            return
        kind = ContentType.objects.get_for_model(records[0])
        make(
            HistoryEntry,
            (
                self._act(each, kind, actor_of(each) if actor_of else self.dice.choice(self._desk()), *what(each))
                for each in records
            ),
        )

    def _act(self, record: models.Model, kind: ContentType, actor: User, *what: str) -> HistoryEntry:
        verb, before, after = what
        return HistoryEntry(
            at=self._moment(3_000),
            actor=actor,
            verb=verb,
            content_type=kind,
            object_id=record.pk,
            label=str(record)[:250],
            from_state=before,
            to_state=after,
        )

    def _desk(self) -> list[User]:
        if not self.staff:
            people = (User(email=f"desk{n}@example.org", family_name=f"Desk {n}", is_staff=True) for n in range(STAFF))
            self.staff = make(User, people)
        return self.staff

    def _moment(self, days: int) -> datetime.datetime:
        """A moment of the last so many days."""
        return self.now - datetime.timedelta(minutes=self.dice.randrange(1, days * 24 * 60))

    def _extension(self, tour: Deployment) -> ExtensionRequest:
        return ExtensionRequest(
            deployment=tour,
            last_day=tour.last_day + datetime.timedelta(days=30),
            reason="Synthetic",
            asked_by=self.dice.choice(self._desk()),
            asked_at=self._moment(30),
        )

    def _requirements(self, postings: Sequence[Posting]) -> Qualification:
        """Every posting asks for French and a passport."""
        passport, _made = Qualification.objects.get_or_create(
            code=PASSPORT, defaults={"kind": PASSPORT, "name_en": "Passport", "name_fr": "Passeport"}
        )
        level = {"reading": LEAST_LEVEL, "writing": LEAST_LEVEL, "speaking": LEAST_LEVEL}
        make(LanguageRequirement, (LanguageRequirement(posting=p, language="fr", **level) for p in postings))
        make(QualificationRequirement, (QualificationRequirement(posting=p, qualification=passport) for p in postings))
        return passport

    def _profiles(self, officers: Sequence[Officer], passport: Qualification) -> None:
        """Languages, a passport, a week away and the address of each officer; the first version of what has versions."""
        make(LanguageRating, (self._rating(officer) for officer in officers))
        grants = make(QualificationGrant, (self._grant(officer, passport) for officer in officers))
        away = datetime.timedelta(days=6)
        for_a_week = ((officer, self._day_ahead(700)) for officer in officers)
        make(Unavailability, (Unavailability(officer=o, first_day=day, last_day=day + away) for o, day in for_a_week))
        addresses = (EmailAddress(user=o.user, email=o.user.email, verified=True, primary=True) for o in officers)
        make(EmailAddress, addresses)
        QualificationGrant.history.bulk_history_create(grants, batch_size=BATCH)
        Officer.history.bulk_history_create(officers, batch_size=BATCH)

    def _rating(self, officer: Officer) -> LanguageRating:
        reading, writing, speaking = (self.dice.randint(1, 3) for _skill in range(3))
        return LanguageRating(officer=officer, language="fr", reading=reading, writing=writing, speaking=speaking)

    def _grant(self, officer: Officer, passport: Qualification) -> QualificationGrant:
        is_verified = self.dice.random() < 0.5
        return QualificationGrant(
            officer=officer,
            qualification=passport,
            valid_from=self.today - datetime.timedelta(days=1_000),
            valid_until=self._day_ahead(1_500),
            verified_by=self.dice.choice(self._desk()) if is_verified else None,
            verified_at=self._moment(900) if is_verified else None,
        )

    def _day_ahead(self, days: int) -> datetime.date:
        return self.today + datetime.timedelta(days=self.dice.randrange(days))

    def _applications(
        self, officers: Sequence[Officer], postings: Sequence[Posting], number: int
    ) -> Iterator[Application]:
        """Each officer in turn applies, every time for the next of the postings in a shuffled order of its own."""
        rounds = -(-number // len(officers))
        states = list(STATES)
        for n in range(number):
            officer, nth = officers[n % len(officers)], n // len(officers)
            if nth >= len(postings):
                return
            order = random.Random(officer.pk).sample(postings, min(rounds, len(postings)))
            state = self.dice.choices(states, list(STATES.values()))[0]
            yield self._application(officer, order[nth], state)

    def _application(self, officer: Officer, posting: Posting, state: ApplicationState) -> Application:
        since = self._moment(300)
        ended = state in ApplicationState.ended_states() and state != ApplicationState.WITHDRAWN
        return Application(
            officer=officer,
            posting=posting,
            state=state,
            shown_state=state if self.dice.random() < 0.95 else ApplicationState.SUBMITTED,
            motivation="I have served in such a mission before and can leave on the planned day.",
            submitted_at=since - datetime.timedelta(days=20),
            state_since=since,
            reason_code=ReasonCode.REQUIREMENTS if ended else "",
            qualified_until=self._day_ahead(1_000)
            if state in (ApplicationState.QUALIFIED, ApplicationState.NOMINATED)
            else None,
        )

    def _papers(self, applications: Sequence[Application]) -> None:
        """A document, the results, two acts and a mail of each application."""
        make(ApplicationDocument, (_document(each) for each in applications))
        assessed = [each for each in applications if each.state in ASSESSED]
        make(Assessment, (self._assessment(each) for each in assessed))
        self._acts(
            applications,
            lambda each: ("submit", ApplicationState.DRAFT, ApplicationState.SUBMITTED),
            actor_of=lambda each: each.officer.user,
        )
        self._acts(applications, lambda each: ("assess", ApplicationState.SUBMITTED, each.state))
        make(OutboxMail, self._mails(applications))

    def _assessment(self, application: Application) -> Assessment:
        return Assessment(
            officer_id=application.officer_id,
            application=application,
            kind=AssessmentKind.INTERVIEW,
            held_on=timezone.localdate(application.state_since),
            outcome=AssessmentOutcome.PASSED,
            recorded_by=self.dice.choice(self._desk()),
        )

    def _mails(self, applications: Iterable[Application]) -> Iterator[OutboxMail]:
        for each in applications:
            is_given_up = each.pk % ONE_IN_MAILS_GIVEN_UP == 0
            yield OutboxMail(
                user=each.officer.user,
                address=each.officer.user.email,
                language="en",
                template="deployments/application_received",
                subject=f"Your application for {each.posting.reference}",
                text_body="We have received your application.\n",
                message_id=f"<{each.pk}@example.org>",
                state=MailState.GIVEN_UP if is_given_up else MailState.SENT,
                created_at=each.state_since,
                sent_at=None if is_given_up else each.state_since,
            )


def _document(application: Application) -> ApplicationDocument:
    """A document by name alone, without a file."""
    return ApplicationDocument(
        application=application, file=f"synthetic/{application.pk}.pdf", name="letter.pdf",
        media_type="application/pdf", size=40_000,
    )  # fmt: skip
