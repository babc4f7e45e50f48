"""Lists of the desk read a page from whichever end is nearer, and show the same whichever it is."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("order", ["", "o=0.1", "o=-1"])
@pytest.mark.parametrize("rows", [1, 25, 26, 74, 100])
def test_the_pages_together_are_the_whole_list_in_its_order(client, settings, rows, order):
    settings.STAFF_MFA_REQUIRED = False
    for number in range(rows):
        factories.country(f"{chr(65 + number // 26)}{chr(65 + number % 26)}", name_en=f"Land {number % 7}")
    client.force_login(factories.staff("Mission editor"))

    def page(query: str):
        return client.get(f"/admin/missions/country/?{order}&{query}").context["cl"]

    whole = page("all=")
    assert whole.result_count == len(list(whole.result_list)) >= rows
    paged = [
        country for number in range(1, whole.paginator.num_pages + 1) for country in page(f"p={number}").result_list
    ]
    assert paged == list(whole.result_list)


@pytest.mark.parametrize("asked", ['"haiti', 'haiti"', '"', '"haiti"'])
def test_a_quotation_mark_that_nothing_closes_means_nothing(client, settings, asked):
    settings.STAFF_MFA_REQUIRED = False
    factories.operation(name_en="Haiti")
    client.force_login(factories.staff("Approver"))
    listed = client.get("/admin/missions/operation/", {"q": asked}).context["cl"].result_list
    assert [operation.name for operation in listed] == ["Haiti"]


@pytest.mark.parametrize("path", ["/admin/missions/country/", "/admin/officers/officer/"])
def test_a_search_of_a_thousand_words_is_answered(client, settings, path):
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(factories.staff("Approver", "Mission editor", "Auditor"))
    words = " ".join(f"w{number}" for number in range(1_200))
    assert client.get(path, {"q": words}).status_code == 200
