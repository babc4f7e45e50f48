"""Before the records: days before an operation's ``records_from`` meet nothing but one officer, one tour a day."""

import pytest
from django.db import IntegrityError, transaction

from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain import tours
from deployments.domain.authority.effects import LoweringNotAcknowledged
from deployments.domain.authority.records_day import set_records_day
from deployments.domain.authority.strengths import preview_strength, set_strength
from deployments.limits import audit, guards
from deployments.limits.levels import level_of, levels_of, tours_counted
from deployments.models import Deployment
from missions.models import Operation
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")
NUMBERED = day("2020-01-01")


@pytest.fixture
def haiti():
    return factories.operation(1, since=NUMBERED, code="haiti", name_en="Haiti", name_fr="Haïti")


@pytest.fixture
def posting(haiti):
    return factories.posting(factories.mission(haiti), places=1)


@pytest.fixture
def approver():
    return factories.staff("Approver")


def begin_records(operation, text: str, **more) -> Operation:
    by = more.pop("by", None) or factories.staff("Approver")
    return set_records_day(operation, by=by, records_from=day(text), reason="The books begin.", today=TODAY, **more)


def past(posting, first: str, last: str, **fields) -> Deployment:
    return factories.deployment(posting, first, last, state="closed", end_reason="completed", **fields)


def test_an_approver_sets_it_with_a_reason_and_it_only_moves_earlier(haiti, approver):
    made = begin_records(haiti, "2019-06-01", by=approver)
    assert (made.records_from, made.records_set_on) == (day("2019-06-01"), TODAY)
    act = history_of(haiti).first()
    assert (act.verb, act.actor, act.to_state, act.reason) == (
        "set-records-day", approver, "2019-06-01", "The books begin.",
    )  # fmt: skip
    assert begin_records(haiti, "2018-01-01").records_from == day("2018-01-01")
    for later in ("2018-01-01", "2018-01-02", "2019-12-31"):
        with pytest.raises(Refusal, match="only moves earlier"):
            begin_records(haiti, later)


@pytest.mark.parametrize(
    ("text", "words"), [("2020-01-02", "The first number holds from"), ("2026-11-25", "today at the latest")]
)
def test_not_after_the_first_number_nor_after_today(haiti, text, words):
    operation = haiti if text < "2026" else factories.operation(None)
    with pytest.raises(Refusal, match=words):
        begin_records(operation, text)


@pytest.mark.parametrize("role", ["Mission editor", "Selection officer", "Auditor"])
def test_nobody_else_sets_it(haiti, role):
    with pytest.raises(NotPermitted):
        begin_records(haiti, "2019-06-01", by=factories.staff(role))


def test_days_before_it_meet_no_number_and_no_terms(haiti, posting, approver):
    factories.terms(haiti, "closed", day("2010-01-01"))
    values = {"by": approver, "posting": posting, "state": "closed", "today": TODAY}
    days = {"first_day": day("2015-01-01"), "last_day": day("2015-12-31")}
    with pytest.raises(Refusal):
        tours.record_tour(officer=factories.officer(), **days, **values)
    begin_records(haiti, "2020-01-01")
    for _n in range(3):
        tours.record_tour(officer=factories.officer(), **days, **values)
    assert audit.breaches() == []


def test_one_officer_has_one_tour_a_day_there_too(haiti, posting):
    begin_records(haiti, "2020-01-01")
    first = past(posting, "2015-01-01", "2015-12-31")
    with pytest.raises(IntegrityError), transaction.atomic():
        past(posting, "2015-12-31", "2016-12-31", officer=first.officer)


def test_days_from_it_on_meet_every_wall_also_those_of_a_tour_that_began_before(haiti, posting, approver):
    begin_records(haiti, "2020-01-01")
    past(posting, "2019-01-01", "2020-01-01")
    with pytest.raises(IntegrityError, match="exceeded"), transaction.atomic():
        past(posting, "2019-06-01", "2020-01-01")
    past(posting, "2019-06-01", "2019-12-31")
    with pytest.raises(Refusal):
        tours.record_tour(
            by=approver, officer=factories.officer(), posting=posting, state="closed", today=TODAY,
            first_day=day("2018-01-01"), last_day=day("2020-01-01"),
        )  # fmt: skip


def test_such_days_count_at_no_level(haiti, posting):
    begin_records(haiti, "2020-01-01")
    past(posting, "2019-01-01", "2020-02-01")
    past(posting, "2015-01-01", "2015-12-31")
    early = day("1900-01-01")
    for level in (level_of(haiti, early), levels_of([haiti.programme], early)[haiti.programme_id]):
        steps = {(tour.first_day, 1) for tour in level.tours} | set(level.first_days)
        assert steps == {(day("2020-01-01"), 1)}
    assert tours_counted(haiti).count() == 1


WAYS = {
    "save": lambda operation, value: _saved(operation, value),
    "update": lambda operation, value: Operation.objects.filter(pk=operation.pk).update(
        records_from=value, records_set_on=TODAY
    ),
    "bulk_update": lambda operation, value: _bulk(operation, value),
}


def _saved(operation, value):
    operation.records_from, operation.records_set_on = value, TODAY
    operation.save()


def _bulk(operation, value):
    operation.records_from, operation.records_set_on = value, TODAY
    Operation.objects.bulk_update([operation], ["records_from", "records_set_on"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("wrong", ["2019-06-02", "2026-01-01", None], ids=str)
def test_the_database_holds_it_whoever_writes(haiti, posting, way, wrong):
    begin_records(haiti, "2019-06-01")
    value = day(wrong) if wrong else None
    with pytest.raises(IntegrityError), transaction.atomic():
        WAYS[way](Operation.objects.get(pk=haiti.pk), value)
    haiti.refresh_from_db()
    assert haiti.records_from == day("2019-06-01")


def test_the_database_refuses_a_first_setting_after_the_first_number_or_after_its_day(haiti):
    with pytest.raises(IntegrityError, match="records after number"), transaction.atomic():
        WAYS["update"](haiti, day("2020-01-02"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.filter(pk=factories.operation(None).pk).update(
            records_from=day("2027-01-01"), records_set_on=TODAY
        )


def test_the_control_without_the_guards_all_of_it_passes(haiti, posting):
    from django.db import connection

    with transaction.atomic():
        guards.drop(connection)
        WAYS["update"](haiti, day("2021-01-01"))
        past(posting, "2021-01-01", "2021-12-31")
        past(posting, "2020-01-01", "2021-12-31")
        assert [found for found in audit.breaches() if "operation haiti" in found]
        transaction.set_rollback(True)


def test_moving_earlier_over_days_that_exceed_their_number_is_refused(haiti, posting):
    begin_records(haiti, "2020-01-01")
    past(posting, "2015-01-01", "2015-12-31")
    with pytest.raises(Refusal, match="authorized number is used up"):
        begin_records(haiti, "2015-12-31")
    assert begin_records(haiti, "2016-01-01").records_from == day("2016-01-01")


def test_an_older_number_lists_the_days_that_exceed_it_and_asks_for_the_acknowledgement(haiti, posting, approver):
    begin_records(haiti, "2020-01-01")
    there = [past(posting, "2015-01-01", "2015-12-31") for _n in range(2)]
    older = {"effective_from": day("2015-06-01"), "maximum": 1, "today": TODAY}
    preview = preview_strength(haiti_now(haiti), **older)
    excess = preview.own.excesses[0]
    assert (excess.first_day, excess.last_day, excess.over_by) == (day("2015-06-01"), day("2015-12-31"), 1)
    assert set(preview.own.tours) == set(there)
    act = {"by": approver, "instrument": "Order of 2015", "note": "Found in the archive.", **older}
    with pytest.raises(LoweringNotAcknowledged):
        set_strength(haiti_now(haiti), **act)
    set_strength(haiti_now(haiti), acknowledge_lowering=True, **act)
    assert haiti_now(haiti).records_from == day("2015-06-01")
    assert history_of(haiti).filter(verb="set-records-day").first().to_state == "2015-06-01"
    assert audit.breaches() == []


def haiti_now(operation) -> Operation:
    return Operation.objects.get(pk=operation.pk)


def test_public_pages_say_that_there_is_no_record_before_it(client, haiti):
    factories.terms(haiti, "active", day("2004-01-01"))
    before = client.get("/en/operations/haiti/?on=2016-03-01").content.decode()
    assert "There is no record for this day" not in before
    begin_records(haiti, "2020-01-01")
    page = client.get("/en/operations/haiti/?on=2016-03-01").content.decode()
    assert "There is no record for this day" in page
    assert "Haiti" not in client.get("/en/?on=2016-03-01").content.decode()
    assert "There is no record for this day" not in client.get("/en/operations/haiti/?on=2021-03-01").content.decode()


def test_the_desk_has_the_act(client, haiti, approver):
    client.force_login(approver)
    address = f"/admin/deployments/operation/{haiti.pk}/set-records-day/"
    assert "First number" in client.get(address).content.decode()
    done = client.post(address, {"records_from": "2019-01-01", "reason": "Moving in."})
    assert (done.status_code, haiti_now(haiti).records_from) == (302, day("2019-01-01"))
    again = client.post(address, {"records_from": "2019-02-01", "reason": "Later."})
    assert (again.status_code, "only moves earlier" in again.content.decode()) == (409, True)
