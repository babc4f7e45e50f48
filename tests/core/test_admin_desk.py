"""The desk as a whole: its language, its start page, its log-in."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


def test_the_desk_speaks_the_accounts_language_whatever_the_browser_asks(client):
    client.force_login(factories.staff("Approver", language="fr"))
    response = client.get("/admin/", headers={"accept-language": "en"})
    assert '<html lang="fr"' in response.content.decode()


def test_the_switch_keeps_the_language_with_the_account_and_comes_back_to_the_page(client):
    person = factories.staff("Approver", language="en")
    client.force_login(person)
    response = client.post("/admin/language/", {"language": "fr", "next": "/admin/missions/operation/"})
    assert (response.status_code, response.url) == (302, "/admin/missions/operation/")
    person.refresh_from_db()
    assert person.language == "fr"
    assert '<html lang="fr"' in client.get("/admin/").content.decode()


@pytest.mark.parametrize("following", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
def test_the_switch_leads_nowhere_else(client, following):
    client.force_login(factories.staff("Approver"))
    assert client.post("/admin/language/", {"language": "fr", "next": following}).url == "/admin/"


def test_an_unknown_language_changes_nothing(client):
    person = factories.staff("Approver", language="en")
    client.force_login(person)
    assert client.post("/admin/language/", {"language": "xx"}).status_code == 302
    person.refresh_from_db()
    assert person.language == "en"


def test_the_start_page_leads_to_what_the_role_may_see(client):
    client.force_login(factories.staff("Approver"))
    assert "/admin/deployments/board/" in client.get("/admin/").content.decode()
    client.force_login(factories.staff("Administrator"))
    assert "/admin/deployments/board/" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("path", ["/admin/", "/admin/missions/operation/", "/admin/password_change/"])
def test_desk_pages_have_no_inline_script_and_no_inline_style(client, path):
    client.force_login(factories.staff("Approver"))
    content = client.get(path).content.decode()
    assert "<style" not in content and " style=" not in content and "<script>" not in content


def test_an_act_leads_back_to_the_filtered_list(client, selection_officer):
    application = factories.application(factories.opening(), officer=factories.candidate(), state="endorsed")
    client.force_login(selection_officer)
    came_from = "_changelist_filters=waiting%3Dscreening"
    record = f"/admin/deployments/application/{application.pk}/change/"
    address = f"/admin/deployments/application/{application.pk}/screen-in/?{came_from}"
    assert f'href="{address}"' in client.get(f"{record}?{came_from}").content.decode()
    assert f'href="{record}?{came_from}"' in client.get(address).content.decode()
    assert client.post(address, {}).url == "/admin/deployments/application/?waiting=screening"


@pytest.mark.parametrize("filters", ["", "_changelist_filters=", "_changelist_filters=%0d%0ax%00%2f%2fe.test"])
def test_an_act_without_a_filtered_list_leads_to_its_record(client, selection_officer, filters):
    application = factories.application(factories.opening(), officer=factories.candidate(), state="endorsed")
    client.force_login(selection_officer)
    address = f"/admin/deployments/application/{application.pk}/screen-in/?{filters}"
    assert client.post(address, {}).url.startswith("/admin/deployments/application/")
