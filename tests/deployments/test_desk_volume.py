"""The desk's pages ask the database as often for many records as for few. ``make bench`` does so for all, with times."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deployments.scale import Volume, load_scale
from tests import factories
from tests.desk_pages import ROLES, pages_for

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = ("list", "page", "pipeline", "rotation", "roll-call", "explain", "dossier", "bulk", "app", "desk")


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
                if name.split(":")[0].split(",")[0].split(" ")[0] in KINDS and ", " not in name:
                    client.get(url)
                    with CaptureQueriesContext(connection) as asked:
                        assert client.get(url).status_code == 200, url
                    found[name] = len(asked)
            raise Undone
    except Undone:
        return found


def test_no_page_asks_more_often_for_four_times_as_much(settings):
    """A queue in which nobody waits asks less: so "no more often", not "as often"."""
    settings.STAFF_MFA_REQUIRED = False
    few, many = (queries(Volume.of(3, officers, 4 * officers)) for officers in (100, 400))
    assert len(few) > 30 and set(few) == set(many)
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}
