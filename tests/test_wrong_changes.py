"""The wrong changes of tests/mutants still apply: the words of each are in one place, so that `make prove` can try it."""

from pathlib import Path

import pytest

from tests.mutants.changes import CHANGES
from tests.mutants.places import Change, NoLongerApplies, changed

ROOT = Path(__file__).resolve().parent.parent


def faults(changes: list[Change]) -> list[str]:
    """The changes that no longer apply."""
    found = []
    for change in changes:
        try:
            changed(ROOT, change)
        except NoLongerApplies as error:
            found.append(str(error))
    return found


@pytest.mark.slow
def test_every_wrong_change_still_applies():
    assert faults(CHANGES) == []


def test_one_whose_words_are_gone_is_named():
    gone = Change("tours", "deployments/domain", "extend", "words that stand nowhere", "")
    assert len(faults([gone])) == 1
