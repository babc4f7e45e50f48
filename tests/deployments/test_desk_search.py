"""One box in the desk's header finds what the role may read, without accents, and logs that persons were shown."""

import pytest

from core.history.acts import history_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def everything():
    operation = factories.operation(5, name_en="Zephyria", name_fr="Zéphyrie", code="zephyria")
    posting = factories.posting(factories.mission(operation), title_en="Trainer in Zephyria", reference="zep-1")
    officer = factories.officer(user=factories.user(given_name="Zoé", family_name="Zephyrin"), service_number="Z-00 7")
    return operation, posting, officer, factories.deployment(posting, "2026-01-01", "2099-12-31", officer=officer)


def page(client, role, asked):
    reader = factories.staff(role)
    client.force_login(reader)
    answer = client.get("/admin/deployments/search/", {"q": asked})
    return answer.content.decode() if answer.status_code == 200 else answer.status_code, reader


def test_every_kind_is_found_by_folded_words_and_linked(client, everything):
    operation, posting, officer, tour = everything
    html, reader = page(client, "Selection officer", "ZEPHYR")
    for address in (
        f"/admin/missions/operation/{operation.pk}/change/",
        f"/admin/deployments/posting/{posting.pk}/change/",
        f"/admin/officers/officer/{officer.pk}/change/",
        f"/admin/deployments/deployment/{tour.pk}/change/",
    ):
        assert address in html
    (entry,) = history_of(reader)
    assert entry.verb == "view" and "zephyr" not in str(entry.detail).lower()
    assert 'value="ZEPHYR"' in html


def test_two_words_are_both_wanted_and_accents_do_not_matter(client, everything):
    _operation, _posting, officer, _tour = everything
    assert f"/admin/officers/officer/{officer.pk}/" in page(client, "Approver", "zoe zephyrin")[0]
    assert f"/admin/officers/officer/{officer.pk}/" not in page(client, "Approver", "zoe nobody")[0]
    assert f"/admin/officers/officer/{officer.pk}/" in page(client, "Approver", "Z-00 7")[0]


def test_a_mission_editor_finds_operations_and_no_person(client, everything):
    html, reader = page(client, "Mission editor", "zephyr")
    assert "/admin/missions/operation/" in html
    assert "/admin/officers/officer/" not in html and "Zephyrin" not in html
    assert not history_of(reader).exists()


def test_who_works_with_accounts_alone_has_no_box(client, everything):
    status, _reader = page(client, "Administrator", "zephyr")
    assert status == 403
    assert "desk-search" not in client.get("/admin/").content.decode()
    client.force_login(factories.staff("Auditor"))
    assert "desk-search" in client.get("/admin/").content.decode()


def test_what_no_search_takes_is_said(client, everything):
    reader = factories.staff("Auditor")
    client.force_login(reader)
    assert client.get("/admin/deployments/search/", {"q": "x" * 101}).status_code == 400
    assert "Write a name" in client.get("/admin/deployments/search/").content.decode()
    assert not history_of(reader).exists()


@pytest.mark.parametrize("number", [1, 30])
def test_the_questions_do_not_grow_with_the_hits(client, everything, django_assert_max_num_queries, number):
    for _n in range(number):
        factories.officer(user=factories.user(family_name="Zephyrin"))
    client.force_login(factories.staff("Approver"))
    with django_assert_max_num_queries(40):
        html = client.get("/admin/deployments/search/", {"q": "zephyrin"}).content.decode()
    assert ("All " in html) == (number == 30)
