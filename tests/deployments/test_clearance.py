"""Which act asks what of an officer: the table of eligibility/clearance.py, held at the doors."""

import pytest

from core.actors import SYSTEM
from core.refusals import NotPermitted, Refusal
from deployments.domain import applications, tours, waivers
from deployments.eligibility.clearance import ASKED, ClearanceAct, ClearanceColumn
from deployments.models import Application, Assessment, Deployment, OfficerWaiver
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")
DAYS = {"first_day": day("2027-01-01"), "last_day": day("2027-12-31")}
REASON = {"reason": "Asked for"}


def posting_in_french():
    """A posting that asks for French at level B."""
    posting = factories.opening()
    posting.language_requirements.create(language="fr", reading=2, writing=2, speaking=2)
    return posting


def failed(officer, posting, kind: str = "medical", **result) -> Assessment:
    """A result on record, of an application that is over."""
    past = factories.application(posting, officer=officer, state="expired")
    values = {"held_on": day("2026-06-01"), "outcome": "failed", "recorded_by": factories.user()} | result
    return Assessment.objects.create(application=past, kind=kind, **values)


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
}
CODES = {
    ClearanceColumn.REQUIREMENT: "language-fr",
    ClearanceColumn.ASSESSMENT: "assessment-medical",
    ClearanceColumn.AVAILABILITY: "availability",
    ClearanceColumn.ROSTER: "roster",
}


class World:
    """An officer with an application and a tour as each act finds them, in a posting that asks nothing yet."""

    def __init__(self) -> None:
        self.posting = factories.opening(tour_first_day=DAYS["first_day"], tour_last_day=DAYS["last_day"])
        self.officer = factories.candidate()

    def application(self, state: str, **fields) -> Application:
        return factories.application(self.posting, officer=self.officer, state=state, **fields)

    def tour(self, state: str) -> Deployment:
        return factories.deployment(self.posting, "2027-01-01", "2027-12-31", officer=self.officer, state=state)

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
def test_each_cell_of_the_table(act, column):
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
    waivers.waive(world.officer, by=SYSTEM, today=TODAY, **waived, **REASON)
    if column != ClearanceColumn.ROSTER:
        attempt()
        return
    with pytest.raises(waivers.NotCleared):
        attempt()


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
    failed(world.officer, world.posting)
    failed(world.officer, world.posting, outcome="passed", held_on=day("2026-07-01"), valid_until=day("2027-12-30"))
    with pytest.raises(waivers.NotCleared, match="before the end of the tour"):
        world.prepared(ClearanceAct.RESERVE)()
    failed(world.officer, world.posting, outcome="passed", held_on=day("2026-08-01"), valid_until=day("2027-12-31"))
    world.prepared(ClearanceAct.RESERVE)()


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
        with pytest.raises(NotPermitted):
            waivers.waive(world.officer, by=approver, finding="assessment-medical", **values)
        world.officer.user.groups.set(approver.groups.all())
        with pytest.raises(NotPermitted):
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
        assert "language-fr" in client.get(f"/admin/officers/officer/{officer.pk}/change/").content.decode()
        given = OfficerWaiver.objects.get()
        assert client.post(f"{address}withdraw-waiver/", {"waiver": given.pk, "reason": "x"}).status_code == 302
        assert client.post(f"{address}withdraw-waiver/", {"waiver": given.pk, "reason": "x"}).status_code == 400
