"""Every page of officers and coordinators asks the database the same number of times, for one record as for thirty."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.history.acts import record_act
from core.text.dates import today_here
from deployments.models import ApplicationDocument, Posting
from officers.domain.coordination import name_deputy
from officers.models import Officer, Qualification, QualificationEvidence
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FILE = {"file": "documents/none", "name": "letter.pdf", "media_type": "application/pdf", "size": 1}
LANGUAGES = ("fr", "en", "ar", "es", "pt", "ru", "uk")


def around(days: int) -> datetime.date:
    return today_here() + datetime.timedelta(days=days)


class World:
    """``n`` of everything that a page of an officer or a coordinator lists."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.service = factories.service()
        self.officer = factories.candidate(police_service=self.service)
        self.fill_the_profile()
        self.applications = [
            factories.application(self.opening(), officer=self.officer, state="submitted") for _ in range(n)
        ]
        self.application = self.applications[0]
        for number in range(n):
            ApplicationDocument.objects.create(application=self.application, **FILE)
            record_act(self.application, "attach", by=self.officer.user)
            self.application.waivers.create(requirement=f"asked-{number}", reason="Known.", by=self.officer.user)
        self.fill_the_tours()
        self.fill_the_service()

    def opening(self) -> Posting:
        made = factories.opening()
        for language in LANGUAGES[: self.n]:
            made.language_requirements.create(language=language, reading=1, writing=1, speaking=1)
        for kind in Qualification.objects.all()[: self.n]:
            made.qualification_requirements.create(qualification=kind)
        return made

    def fill_the_profile(self) -> None:
        passport = Qualification.objects.get(code="passport")
        for n in range(self.n):
            held = self.officer.grants.create(qualification=passport, valid_from=around(-n - 1), valid_until=around(20))
            QualificationEvidence.objects.create(grant=held, **FILE)
            self.officer.unavailabilities.create(first_day=around(900), last_day=around(900 + n))
        for language in LANGUAGES[: self.n]:
            self.officer.language_ratings.create(language=language, reading=1, writing=1, speaking=1)

    def fill_the_tours(self) -> None:
        for n in range(self.n):
            first = around(-60 * (n + 2))
            days = (first.isoformat(), (first + datetime.timedelta(days=30)).isoformat())
            self.tour = factories.deployment(factories.posting(), *days, officer=self.officer, state="closed")
        for n in range(self.n):
            self.officer.assessments.create(kind="interview", held_on=around(-n), outcome="deferred")
        for n in range(self.n):
            day = self.tour.first_day + datetime.timedelta(days=n)
            self.tour.leaves.create(first_day=day, last_day=day)
            self.tour.extensions.create(
                last_day=around(n), reason="Elections", state="declined", asked_by=self.officer.user
            )
            record_act(self.tour, "record-leave", by=self.officer.user)

    def fill_the_service(self) -> None:
        self.service.needs_release = True
        self.service.save()
        self.coordinator = factories.coordinator(self.service)
        for state in ("submitted", "endorsed"):
            for _ in range(self.n):
                other: Officer = factories.candidate(police_service=self.service)
                factories.application(officer=other, state=state)
        for _ in range(self.n):
            days = (around(-9).isoformat(), around(99).isoformat())
            away = factories.deployment(
                factories.posting(), *days, officer=factories.candidate(police_service=self.service)
            )
            away.extensions.create(last_day=around(900), reason="Elections", asked_by=away.officer.user)
        for _ in range(self.n):
            days = {"first_day": today_here(), "last_day": around(9)}
            name_deputy(self.service, by=self.coordinator, email=factories.user().email, **days)


OFFICERS = {
    "/en/openings/": 14,
    "/en/openings/?fits=on": 24,
    "/en/openings/{opening}/": 26,
    "/en/openings/{fresh}/apply/": 30,  # with how the requirements are met; 8 less outside a transaction
    "/en/my/": 11,
    "/en/my/applications/": 4,
    "/en/my/assessments/": 4,
    "/en/my/applications/{application}/": 23,
    "/en/my/tours/{tour}/": 10,
    "/en/my/data/": 2,
    "/en/my/profile/": 6,
    "/en/my/profile/name/": 2,
    "/en/my/profile/service/": 3,
    "/en/my/profile/person/": 3,
    "/en/my/profile/declarations/": 3,
    "/en/my/profile/languages/add/": 3,
    "/en/my/profile/languages/{language}/": 4,
    "/en/my/profile/qualifications/add/": 3,
    "/en/my/profile/qualifications/add/passport/": 4,
    "/en/my/profile/qualifications/{grant}/": 6,
    "/en/my/profile/unavailability/{period}/": 4,
    "/en/accounts/email/": 6,
    "/en/accounts/2fa/": 4,
    "/en/accounts/3rdparty/": 3,
}
COORDINATORS = {
    "/en/coordination/": 12,
    "/en/coordination/{application}/": 17,
    "/en/coordination/tours/{tour}/": 7,
    "/en/my/": 7,
}


@pytest.fixture
def keys(world) -> dict[str, object]:
    """What stands for the names in the addresses."""
    officer = world.officer
    return {
        "opening": world.application.posting.reference,
        "fresh": world.opening().reference,
        "application": world.application.pk,
        "tour": world.tour.pk,
        "language": officer.language_ratings.first().pk,
        "grant": officer.grants.first().pk,
        "period": officer.unavailabilities.first().pk,
    }


@pytest.fixture(params=[1, 30])
def world(request) -> World:
    return World(request.param)


def test_the_number_of_questions_does_not_grow(client, world, keys):
    for person, pages in ((world.officer.user, OFFICERS), (world.coordinator, COORDINATORS)):
        client.force_login(person)
        asked = {}
        for page in pages:
            client.get(page.format(**keys))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page.format(**keys)).status_code == 200, page
            asked[page] = len(queries)
        assert asked == pages
