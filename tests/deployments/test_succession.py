"""Who takes over from whom, on the page of a tour, and the way from there to a selection."""

import datetime

import pytest

from core.text.dates import today_here
from deployments.limits.rule import Span
from deployments.queries.succession import succession_of
from tests import factories

pytestmark = pytest.mark.django_db


def around(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


@pytest.fixture
def posting():
    return factories.posting(factories.mission(factories.operation(2, name_en="Mali")))


@pytest.fixture
def tour(posting):
    """One that ends in forty days, of 141 days."""
    return factories.deployment(posting, around(-100), around(40))


def page_of(tour) -> str:
    return f"/admin/deployments/deployment/{tour.pk}/change/"


def test_who_could_follow_is_qualified_or_nominated_for_the_posting(tour, posting):
    for state in ("submitted", "qualified", "nominated", "withdrawn"):
        factories.application(posting, state=state)
    factories.application(posting, state="qualified", officer=tour.officer)
    factories.application(factories.posting(), state="qualified")
    found = succession_of(tour, today_here())
    assert [each.state for each in found.candidates] == ["qualified", "nominated"]
    wanted = today_here() + datetime.timedelta(days=41)
    assert found.days == Span(wanted, wanted + datetime.timedelta(days=140))


def test_both_sides_of_a_handover_name_each_other(client, tour, posting, auditor):
    after = factories.deployment(posting, around(30), around(300), state="preparation")
    client.force_login(auditor)
    before_page, after_page = (client.get(page_of(each)).content.decode() for each in (tour, after))
    assert str(after.officer) in before_page and "11 days of handover" in before_page
    assert f"Likely to take over from {tour.officer}" in after_page and "11 days of handover" in after_page
    assert "Nobody follows yet" in after_page and "Nobody follows yet" not in before_page
    assert "Nobody is named. Likely, by the days alone:" in before_page


def test_from_the_tour_an_approver_selects_the_successor_and_sees_the_room_on_those_days(client, tour, posting):
    candidate = factories.application(posting, state="nominated")
    factories.deployment(factories.posting(posting.mission), around(-10), around(90))
    factories.deployment(factories.posting(posting.mission), around(42), around(50))
    client.force_login(factories.staff("Approver"))
    select = f"/admin/deployments/application/{candidate.pk}/select/?first_day={around(41)}&amp;last_day={around(181)}"
    assert select in client.get(page_of(tour)).content.decode()
    response = client.get(select.replace("&amp;", "&"))
    sought = response.context["sought"]
    assert (sought.room.left, sought.room.next_day.isoformat()) == (0, around(51))
    content = response.content.decode()
    assert "Room on these days" in content and f'value="first_day={around(51)}&amp;last_day={around(191)}"' in content
    assert (
        client.get(f"{select.split('?', maxsplit=1)[0]}?first_day={around(51)}&last_day=x").context.get("sought")
        is None
    )


def test_selecting_is_offered_to_nobody_else(client, tour, posting, auditor):
    candidate = factories.application(posting, state="qualified")
    client.force_login(auditor)
    content = client.get(page_of(tour)).content.decode()
    assert str(candidate.officer) in content and "/select/" not in content


def test_granting_an_extension_shows_the_room_on_the_added_days(client, tour, posting, approver):
    factories.deployment(posting, around(41), around(300), state="preparation")
    client.force_login(approver)
    client.post(f"/admin/deployments/deployment/{tour.pk}/ask-extension/", {"last_day": around(60), "reason": "x"})
    grant = f"/admin/deployments/deployment/{tour.pk}/grant-extension/"
    sought = client.get(grant).context["sought"]
    assert (sought.tour.days, sought.room.left) == (20, 1)
    client.post(f"/admin/deployments/deployment/{tour.pk}/decline-extension/", {"reason": "No"})
    assert client.get(grant).context.get("sought") is None


@pytest.mark.parametrize("many", [1, 9])
def test_the_page_of_a_tour_takes_the_same_queries_however_many_could_follow(
    client, tour, posting, auditor, django_assert_num_queries, many
):
    for _n in range(many):
        factories.application(posting, state="qualified")
    client.force_login(auditor)
    client.get(page_of(tour))
    with django_assert_num_queries(29):
        client.get(page_of(tour))
