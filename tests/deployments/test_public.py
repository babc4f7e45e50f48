"""How many are deployed is the public's to read only where the setting says so."""

import pytest

from tests import factories
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    """Two there on 2026-03-01, one reserved, one gone the day before, and an ancillary tour that does not count."""
    operation = factories.operation(10)
    mission = factories.mission(operation)
    posting = factories.posting(mission)
    factories.deployment(posting, "2026-01-01", "2026-03-01")
    factories.deployment(posting, "2026-02-01", "2026-12-01", state="ended")
    factories.deployment(posting, "2026-02-01", "2026-12-01", state="reserved")
    factories.deployment(posting, "2026-01-01", "2026-02-28", state="ended")
    factories.deployment(factories.posting(mission, counts_against="programme"), "2026-01-01", "2026-12-01")
    return operation


def shown(client, operation, language="en") -> str:
    return Page(client.get(f"/{language}/operations/{operation.code}/?on=2026-03-01")).text


def test_the_switch_is_off_until_it_is_set(client, operation):
    assert "Currently deployed" not in shown(client, operation)


def test_with_the_switch_on_the_page_says_how_many(client, operation, settings):
    settings.PUBLIC_SHOWS_DEPLOYED = True
    assert "Currently deployed 2" in " ".join(shown(client, operation).split())
    assert "Actuellement en affectation 2" in " ".join(shown(client, operation, "fr").split())


def test_a_day_to_come_has_no_such_figure(client, operation, settings):
    settings.PUBLIC_SHOWS_DEPLOYED = True
    text = Page(client.get(f"/en/operations/{operation.code}/?on=2099-03-01")).text
    assert "Currently deployed" not in text
