"""The wrong changes of tests/mutants still apply: the words of each are in one place, so that `make prove` can try it."""

import subprocess
from pathlib import Path

import pytest

from tests.mutants.calls import callers
from tests.mutants.changes import CHANGES
from tests.mutants.places import Change, NoLongerApplies, changed
from tests.mutants.swapping import changed_functions, swap
from tests.mutants.verdicts import Verdicts

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


def test_what_was_caught_is_known_to_the_next_run_until_something_changes(tmp_path):
    for words in (
        ["init"],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--allow-empty", "-m", "a"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)
    tried, other = Change("tours", "a.py", "f", "<", "<="), Change("tours", "a.py", "f", ">", ">=")
    Verdicts(tmp_path).note(tried)
    (tmp_path / ".git/info/exclude").write_text("var/\n")
    again = Verdicts(tmp_path)
    assert again.knows(tried) and not again.knows(other)
    (tmp_path / "a.py").touch()
    assert not Verdicts(tmp_path).knows(tried)


RULE = """
def is_over(day, last_day=9):
    return day > last_day


class Tour:
    limit = 3

    @property
    def is_long(self):
        return any(days > 5 for days in (4, 6))
"""


def test_a_change_inside_a_function_is_put_into_the_loaded_module(tmp_path):
    file = tmp_path / "rule.py"
    file.write_text(RULE)
    loaded = {}
    exec(compile(RULE, str(file), "exec"), loaded)
    assert (loaded["is_over"](9), loaded["Tour"]().is_long) == (False, True)
    swap(changed_functions(file, RULE.replace("day > last", "day >= last").replace("days > 5", "days > 6")))
    assert (loaded["is_over"](9), loaded["Tour"]().is_long) == (True, False)


@pytest.mark.parametrize(
    ("was", "becomes"), [("last_day=9", "last_day=8"), ("limit = 3", "limit = 4"), ("    @property\n", ""), (":", "")]
)
def test_a_change_outside_of_functions_is_not(tmp_path, was, becomes):
    file = tmp_path / "rule.py"
    file.write_text(RULE)
    assert changed_functions(file, RULE.replace(was, becomes, 1)) is None


def test_a_function_that_is_not_loaded_is_an_error(tmp_path):
    file = tmp_path / "rule.py"
    file.write_text(RULE)
    with pytest.raises(LookupError):
        swap(changed_functions(file, RULE.replace("day > last", "day >= last")))


def test_the_tests_that_call_the_changed_function_are_tried_first():
    calls = {"a.py": {"f": ["t1", "t2"], "Tour.f.<locals>.<genexpr>": ["t2", "t3"], "g": ["t4"]}, "b.py": {"f": ["t5"]}}
    assert callers(calls, "a.py", "f") == ["t1", "t2", "t3"]
    assert callers(calls, "a.py", "Tour") == ["t2", "t3"]
    assert callers(calls, "a.py", "") == callers(calls, "c.py", "f") == []
