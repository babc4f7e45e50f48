"""Officers write down where they would like to serve, and whether they may be asked again; both are withdrawn at once."""

import csv
import io

import pytest

from core.history.acts import history_of
from core.refusals import NotPermitted
from core.text.dates import today_here
from deployments.domain import wishes
from deployments.models import OfficerWish, RoleProfile
from deployments.queries.find_officers import Wish, officers_for
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
PAGE = "/en/my/wishes/"


@pytest.fixture
def officer():
    return factories.candidate()


@pytest.fixture
def mali():
    return factories.operation(5, code="mali")


def test_a_wish_is_written_found_by_the_desk_and_withdrawn(client, officer, mali):
    client.force_login(officer.user)
    assert client.post(PAGE, {"operation": "mali", "from_day": around(30).isoformat()}).status_code == 302
    assert mali.name in client.get(PAGE).content.decode()
    sought = Wish(today_here(), wished_operation=mali)
    assert list(officers_for(sought)) == [officer]
    wish = officer.wishes.get()
    assert client.post(f"{PAGE}{wish.pk}/withdraw/").status_code == 302
    assert not OfficerWish.objects.exists() and not officers_for(sought)
    assert [entry.verb for entry in history_of(officer)] == ["withdraw-wish", "add-wish"]
    assert all(entry.detail == {} for entry in history_of(officer))


def test_the_desk_may_ask_again_until_the_officer_says_otherwise(client, officer):
    client.force_login(officer.user)
    sought = Wish(today_here(), may_be_asked=True)
    assert not officers_for(sought)
    client.post(f"{PAGE}asking/", {"may_be_asked": "yes"})
    client.post(f"{PAGE}asking/", {"may_be_asked": "yes"})
    assert list(officers_for(sought)) == [officer]
    client.post(f"{PAGE}asking/", {"may_be_asked": "no"})
    assert not officers_for(sought)
    assert [entry.verb for entry in history_of(officer)] == ["stop-asking", "allow-asking"]


@pytest.mark.parametrize(
    ("typed", "status"),
    [({}, 409), ({"operation": "nowhere"}, 400), ({"from_day": "2020-01-01"}, 409), ({"from_day": "soon"}, 400)],
)
def test_what_is_no_wish_is_refused_in_words(client, officer, typed, status):
    client.force_login(officer.user)
    assert client.post(PAGE, typed).status_code == status
    assert not OfficerWish.objects.exists()


def test_the_same_wish_twice_and_too_many_are_refused(client, officer, mali):
    client.force_login(officer.user)
    for n in range(wishes.MAX_WISHES):
        assert client.post(PAGE, {"from_day": around(30 + n).isoformat()}).status_code == 302
    assert client.post(PAGE, {"from_day": around(30).isoformat()}).status_code == 409
    assert client.post(PAGE, {"operation": "mali"}).status_code == 409
    assert officer.wishes.count() == wishes.MAX_WISHES


def test_nobody_else_writes_or_withdraws_it(client, officer, mali):
    wish = wishes.add_wish(officer, by=officer.user, operation=mali)
    other = factories.candidate()
    client.force_login(other.user)
    assert client.post(f"{PAGE}{wish.pk}/withdraw/").status_code == 404
    for act in (
        lambda: wishes.add_wish(officer, by=other.user, operation=mali),
        lambda: wishes.withdraw_wish(wish, by=other.user),
        lambda: wishes.set_may_be_asked(officer, by=other.user, may_be_asked=True),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert officer.wishes.count() == 1


def test_the_search_for_officers_offers_both_filters(client, settings, officer, mali):
    settings.STAFF_MFA_REQUIRED = False
    wishes.add_wish(officer, by=officer.user, operation=mali)
    client.force_login(factories.staff("Selection officer"))
    page = client.get("/admin/deployments/find-officers/", {"wished_operation": mali.pk}).content.decode()
    assert str(officer) in page and 'name="may_be_asked"' in page
    page = client.get("/admin/deployments/find-officers/", {"wished_operation": mali.pk, "may_be_asked": "on"})
    assert str(officer) not in page.content.decode()


def test_the_desk_reads_wishes_on_the_officers_page_and_in_the_dossier(client, auditor, officer, mali):
    trainer = RoleProfile.objects.create(code="trainer", name_en="Trainer", name_fr="Formation")
    wishes.add_wish(officer, by=officer.user, operation=mali, role=trainer, from_day=around(30))
    wishes.set_may_be_asked(officer, by=officer.user, may_be_asked=True)
    client.force_login(auditor)
    for page in (f"/admin/officers/officer/{officer.pk}/change/", f"/admin/deployments/officer/{officer.pk}/dossier/"):
        text = client.get(page).content.decode()
        assert "The officer may be asked again." in text and "Trainer" in text, page
    wishes.withdraw_wish(officer.wishes.get(), by=officer.user)
    wishes.set_may_be_asked(officer, by=officer.user, may_be_asked=False)
    text = client.get(f"/admin/officers/officer/{officer.pk}/change/").content.decode()
    assert "did not say that the desk may ask again" in text and "Trainer" not in text


@pytest.mark.parametrize("may_be_asked", [True, False])
def test_those_who_came_home_may_be_asked_again_or_not(client, auditor, mali, may_be_asked):
    officer = factories.candidate(may_be_asked=may_be_asked)
    posting = factories.posting(factories.mission(mali))
    factories.deployment(posting, str(around(-90)), str(around(-1)), officer=officer, state="ended")
    client.force_login(auditor)
    page = client.get("/admin/deployments/lists/came-home/")
    assert "May be asked again" in page.content.decode()
    rows = list(csv.reader(io.StringIO(client.get("/admin/deployments/lists/came-home/?format=csv").content.decode())))
    assert (rows[0][-1], rows[1][-1]) == ("May be asked again", "Yes" if may_be_asked else "not said")


def test_the_roster_names_wishes(client, auditor, officer, mali):
    wishes.add_wish(officer, by=officer.user, operation=mali)
    factories.application(officer=officer, state="qualified", qualified_until=around(100))
    client.force_login(auditor)
    rows = list(
        csv.reader(io.StringIO(client.get("/admin/deployments/lists/stand-by-roster/?format=csv").content.decode()))
    )
    assert (rows[0][-1], rows[1][-1]) == ("Wishes", mali.name)
