"""Who is named to take over: by an approver, when selecting, reserving or later; refused at the field where it cannot be."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from core.text.dates import today_here
from deployments.domain import applications, tours
from deployments.domain.tours.successor_rows import CannotTakeOver
from deployments.models import Deployment
from deployments.queries.queues import QueueContext
from deployments.queries.rotation import coming, relays_of, unfollowed
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def iso(days: int) -> str:
    return around(days).isoformat()


@pytest.fixture
def posting():
    return factories.opening(factories.mission(factories.operation(90)))


@pytest.fixture
def before(posting):
    return factories.deployment(posting, iso(-100), iso(40))


@pytest.fixture
def after(posting):
    return factories.deployment(posting, iso(35), iso(300), state="preparation")


@pytest.fixture
def desk(client, approver):
    client.force_login(approver)
    return client


def address(tour, verb="name-successor") -> str:
    return f"/admin/deployments/deployment/{tour.pk}/{verb}/"


def named(tour):
    return Deployment.objects.filter(relieves=tour).first()


# --- The act --------------------------------------------------------------------------------------------------


def test_a_successor_is_named_un_named_and_named_again(before, after, approver):
    assert tours.name_successor(before, by=approver, successor=after) == after
    assert named(before) == after
    tours.un_name_successor(before, by=approver, reason="Stays at home")
    assert named(before) is None
    tours.name_successor(before, by=approver, successor=after)
    verbs = [(entry.verb, entry.reason, entry.detail["successor"]) for entry in history_of(before).order_by("pk")]
    assert verbs == [
        ("name-successor", "", after.pk),
        ("un-name-successor", "Stays at home", after.pk),
        ("name-successor", "", after.pk),
    ]


def cancelled(posting):
    return factories.deployment(posting, iso(35), iso(300), state="cancelled")


def elsewhere(posting):
    return factories.deployment(factories.posting(posting.mission), iso(35), iso(300), state="preparation")


def there_before(posting):
    return factories.deployment(posting, iso(-100), iso(300))


def of_the_same_officer(posting):
    officer = posting.deployments.order_by("pk").first().officer
    return factories.deployment(posting, iso(45), iso(300), state="preparation", officer=officer)


def taking_over_from_another(posting):
    another = factories.deployment(posting, iso(-90), iso(30))
    return factories.deployment(posting, iso(35), iso(300), state="preparation", relieves=another)


REFUSED = {
    cancelled: ("cancelled", "A cancelled tour takes over from nobody"),
    elsewhere: ("other_posting", "in different postings"),
    of_the_same_officer: ("same_officer", "Nobody takes over from oneself"),
    there_before: ("begins_too_early", "A successor begins after the other"),
    taking_over_from_another: ("takes_over_already", "named to take over from somebody else"),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_who_cannot_take_over_is_refused_at_the_field(wrong, before, posting, desk):
    code, words = REFUSED[wrong]
    tour = wrong(posting)
    answer = desk.post(address(before), {"successor": tour.pk}, headers=JSON)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, code, "successor")
    page = desk.post(address(before), {"successor": tour.pk, "reason": "As planned"})
    assert page.status_code == 409 and words in str(page.context["form"].errors["successor"])
    assert "As planned" in page.content.decode(), "what was typed stays"
    assert named(before) is None and not history_of(before).filter(verb="name-successor").exists()


def test_nobody_takes_over_from_oneself(before, desk):
    answer = desk.post(address(before), {"successor": before.pk}, headers=JSON)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "same_tour", "successor")


def test_a_later_tour_of_the_same_officer_is_not_offered(before, after, posting, desk):
    of_the_same_officer(posting)
    offered = desk.get(address(before)).context["form"].fields["successor"].queryset
    assert list(offered) == [after]


@pytest.mark.parametrize("value", ["", "x", "0", "99999999999999999999999", "-1", "²"])
def test_what_is_no_tour_is_said_at_the_field(value, before, desk):
    answer = desk.post(address(before), {"successor": value}, headers=JSON)
    assert answer.status_code == 400 and "successor" in answer.content.decode()


def test_the_refusal_speaks_the_readers_language(client, before, posting):
    client.force_login(factories.staff("Approver", language="fr"))
    page = client.post(address(before), {"successor": cancelled(posting).pk})
    assert "Une période d’affectation annulée" in page.content.decode().replace("&#x27;", "’").replace("'", "’")


def test_a_second_successor_is_refused_until_the_first_is_un_named(before, after, posting, approver):
    tours.name_successor(before, by=approver, successor=after)
    another = factories.deployment(posting, iso(41), iso(300), state="reserved")
    with pytest.raises(tours.CannotTakeOver, match="un-name that one first"):
        tours.name_successor(before, by=approver, successor=another)
    with pytest.raises(Refusal, match="named already"):
        tours.name_successor(before, by=approver, successor=after)
    tours.un_name_successor(before, by=approver)
    with pytest.raises(Refusal, match="No successor is named"):
        tours.un_name_successor(before, by=approver)
    tours.name_successor(before, by=approver, successor=another)
    assert named(before) == another


def test_a_cancelled_tour_names_nobody(posting, after, approver):
    with pytest.raises(Refusal, match="not possible"):
        tours.name_successor(cancelled(posting), by=approver, successor=after)


def test_it_is_the_approvers_act(before, after, selection_officer):
    with pytest.raises(NotPermitted):
        tours.name_successor(before, by=selection_officer, successor=after)
    with pytest.raises(NotPermitted):
        tours.un_name_successor(before, by=selection_officer)


def test_the_form_offers_later_live_tours_of_the_posting_that_take_over_from_nobody(before, after, posting, desk):
    for wrong in (cancelled, elsewhere, there_before, taking_over_from_another):
        wrong(posting)
    form = desk.get(address(before)).context["form"]
    another = Deployment.objects.get(posting=posting, state="in_mission", first_day=around(-90))
    assert list(form.fields["successor"].queryset) == [another, after]


def test_where_nobody_begins_later_the_page_offers_no_button(before, posting, desk):
    page = f"/admin/deployments/deployment/{before.pk}/change/"
    assert address(before) not in desk.get(page).content.decode()
    factories.deployment(posting, iso(35), iso(300), state="preparation")
    assert address(before) in desk.get(page).content.decode()


# --- When selecting or reserving --------------------------------------------------------------------------------


def test_a_successor_is_named_when_selecting(before, posting, desk):
    application = factories.application(posting, state="nominated")
    typed = {"first_day": iso(41), "last_day": iso(300), "hold_until": iso(5), "relieves": before.pk}
    assert desk.post(f"/admin/deployments/application/{application.pk}/select/", typed).status_code == 302
    application.refresh_from_db()
    assert named(before) == application.deployment
    assert history_of(before).get().verb == "name-successor"


def test_a_successor_is_named_when_reserving(before, posting, desk):
    officer = factories.candidate()
    typed = {"officer": officer.user.email, "first_day": iso(41), "last_day": iso(300), "relieves": before.pk}
    assert desk.post(f"/admin/deployments/posting/{posting.pk}/reserve/", typed).status_code == 302
    assert named(before).officer == officer


@pytest.mark.parametrize("wrong", [cancelled, elsewhere])
def test_a_wrong_one_reserves_nothing(wrong, posting, desk):
    before = wrong(posting)
    typed = {"officer": factories.candidate().user.email, "first_day": iso(41), "last_day": iso(300)}
    answer = desk.post(f"/admin/deployments/posting/{posting.pk}/reserve/", typed | {"relieves": before.pk})
    assert answer.status_code == 409 and "relieves" in answer.context["form"].errors
    assert Deployment.objects.count() == 1


def test_a_wrong_one_selects_nobody(posting, approver):
    application = factories.application(posting, state="nominated")
    days = {"first_day": around(41), "last_day": around(300)}
    with pytest.raises(tours.CannotTakeOver):
        applications.select(application, by=approver, relieves=elsewhere(posting), **days)
    application.refresh_from_db()
    assert application.state == "nominated" and application.deployment is None


# --- What ends the link -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["before", "after"])
def test_a_cancelled_tour_loses_its_links(posting, approver, which):
    before = factories.deployment(posting, iso(10), iso(100), state="preparation")
    after = factories.deployment(posting, iso(95), iso(300), state="preparation", relieves=before)
    tours.cancel({"before": before, "after": after}[which], by=approver, reason="Not needed")
    after.refresh_from_db()
    assert after.relieves is None
    assert history_of(before).filter(verb="un-name-successor").count() == 1


@pytest.mark.parametrize(
    ("moved", "days", "is_kept"),
    [
        ("after", (-99, 300), True),
        ("after", (-100, 300), False),
        ("after", (-130, 300), False),
        ("before", (34, 40), True),
        ("before", (35, 40), False),
    ],
)
def test_other_days_end_a_link_whose_successor_no_longer_begins_later(posting, approver, moved, days, is_kept):
    before = factories.deployment(posting, iso(-100), iso(40), state="reserved")
    after = factories.deployment(posting, iso(35), iso(300), state="reserved", relieves=before)
    first_day, last_day = map(around, days)
    tour = {"before": before, "after": after}[moved]
    tours.change_dates(tour, by=approver, first_day=first_day, last_day=last_day, reason="As agreed")
    after.refresh_from_db()
    assert (after.relieves == before) is is_kept
    assert history_of(before).filter(verb="un-name-successor").count() == (0 if is_kept else 1)
    with pytest.raises(CannotTakeOver) as told:  # so that two never take over from each other
        tours.name_successor(after, by=approver, successor=before)
        tours.name_successor(before, by=approver, successor=after)
    assert told.value.field == "successor"


def test_a_hold_that_runs_out_names_nobody_any_more(before, posting):
    after = factories.deployment(posting, iso(41), iso(300), state="reserved", hold_until=around(-1), relieves=before)
    assert tours.expire_holds(by=SYSTEM) == [after]
    after.refresh_from_db()
    assert (after.state, after.relieves) == ("cancelled", None)


def test_a_successor_who_is_transferred_away_before_the_departure_names_nobody(before, after, approver):
    tours.name_successor(before, by=approver, successor=after)
    days = {"first_day": around(35), "last_day": around(300)}
    other = factories.posting(before.posting.mission)
    new = tours.transfer(after, by=approver, posting=other, reason="Needed there", **days)
    after.refresh_from_db()
    assert (after.state, after.relieves, new.relieves) == ("cancelled", None, None)


# --- The wall in the database -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [cancelled, elsewhere])
def test_the_database_refuses_a_wrong_predecessor_by_every_way(wrong, posting, after):
    before = wrong(posting)
    row = {"officer": factories.officer(), "posting": posting, "state": "reserved", "relieves": before}
    days = {"first_day": around(41), "last_day": around(300)}
    table = Deployment._meta.db_table

    def by_sql():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET relieves_id = %s WHERE id = %s", [before.pk, after.pk])

    writes = (
        lambda: Deployment.objects.create(**row, **days),
        lambda: Deployment.objects.bulk_create([Deployment(**row, **days)]),
        lambda: Deployment.objects.filter(pk=after.pk).update(relieves=before),
        by_sql,
    )
    for write in writes:
        with pytest.raises(IntegrityError, match="portal: bad predecessor"), transaction.atomic():
            write()
    assert named(before) is None


def test_the_database_refuses_a_second_successor_and_oneself(before, after, posting):
    Deployment.objects.filter(pk=after.pk).update(relieves=before)
    another = factories.deployment(posting, iso(41), iso(300), state="reserved")
    for wrong in (before.pk, another.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deployment.objects.filter(pk=another.pk).update(relieves=wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Deployment.objects.filter(pk=after.pk).update(state="cancelled")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.deployment(posting, iso(50), iso(300), state="reserved", relieves=before)
    after.refresh_from_db()
    assert after.relieves == before


# --- What the boards say -------------------------------------------------------------------------------------------


def relay(tour):
    return relays_of([tour], today_here())[tour.pk]


@pytest.mark.parametrize(("begins", "is_likely"), [(9, False), (10, True), (41, True), (70, True), (71, False)])
def test_likely_is_who_begins_at_most_thirty_days_before_or_after_the_end(before, posting, begins, is_likely):
    tour = factories.deployment(posting, iso(begins), iso(begins + 200), state="preparation")
    assert relay(before).likely == (tour if is_likely else None)
    assert relay(before).named is None


def test_how_near_is_a_setting(before, posting, settings):
    settings.SUCCESSOR_DAYS = 5
    tour = factories.deployment(posting, iso(46), iso(300), state="preparation")
    assert relay(before).likely is None
    Deployment.objects.filter(pk=tour.pk).update(first_day=around(45))
    assert relay(before).likely == tour


@pytest.mark.parametrize("state", ["cancelled", "ended", "reintegration", "closed"])
def test_likely_is_nobody_whose_tour_is_cancelled_or_over(before, posting, state):
    factories.deployment(posting, iso(35), iso(300), state=state)
    assert relay(before).likely is None


def test_likely_is_nobody_who_moves_on_or_is_named_for_another(before, posting):
    taking_over_from_another(posting)
    moves = factories.deployment(posting, iso(38), iso(50), state="preparation")
    other = factories.posting(posting.mission)
    onward = {"officer": moves.officer, "transferred_from": moves, "state": "preparation"}
    factories.deployment(other, iso(51), iso(300), **onward)
    assert relay(before).likely is None


def test_who_is_named_counts_however_far_away(before, posting):
    tour = factories.deployment(posting, iso(141), iso(300), state="preparation", relieves=before)
    found = relay(before)
    assert (found.named, found.likely, found.gap, found.overlap) == (tour, None, 100, None)


def test_no_successor_counts_whoever_has_none_named_and_says_how_many_have_a_likely_one(before, after, posting):
    factories.deployment(factories.posting(posting.mission), iso(-100), iso(50))
    operation = posting.mission.operation
    found = coming([operation], today_here())[operation.pk]
    assert (found.unfollowed, found.likely) == (2, 1)
    assert [each.has_likely for each in unfollowed(today_here())] == [True, False]
    Deployment.objects.filter(pk=after.pk).update(relieves=before)
    found = coming([operation], today_here())[operation.pk]
    assert (found.unfollowed, found.likely) == (1, 0)


def test_my_day_says_how_many_have_a_likely_one(before, after, posting, desk):
    factories.deployment(factories.posting(posting.mission), iso(-100), iso(50))
    content = " ".join(desk.get("/admin/deployments/my-day/").content.decode().split())
    assert "<strong>2</strong> Home within 60 days, no successor named</a> (1 with a likely one)" in content
    assert len(QueueContext(today_here()).unfollowed_within(30)) == 0


def boards(client, tour) -> dict[str, str]:
    pages = {
        "rotation": f"/admin/deployments/rotation/{tour.posting.mission.operation_id}/",
        "tour": f"/admin/deployments/deployment/{tour.pk}/change/",
        "dossier": f"/admin/deployments/officer/{tour.officer_id}/dossier/",
        "list": "/admin/deployments/lists/rotation-plan/",
    }
    return {name: " ".join(client.get(page).content.decode().split()) for name, page in pages.items()}


def test_boards_say_likely_then_named_with_the_days_of_handover(before, after, desk, approver):
    for page in boards(desk, before).values():
        assert str(after.officer) in page
    found = boards(desk, before)
    assert f"Likely: {after.officer}" in found["rotation"] and f"Likely: {after.officer}" in found["dossier"]
    assert "Nobody is named. Likely, by the days alone:" in found["tour"]
    assert "The successor is not named" in found["list"]
    tours.name_successor(before, by=approver, successor=after)
    found = boards(desk, before)
    assert f"Named: {after.officer}" in found["rotation"] and f"Named: {after.officer}" in found["dossier"]
    assert "<strong>Named:</strong>" in found["tour"] and "Likely" not in found["tour"]
    assert "The successor is not named" not in found["list"]
    for page in ("rotation", "dossier", "tour"):
        assert "6 days of handover" in found[page]


def test_a_day_without_anybody_is_counted_as_a_gap(before, posting, desk, approver):
    late = factories.deployment(posting, iso(48), iso(300), state="preparation")
    tours.name_successor(before, by=approver, successor=late)
    for page in ("rotation", "dossier", "tour"):
        assert "7 days without anybody" in boards(desk, before)[page]


@pytest.mark.parametrize("many", [1, 30])
def test_the_rotation_plan_and_the_dossier_ask_the_same_however_many(
    desk, before, after, posting, django_assert_num_queries, many
):
    for n in range(many):
        tour = factories.deployment(posting, iso(-60), iso(20 + n))
        factories.deployment(posting, iso(21 + n), iso(300), state="preparation", relieves=tour if n % 2 else None)
    desk.get("/admin/deployments/lists/rotation-plan/")
    with django_assert_num_queries(11):
        desk.get("/admin/deployments/lists/rotation-plan/")


def test_the_rotation_plan_is_a_file_too(desk, before, after):
    after.relieves = before
    after.save()
    lines = desk.get("/admin/deployments/lists/rotation-plan/", {"format": "csv"}).content.decode().splitlines()
    assert len(lines) == 2 and str(after.officer) in lines[1]


def test_a_day_in_the_past_counts_for_nothing(posting):
    over = factories.deployment(posting, iso(-300), iso(-100), state="closed")
    assert unfollowed(today_here()) == []
    assert relay(over).successor is None
    assert datetime.date.today() >= over.last_day
