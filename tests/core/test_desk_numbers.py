"""Numbers and rows of the desk's forms: scrolling changes nothing, and no page is asked to build thousands of rows."""

import time

import pytest

from tests import factories
from tests.deployments.test_acts_pages import set_url

pytestmark = pytest.mark.django_db


def test_no_number_of_the_desk_is_changed_by_scrolling(client):
    client.force_login(factories.staff("Approver", "Selection officer", "Mission editor"))
    operation, posting = factories.operation(5), factories.posting()
    for address in (
        set_url(operation),
        f"/admin/deployments/posting/{posting.pk}/set-places/",
        f"/admin/deployments/posting/{posting.pk}/change/",
    ):
        page = client.get(address).content.decode()
        assert 'inputmode="numeric"' in page and 'type="number"' not in page


@pytest.mark.parametrize("total", ["201", "999", "9" * 26])
def test_more_rows_than_a_page_shows_are_refused_at_once(client, total):
    client.force_login(factories.staff("Selection officer"))
    posting = factories.posting()
    rows = {
        f"{name}-{part}_FORMS": total if part == "TOTAL" else 0
        for name in ("language_requirements", "qualification_requirements")
        for part in ("TOTAL", "INITIAL")
    }
    began = time.monotonic()
    answer = client.post(f"/admin/deployments/posting/{posting.pk}/change/", rows | {"reference": "x"})
    assert answer.status_code == 400 and time.monotonic() - began < 2
