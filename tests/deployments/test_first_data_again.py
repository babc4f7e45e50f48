"""Loading the first data set once more: what staff changed, and what stood before, is left alone."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.models import HistoryEntry
from deployments.models import Posting
from deployments.setup.first_data import load_first_data
from missions.models import AuthorizedStrength, Mission, Operation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    return load_first_data()


def test_a_second_run_changes_nothing(loaded):
    before = HistoryEntry.objects.count()
    assert not load_first_data()
    assert HistoryEntry.objects.count() == before


def test_the_command_says_what_it_made(capsys):
    call_command("load_first_data")
    assert "operation 10" in capsys.readouterr().out
    call_command("load_first_data")
    assert "nothing new" in capsys.readouterr().out


def test_what_staff_changed_stays(loaded):
    Operation.objects.filter(code="mali").update(code="mali-and-neighbours", name_en="Mali and neighbours")
    Mission.objects.filter(code="minusma").update(summary_en="Ours", summary_fr="Le nôtre")
    factories.strength(Operation.objects.get(code="west-bank"), 5, datetime.date(2026, 1, 1))
    Posting.objects.filter(reference="un-saat-instructor").delete()
    load_first_data()
    assert Operation.objects.count() == 10
    assert Operation.objects.get(code="mali-and-neighbours").missions.count() == 3
    assert Mission.objects.get(code="minusma").summary_fr == "Le nôtre"
    assert [row.maximum for row in Operation.objects.get(code="west-bank").strengths.standing()] == [7, 5]
    assert not Posting.objects.filter(reference="un-saat-instructor").exists()


def test_a_number_that_staff_withdrew_is_not_put_back(loaded):
    ukraine = Operation.objects.get(code="ukraine")
    AuthorizedStrength.objects.filter(operation=ukraine).update(
        withdrawn_at=timezone.now(), withdrawal_reason="Entered for the wrong operation."
    )
    load_first_data()
    assert not ukraine.strengths.standing().exists()


def test_an_operation_that_staff_made_before_keeps_its_name_and_number():
    factories.operation(3, code="mali", name_en="Our Mali", name_fr="Notre Mali")
    load_first_data()
    mali = Operation.objects.get(code="mali")
    assert mali.name_en == "Our Mali"
    assert [row.maximum for row in mali.strengths.all()] == [3]
    assert mali.missions.count() == 3
