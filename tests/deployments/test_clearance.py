"""Which act asks what of an officer: the table of eligibility/clearance.py, held at the doors."""

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from core.refusals import NotPermitted, Refusal
from deployments.domain import applications, tours, waivers
from deployments.domain.four_eyes import OtherEyes
from deployments.domain.stakes import OwnMatter
from deployments.eligibility.clearance import ASKED, ClearanceAct, ClearanceColumn
from deployments.models import Application, Assessment, Deployment, OfficerWaiver, Posting
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = day("2026-11-24")
DAYS = {"first_day": day("2027-01-01"), "last_day": day("2027-12-31")}
REASON = {"reason": "Asked for"}


def posting_in_french():
    """A posting that asks for French at level B."""
    posting = factories.opening()
    posting.language_requirements.create(language="fr", reading=2, writing=2, speaking=2)
    return posting


def failed(officer, posting, kind: str = "medical", **result) -> Assessment:
    """A result on record, of no application."""
    values = {"held_on": day("2026-06-01"), "outcome": "failed", "recorded_by": factories.user()} | result
    return Assessment.objects.create(officer=officer, kind=kind, **values)


LACKS = {
    ClearanceColumn.REQUIREMENT: lambda officer, posting: posting.language_requirements.create(
        language="fr", reading=2, writing=2, speaking=2
    ),
    ClearanceColumn.ASSESSMENT: failed,
    ClearanceColumn.AVAILABILITY: lambda officer, posting: officer.unavailabilities.create(
        first_day=day("2027-03-01"), last_day=day("2027-03-09")
    ),
    ClearanceColumn.ROSTER: lambda officer, posting: Application.objects.filter(officer=officer).update(
        qualified_until=day("2026-12-31")
    ),
    ClearanceColumn.REST: lambda officer, posting: factories.deployment(
        factories.posting(), "2026-09-01", "2026-12-01", officer=officer, state="reserved"
    ),
}
CODES = {
    ClearanceColumn.REQUIREMENT: "language-fr",
    ClearanceColumn.ASSESSMENT: "assessment-medical",
    ClearanceColumn.AVAILABILITY: "availability",
    ClearanceColumn.ROSTER: "roster",
    ClearanceColumn.REST: "rest",
}


class World:
    """An officer with an application and a tour as each act finds them, in a posting that asks nothing yet."""

    def __init__(self) -> None:
        self.posting = factories.opening(tour_first_day=DAYS["first_day"], tour_last_day=DAYS["last_day"])
        self.officer = factories.candidate()

    def application(self, state: str, **fields) -> Application:
        return factories.application(self.posting, officer=self.officer, state=state, **fields)

    def tour(self, state: str, posting: Posting | None = None) -> Deployment:
        days = ("2027-01-01", "2027-12-31")
        return factories.deployment(posting or self.posting, *days, officer=self.officer, state=state)

    def prepared(self, act: ClearanceAct):
        """What has to be there, and the act."""
        if act == ClearanceAct.QUALIFY:
            found = self.application("in_assessment")
            return lambda: applications.qualify(found, by=SYSTEM, qualified_until=day("2027-06-01"))
        if act == ClearanceAct.NOMINATE:
            found = self.application("qualified")
            return lambda: applications.nominate(Application.objects.get(pk=found.pk), by=SYSTEM)
        if act == ClearanceAct.SELECT:
            found = self.application("nominated")
            return lambda: applications.select(found, by=SYSTEM, today=TODAY, **DAYS)
        if act == ClearanceAct.ACCEPT:
            found = self.application("selected", deployment=self.tour("reserved"))
            return lambda: applications.accept(found, by=self.officer.user, today=TODAY)
        if act == ClearanceAct.RESERVE:
            return lambda: tours.reserve(by=SYSTEM, officer=self.officer, posting=self.posting, today=TODAY, **DAYS)
        if act == ClearanceAct.RECORD:
            return lambda: tours.record_tour(
                by=SYSTEM, officer=self.officer, posting=self.posting, state="preparation", today=TODAY, **DAYS
            )
        if act == ClearanceAct.TRANSFER:
            elsewhere = self.tour("preparation", factories.posting())
            return lambda: tours.transfer(elsewhere, by=SYSTEM, posting=self.posting, today=TODAY, **DAYS, **REASON)
        tour = self.tour("reserved" if act in (ClearanceAct.PREPARE, ClearanceAct.ADD_DAYS_RESERVED) else "preparation")
        if act == ClearanceAct.PREPARE:
            return lambda: tours.prepare(tour, by=SYSTEM, today=TODAY)
        if act == ClearanceAct.CHECK_IN:
            return lambda: tours.check_in(tour, by=SYSTEM, today=day("2027-01-02"), reason="Now")
        # Of the tour that lasts to February, the days to December are new.
        Deployment.objects.filter(pk=tour.pk).update(last_day=day("2027-02-01"))
        return lambda: tours.extend(tour, by=SYSTEM, last_day=DAYS["last_day"], today=TODAY, **REASON)


@pytest.mark.parametrize("column", LACKS)
@pytest.mark.parametrize("act", ClearanceAct)
def test_each_cell_of_the_table(act, column, settings):
    settings.REST_MONTHS = 6
    world = World()
    attempt = world.prepared(act)
    LACKS[column](world.officer, world.posting)
    if column not in ASKED[act]:
        attempt()
        return
    with pytest.raises(waivers.NotCleared) as told:
        attempt()
    assert [each.code for each in told.value.findings] == [CODES[column]]
    waived = {"posting": world.posting, "finding": CODES[column], "last_day": day("2036-01-01")}
    if column == ClearanceColumn.ROSTER:
        with pytest.raises(Refusal, match="has this code"):
            waivers.waive(world.officer, by=SYSTEM, today=TODAY, **waived, **REASON)
        return
    waivers.waive(world.officer, by=SYSTEM, today=TODAY, **waived, **REASON)
    attempt()


# The walls, as the same table has them: whether another tour on a day, or a day without release, is refused.
WALLS = {
    ClearanceAct.QUALIFY: (False, False),
    ClearanceAct.NOMINATE: (False, False),
    ClearanceAct.SELECT: (True, False),
    ClearanceAct.RESERVE: (True, False),
    ClearanceAct.ACCEPT: (None, False),
    ClearanceAct.PREPARE: (None, True),
    ClearanceAct.CHECK_IN: (None, True),
    ClearanceAct.RECORD: (True, True),
    ClearanceAct.TRANSFER: (None, True),
    ClearanceAct.ADD_DAYS: (True, True),
    ClearanceAct.ADD_DAYS_RESERVED: (True, False),
}


@pytest.mark.parametrize("wall", [0, 1], ids=["another tour", "no release"])
@pytest.mark.parametrize("act", ClearanceAct)
def test_each_cell_of_the_walls(act, wall):
    """Where the tour stands on all of its days already, no other can be there: the database keeps it out (None)."""
    is_refused = WALLS[act][wall]
    if is_refused is None:
        return
    world = World()
    attempt = world.prepared(act)
    if wall == 0:
        taken(world.officer)
    else:
        world.officer.releases.update(withdrawn_at=timezone.now())
    if not is_refused:
        attempt()
        return
    with pytest.raises(Refusal) as told:
        attempt()
    assert told.value.code == ("officer_taken", "release_missing")[wall]


# Every way in which days are added to a firm tour: the days and the state that it has before, and the act.
WAYS = {
    "extend": ("2027-01-01", "2027-02-01", "preparation", lambda tour: tours.extend(tour, **LATER, today=TODAY)),
    "change-dates, later": (
        "2027-01-01", "2027-02-01", "preparation", lambda tour: tours.change_dates(tour, first_day=tour.first_day, **LATER, today=TODAY)
    ),
    "change-dates, earlier": (
        "2027-06-01", "2027-12-31", "preparation",
        lambda tour: tours.change_dates(tour, first_day=day("2027-01-01"), **LATER, today=TODAY),
    ),
    "reinstate, ended": (
        "2027-01-01", "2027-02-01", "ended", lambda tour: tours.reinstate(tour, **LATER, today=day("2027-02-10"))
    ),
    "reinstate, cancelled": (
        "2027-01-01", "2027-12-31", "cancelled", lambda tour: tours.reinstate(tour, by=SYSTEM, today=TODAY, **REASON)
    ),
    "correct-last-day": (
        "2027-01-01", "2027-02-01", "closed",
        lambda tour: tours.correct_last_day(tour, **LATER, today=day("2028-01-02")),
    ),
}  # fmt: skip
LATER = {"by": SYSTEM, "last_day": DAYS["last_day"]} | REASON
OTHER_WALLS = {"another tour": "officer_taken", "no release": "release_missing"}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_adding_days_asks_the_cells_of_its_row(way, settings):
    """Other than the corrected last day once it is acknowledged: then it is a late return, which asks for no clearance."""
    settings.REST_MONTHS = 6
    first, last, state, act = WAYS[way]
    for lack in [*LACKS, *OTHER_WALLS]:
        posting = factories.opening()
        officer = factories.candidate()
        over = {"end_reason": "completed"} if state in ("ended", "closed") else {}
        tour = factories.deployment(posting, first, last, officer=officer, state=state, **over)
        if lack == "another tour":
            taken(officer)
        elif lack == "no release":
            officer.releases.update(withdrawn_at=timezone.now())
        else:
            LACKS[lack](officer, posting)
        if lack not in OTHER_WALLS and lack not in ASKED[ClearanceAct.ADD_DAYS]:
            act(tour)
            continue
        with pytest.raises(Refusal) as told:
            act(tour)
        said = told.value.as_json()
        if way == "correct-last-day" and lack != "another tour":
            assert (said["code"], said["field"]) == ("late_return_not_acknowledged", "acknowledge_late")
            late = tours.correct_last_day(tour, **LATER, today=day("2028-01-02"), acknowledge_late=True)
            assert (late.last_day, late.late_from) == (DAYS["last_day"], day("2027-02-02"))
        else:
            assert said["code"] == OTHER_WALLS.get(lack, "not_cleared"), lack
        assert lack in OTHER_WALLS or [each["code"] for each in said["findings"]] == [CODES[lack]]


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("in_mission", lambda tour, **by: tours.curtail(tour, last_day=day("2027-05-01"), **by)),
        ("in_mission", lambda tour, **by: tours.complete(tour, last_day=day("2027-06-30"), **by)),
        ("in_mission", lambda tour, **by: tours.complete(tour, last_day=day("2027-07-09"), **by)),  # home late
        (
            "in_mission",
            lambda tour, **by: tours.repatriate(tour, last_day=day("2027-05-01"), end_reason="medical", **by),
        ),
        (
            "in_mission",
            lambda tour, **by: tours.change_dates(tour, first_day=tour.first_day, last_day=day("2027-06-01"), **by),
        ),
        ("ended", lambda tour, **by: tours.reintegrate(tour, by=by["by"])),
        ("reintegration", lambda tour, **by: tours.close_tour(tour, by=by["by"])),
        ("preparation", lambda tour, **by: tours.cancel(tour, **by)),
        ("reserved", lambda tour, **by: tours.cancel(tour, **by)),
        ("closed", lambda tour, **by: tours.correct_last_day(tour, last_day=day("2027-06-01"), **by)),
    ],
)
def test_shortening_ending_and_cancelling_ask_nothing(state, act, settings):
    settings.REST_MONTHS = 6
    posting, officer = factories.opening(), factories.candidate()
    over = {"end_reason": "completed"} if state in ("ended", "reintegration", "closed") else {}
    tour = factories.deployment(posting, "2027-01-01", "2027-06-30", officer=officer, state=state, **over)
    officer.releases.update(withdrawn_at=timezone.now())
    for lack in (ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.AVAILABILITY):
        LACKS[lack](officer, posting)
    act(tour, by=SYSTEM, today=day("2027-07-10"), **REASON)


def test_all_that_is_found_is_named_together():
    world = World()
    for column in (ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.AVAILABILITY):
        LACKS[column](world.officer, world.posting)
    with pytest.raises(waivers.NotCleared) as told:
        world.prepared(ClearanceAct.RESERVE)()
    assert {each["code"] for each in told.value.as_json()["findings"]} == {
        "language-fr",
        "assessment-medical",
        "availability",
    }


def test_the_latest_result_of_a_kind_counts_to_its_last_day():
    world = World()
    world.posting.assessment_requirements.create(kind="medical")
    failed(world.officer, world.posting)
    failed(world.officer, world.posting, outcome="passed", held_on=day("2026-07-01"), valid_until=day("2027-12-30"))
    with pytest.raises(waivers.NotCleared, match="before the end of the tour"):
        world.prepared(ClearanceAct.RESERVE)()
    failed(world.officer, world.posting, outcome="passed", held_on=day("2026-08-01"), valid_until=day("2027-12-31"))
    world.prepared(ClearanceAct.RESERVE)()


def taken(officer) -> None:
    """Another tour of the officer's, on some of the days."""
    factories.deployment(factories.posting(), "2027-05-01", "2027-05-31", officer=officer, state="reserved")


class TestTogether:
    """One refusal names everything that is found about the officer, with what mends each: walls as well."""

    def everything(self, settings) -> World:
        settings.REST_MONTHS = 6
        world = World()
        factories.deployment(factories.posting(), "2026-09-01", "2026-12-01", officer=world.officer, state="reserved")
        for column in (ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.AVAILABILITY):
            LACKS[column](world.officer, world.posting)
        return world

    def named(self, attempt) -> set[str]:
        with pytest.raises(waivers.NotCleared) as told:
            attempt()
        found = told.value.as_json()["findings"]
        assert all(each["mend"] and each["mend"] in str(told.value) for each in found)
        assert told.value.sentences() == [each.sentence() for each in told.value.findings]
        return {each["code"] for each in found}

    @pytest.mark.parametrize("act", [ClearanceAct.RESERVE, ClearanceAct.SELECT])
    def test_a_place(self, settings, act):
        world = self.everything(settings)
        attempt = world.prepared(act)
        taken(world.officer)
        assert self.named(attempt) == {"other-tour", "language-fr", "assessment-medical", "availability", "rest"}

    def test_a_lapsed_hold_is_no_other_tour(self, settings):
        world = self.everything(settings)
        taken(world.officer)
        Deployment.objects.filter(first_day=day("2027-05-01")).update(hold_until=day("2026-11-23"))
        assert "other-tour" not in self.named(world.prepared(ClearanceAct.RESERVE))

    def test_firm_days(self):
        world = World()
        tour = world.tour("preparation")
        Deployment.objects.filter(pk=tour.pk).update(last_day=day("2027-02-01"))
        world.officer.releases.update(withdrawn_at=timezone.now())
        for column in (ClearanceColumn.ASSESSMENT, ClearanceColumn.AVAILABILITY):
            LACKS[column](world.officer, world.posting)
        taken(world.officer)

        def extend():
            tours.extend(tour, by=SYSTEM, last_day=DAYS["last_day"], today=TODAY, **REASON)

        assert self.named(extend) == {"other-tour", "release", "assessment-medical", "availability"}

    @pytest.mark.parametrize("act", [ClearanceAct.PREPARE, ClearanceAct.CHECK_IN])
    def test_going(self, act):
        world = World()
        attempt = world.prepared(act)
        world.officer.releases.update(withdrawn_at=timezone.now())
        LACKS[ClearanceColumn.ASSESSMENT](world.officer, world.posting)
        assert self.named(attempt) == {"release", "assessment-medical"}

    @pytest.mark.parametrize(
        ("act", "code"), [(ClearanceAct.PREPARE, "release_missing"), (ClearanceAct.RESERVE, "officer_taken")]
    )
    def test_a_wall_alone_keeps_its_own_words(self, act, code):
        world = World()
        attempt = world.prepared(act)
        if act == ClearanceAct.PREPARE:
            world.officer.releases.update(withdrawn_at=timezone.now())
        else:
            taken(world.officer)
        with pytest.raises(Refusal) as told:
            attempt()
        assert told.value.code == code

    def test_at_the_desk_as_a_page_and_as_json(self, client, settings, approver):
        settings.STAFF_MFA_REQUIRED = False
        client.force_login(approver)
        world = World()
        tour = world.tour("reserved")
        world.officer.releases.update(withdrawn_at=timezone.now())
        LACKS[ClearanceColumn.ASSESSMENT](world.officer, world.posting)
        address = f"/admin/deployments/deployment/{tour.pk}/prepare/"
        page = client.post(address)
        assert page.status_code == 409
        for words in ("No release", "Not passed", "its letter", "an approver waives it"):
            assert words in page.content.decode()
        answer = client.post(address, headers={"accept": "application/json"})
        told = answer.json()
        assert (answer.status_code, told["code"]) == (409, "not_cleared")
        assert [each["code"] for each in told["findings"]] == ["release", "assessment-medical"]
        assert told["days"] == [{"first_day": "2027-01-01", "last_day": "2027-12-31"}]
        taken(officer := factories.candidate())
        world.posting.language_requirements.create(language="fr", reading=1, writing=1, speaking=1)
        typed = {
            "officer": f"{officer.police_service.code}:{officer.service_number}",
            **{name: str(value) for name, value in DAYS.items()},
        }
        page = client.post(f"/admin/deployments/posting/{world.posting.pk}/reserve/", typed)
        assert page.status_code == 409
        for words in ("another tour from 2027-05-01 to 2027-05-31", "no rating of this language"):
            assert words in page.content.decode()


class TestWaivers:
    def test_an_approver_waives_and_withdraws(self, approver, selection_officer):
        world = World()
        posting = posting_in_french()
        values = {"posting": posting, "finding": "language-fr", "last_day": day("2027-06-01")}
        with pytest.raises(NotPermitted):
            waivers.waive(world.officer, by=selection_officer, today=TODAY, **values, **REASON)
        with pytest.raises(Refusal, match="past"):
            waivers.waive(world.officer, by=approver, today=day("2027-06-02"), **values, **REASON)
        given = waivers.waive(world.officer, by=approver, today=TODAY, **values, **REASON)
        with pytest.raises(Refusal, match="already"):
            waivers.waive(world.officer, by=approver, today=TODAY, **values, **REASON)
        reserved = {"by": SYSTEM, "officer": world.officer, "posting": posting, **DAYS}
        with pytest.raises(waivers.NotCleared):
            tours.reserve(today=day("2027-06-02"), **reserved)
        waivers.withdraw_waiver(given, by=approver, reason="Not any more")
        with pytest.raises(waivers.NotCleared):
            tours.reserve(today=TODAY, **reserved)
        with pytest.raises(Refusal, match="already"):
            waivers.withdraw_waiver(given, by=approver, reason="Not any more")

    def test_nobody_waives_about_oneself_nor_the_own_verdict(self, approver):
        world = World()
        values = {"posting": world.posting, "last_day": day("2027-06-01"), "today": TODAY, **REASON}
        failed(world.officer, world.posting, recorded_by=approver)
        with pytest.raises(OtherEyes):
            waivers.waive(world.officer, by=approver, finding="assessment-medical", **values)
        world.officer.user.groups.set(approver.groups.all())
        with pytest.raises(OwnMatter):
            waivers.waive(world.officer, by=world.officer.user, finding="language-fr", **values)

    def test_at_the_desk(self, client, settings, approver):
        settings.STAFF_MFA_REQUIRED = False
        client.force_login(approver)
        officer, posting = factories.candidate(), factories.posting()
        address = f"/admin/deployments/officer/{officer.pk}/"
        typed = {"posting": posting.reference, "finding": "language-fr", "last_day": "2030-01-01", "reason": "Needed"}
        assert client.get(f"{address}waive/").status_code == 200
        assert client.post(f"{address}waive/", typed | {"reason": ""}).status_code == 400
        assert client.post(f"{address}waive/", typed).status_code == 302
        assert client.post(f"{address}waive/", typed).status_code == 409
        assert client.post(f"{address}waive/", typed | {"finding": "dancing"}).status_code == 400
        for page in (
            f"/admin/officers/officer/{officer.pk}/change/",
            f"/admin/deployments/officer/{officer.pk}/dossier/",
        ):
            assert "Language: French" in client.get(page).content.decode(), page
        given = OfficerWaiver.objects.get()
        assert client.post(f"{address}withdraw-waiver/", {"waiver": given.pk, "reason": "x"}).status_code == 302
        assert client.post(f"{address}withdraw-waiver/", {"waiver": given.pk, "reason": "x"}).status_code == 400

    def test_on_the_pages_of_the_tour_and_the_application_and_in_the_history(self, client, settings, approver):
        settings.STAFF_MFA_REQUIRED = False
        world = World()
        tour, other = world.tour("reserved"), factories.posting()
        application = world.application("selected", deployment=tour)
        world.posting.language_requirements.create(language="fr", reading=2, writing=2, speaking=2)
        for posting, finding in ((world.posting, "language-fr"), (other, "assessment-medical")):
            given = {"posting": posting, "finding": finding, "last_day": day("2030-01-01"), "reason": "Fluent in fact"}
            waivers.waive(world.officer, by=approver, today=TODAY, **given)
        client.force_login(approver)
        for record in (tour, application):
            page = client.get(f"/admin/deployments/{record._meta.model_name}/{record.pk}/change/").content.decode()
            assert "Fluent in fact" in page and "in force" in page and "Assessment: Medical" not in page
        assert "Waived" in page
        LACKS[ClearanceColumn.ASSESSMENT](world.officer, world.posting)
        page = client.get(f"/admin/deployments/application/{application.pk}/change/").content.decode()
        link = f"/admin/deployments/officer/{world.officer.pk}/waive/?posting={world.posting.reference}&amp;finding=assessment-medical"
        assert link in page
        assert 'value="assessment-medical" selected' in client.get(link.replace("&amp;", "&")).content.decode()
        history = client.get(f"/admin/officers/officer/{world.officer.pk}/history/").content.decode()
        assert "Fluent in fact" in history and "language-fr" in history

    def test_nobody_waives_a_requirement_of_the_own_application(self, approver, selection_officer):
        posting = posting_in_french()
        for by in (approver, selection_officer):
            officer = factories.candidate(user=by)
            mine = factories.application(posting, officer=officer, state="submitted")
            with pytest.raises(NotPermitted):
                applications.waive(mine, by=by, requirement="language-fr", **REASON)
