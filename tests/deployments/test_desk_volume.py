"""The desk's lists and boards ask the database no more often for many records than for few.

The pages of one record have tests of their own, because they ask less where the record leads to nothing. ``make bench``
measures all pages, with their times.
"""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deployments.setup.scale.load import Volume, load_scale
from tests import factories
from tests.desk_pages import ROLES, pages_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
KINDS = ("list", "app", "desk")
BOARDS = ("page: strength-board", "page: pipelines", "page: rotations")


class Undone(Exception):
    """Takes a volume away again."""


def queries(volume: Volume) -> dict[str, int]:
    """How many queries each page takes in a database of the volume, by what the page is."""
    found = {}
    try:
        with transaction.atomic():
            load_scale(volume)
            person, client = factories.staff(*ROLES), Client()
            client.force_login(person)
            for name, url in pages_for(person).items():
                if name in BOARDS or (name.split(":")[0] in KINDS and ", " not in name):
                    client.get(url)
                    with CaptureQueriesContext(connection) as asked:
                        assert client.get(url).status_code == 200, url
                    found[name] = len(asked)
            raise Undone
    except Undone:
        return found


def test_no_page_asks_more_often_for_four_times_as_much(settings):
    settings.STAFF_MFA_REQUIRED = False
    few, many = (queries(Volume.of(3, officers, 4 * officers)) for officers in (100, 400))
    assert len(few) > 20 and set(few) == set(many)
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}
