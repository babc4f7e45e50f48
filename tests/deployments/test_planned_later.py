"""What is planned for later days is said, and whether it stays is asked: of terms and of numbers."""

import re

import pytest

from core.history.acts import history_of
from deployments.limits import audit
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def iso(days: int) -> str:
    return around(days).isoformat()


@pytest.fixture
def operation():
    return factories.operation(5, code="mali", name_en="Mali", name_fr="Mali")


@pytest.fixture
def desk(client, approver, settings):
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(approver)
    return client


def statuses(record) -> list[tuple[str, str]]:
    return [
        (each.status, each.effective_from.isoformat()) for each in record.terms.standing().order_by("effective_from")
    ][1:]


def numeric(page: str) -> list[str]:
    """The cells of numbers, in order."""
    return re.findall(r'<td class="numeric"[^>]*>([^<]*)</td>', page)


TYPED = {"effective_from": iso(0), "reason": "The airport is shut"}
SET = {"effective_from": iso(0), "maximum": "6", "instrument": "Order 6"}


def test_reopening_says_that_a_suspension_from_a_later_day_stands_and_asks(desk, operation):
    factories.terms(operation, "suspended", around(-5))
    factories.terms(operation, "suspended", around(10))
    address = f"/admin/deployments/operation/{operation.pk}/reopen/"
    asked = desk.post(address, TYPED)
    content = asked.content.decode()
    assert asked.status_code == 409 and "“Suspended” from" in content and "Say whether it stays." in content
    assert "The airport is shut" in content and 'name="later"' in content, "what was typed stays"
    assert statuses(operation) == [("suspended", iso(-5)), ("suspended", iso(10))]
    assert desk.post(address, TYPED | {"later": "stays"}).status_code == 302
    assert statuses(operation) == [("suspended", iso(-5)), ("active", iso(0)), ("suspended", iso(10))]


@pytest.mark.parametrize("verb", ["suspend", "close"])
@pytest.mark.parametrize("kind", ["operation", "mission"])
def test_what_is_planned_is_withdrawn_with_the_act_where_it_does_not_stay(desk, operation, kind, verb):
    record = operation if kind == "operation" else factories.mission(operation)
    factories.terms(record, "active", around(-50)) if kind == "mission" else None
    factories.terms(record, "active" if kind == "mission" else "reassessment", around(10))
    address = f"/admin/deployments/{kind}/{record.pk}/{verb}/"
    assert desk.post(address, TYPED).status_code == 409
    assert desk.post(address, TYPED | {"later": "withdraw"}).status_code == 302
    assert [status for status, _day in statuses(record)] == [{"suspend": "suspended", "close": "closed"}[verb]]
    assert (
        history_of(record).filter(verb="withdraw-terms").count() + history_of(record).filter(verb="withdraw").count()
        == 1
    )


def test_nothing_is_asked_where_nothing_is_planned_nor_of_machines(desk, operation):
    address = f"/admin/deployments/operation/{operation.pk}/suspend/"
    assert desk.post(address, TYPED).status_code == 302
    factories.terms(operation, "active", around(10))
    reopen = f"/admin/deployments/operation/{operation.pk}/reopen/"
    assert desk.post(reopen, TYPED | {"effective_from": iso(1)}, headers=JSON).status_code == 200
    assert statuses(operation)[-1] == ("active", iso(10))


@pytest.mark.parametrize(("later", "left"), [("stays", [5, 6, 9]), ("withdraw", [5, 6])])
def test_a_number_asks_whether_a_later_one_stays(desk, operation, later, left):
    factories.strength(operation, 9, around(30))
    address = f"/admin/deployments/strength/operation-{operation.pk}/set/"
    asked = desk.post(address, SET)
    assert asked.status_code == 409 and "9 from" in asked.content.decode() and "Order 6" in asked.content.decode()
    assert desk.post(address, SET | {"later": later}).status_code == 302
    numbers = operation.strengths.standing().order_by("effective_from").values_list("maximum", flat=True)
    assert list(numbers) == left and audit.breaches() == []


def test_a_later_higher_number_goes_only_with_the_over_strength_that_it_leaves_accepted(desk, operation):
    factories.strength(operation, 9, around(30))
    posting = factories.posting(factories.mission(operation))
    for _n in range(7):
        factories.deployment(posting, iso(40), iso(60), state="preparation")
    address = f"/admin/deployments/strength/operation-{operation.pk}/set/"
    typed = SET | {"later": "withdraw"}
    asked = desk.post(address, typed)
    assert asked.status_code == 409 and "acknowledge_lowering" in asked.content.decode()
    assert operation.strengths.standing().count() == 2, "nothing half-done"
    shown = asked.context["form"].data["shown"]
    assert desk.post(address, typed | {"acknowledge_lowering": "on", "shown": shown}).status_code == 302
    assert operation.strengths.standing().count() == 2 and audit.breaches() == []


# --- Free places of what takes nobody ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["suspended", "reassessment"])
def test_what_takes_nobody_shows_no_number_of_free_places(desk, operation, status):
    factories.terms(operation, status, around(-1))
    opening = factories.opening(factories.mission(operation), title_en="Adviser")
    board = " ".join(desk.get("/admin/deployments/board/").content.decode().split())
    assert numeric(board)[:3] == ["5", "0", "taking nobody"]
    assert "taking nobody" in desk.get("/admin/deployments/board/", {"format": "csv"}).content.decode()
    for page in (
        f"/admin/missions/operation/{operation.pk}/change/",
        f"/admin/missions/mission/{opening.mission_id}/change/",
        "/admin/deployments/pipeline/",
    ):
        assert "taking nobody" in desk.get(page).content.decode(), page


def test_without_a_number_in_force_it_says_so_and_never_0(desk):
    operation = factories.operation(None, name_en="Nowhere")
    board = " ".join(desk.get("/admin/deployments/board/").content.decode().split())
    assert numeric(board)[:3] == ["no number", "0", "no number"]
    assert "no number,0,no number" in desk.get("/admin/deployments/board/", {"format": "csv"}).content.decode()
    page = " ".join(desk.get(f"/admin/missions/operation/{operation.pk}/change/").content.decode().split())
    assert "<dd>no number</dd>" in page
    assert "no number" in desk.get(f"/admin/deployments/explain/operation-{operation.pk}/").content.decode()
    posting = factories.posting(factories.mission(operation))
    typed = {"officer": factories.candidate().user.email, "first_day": iso(5), "last_day": iso(9)}
    refused = desk.post(f"/admin/deployments/posting/{posting.pk}/reserve/", typed, headers=JSON).json()
    assert "no number is in force" in refused["message"] and refused["shortfalls"][0]["authorized"] is None


# --- Buttons that would be refused, and what was typed ----------------------------------------------------------------


def test_an_act_that_would_be_refused_has_no_live_button(desk):
    tour = factories.deployment(factories.posting(), iso(-30), iso(-1), state="closed")
    page = desk.get(f"/admin/deployments/deployment/{tour.pk}/extend/").content.decode()
    assert "it would be refused" in page and 'type="submit" class="default' not in page
    assert (
        'type="submit" class="default'
        in desk.get(f"/admin/deployments/deployment/{tour.pk}/reinstate/").content.decode()
    )


def test_looking_for_an_officer_or_taking_other_days_keeps_what_was_typed(desk):
    posting = factories.posting()
    found = factories.candidate(user=factories.user(family_name="Quillfeather"))
    address = f"/admin/deployments/posting/{posting.pk}/reserve/"
    typed = {"officer": "", "first_day": iso(5), "last_day": iso(9), "hold_until": iso(3), "q": "quillfeather"}
    page = desk.post(address, typed | {"look": "Find"})
    content = page.content.decode()
    assert page.status_code == 200 and str(found) in content
    assert all(f'value="{iso(days)}"' in content for days in (5, 9, 3))
    filled = desk.post(address, typed | {"fill": f"officer={found.user.email}"}).content.decode()
    assert f'value="{found.user.email}"' in filled and f'value="{iso(3)}"' in filled
    assert posting.deployments.count() == 0
