"""Every act of the domain: nobody without its permission, all or nothing, and behind the gate where limits are concerned.

Each act is a public function with an actor ``by``. What it asks is a decorator or its first statement, so the code itself
is read here: another test would have to lose a race to notice that a transaction is gone.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.refusals import NotPermitted, Refusal
from deployments.domain import authority, papers, postings, publication, releases, switches, tours, waivers
from tests import factories
from tests.factories import day

ROOT = Path(__file__).resolve().parent.parent.parent
# Act, who may (a permission, or whose own matter it is), and how it is held together: "gate" is a transaction behind
# the gate, "atomic" one without it.
HELD = """
applications.record_assessment  MAY_ASSESS            atomic
applications.attach_document    self                  -
applications.remove_document    -                     atomic
applications.notify             MAY_ASSESS            atomic
applications.expire             MAY_ASSESS            gate
applications.reinstate          MAY_ASSESS            atomic
applications.end_for_stand_down MAY_MANAGE            gate
applications.start              -                     atomic
applications.revise             self                  atomic
applications.submit             self                  atomic
applications.accept             self                  gate
applications.withdraw           self                  gate
applications.screen_in          MAY_ASSESS            atomic
applications.screen_out         MAY_ASSESS            atomic
applications.assess             MAY_ASSESS            atomic
applications.nominate           MAY_ASSESS            atomic
applications.not_select         MAY_ASSESS            atomic
applications.refuse             MAY_ASSESS            gate
applications.qualify            MAY_ASSESS            atomic
applications.waive              MAY_SELECT            atomic
applications.select             MAY_SELECT            gate
applications.propose            MAY_ASSESS            atomic
applications.endorse            coordinator           gate
applications.decline_release    coordinator           atomic
letters.issue_nomination        MAY_ASSESS            -
letters.issue_release_request   MAY_ASSESS            -
letters.issue_tour_order        MAY_DEPLOY            -
letters.issue_extension_agreement MAY_DEPLOY          -
letters.issue_certificate       MAY_DEPLOY            -
authority.propose_strength      MAY_SET_STRENGTH      atomic
authority.confirm_proposal      MAY_SET_STRENGTH      gate
authority.decline_proposal      MAY_SET_STRENGTH      atomic
authority.set_records_day       MAY_SET_STRENGTH      gate
authority.set_strength          MAY_SET_STRENGTH      gate
authority.withdraw_strength     MAY_SET_STRENGTH      gate
authority.set_terms             MAY_SET_TERMS         gate
authority.set_mission_terms     MAY_SET_TERMS         gate
authority.suspend               MAY_SET_TERMS         gate
authority.close                 MAY_SET_TERMS         gate
authority.reopen                MAY_SET_TERMS         gate
authority.evacuate              MAY_SET_TERMS         gate
authority.withdraw_terms        MAY_SET_TERMS         gate
alerts.ask                      -                     atomic
alerts.confirm                  -                     atomic
invitations.invite              MAY_ASSESS            atomic
postings.set_places             MAY_MANAGE            gate
postings.open_posting           MAY_MANAGE            gate
postings.stand_down             MAY_MANAGE            gate
postings.reopen_posting         MAY_MANAGE            gate
postings.unpublish_posting      MAY_MANAGE            gate
wishes.add_wish                 -                     atomic
wishes.withdraw_wish            -                     atomic
wishes.set_may_be_asked         -                     atomic
publication.publish             -                     atomic
publication.unpublish           -                     atomic
notes.write_note                -                     atomic
papers.add_paper                -                     -
papers.remove_paper             -                     atomic
releases.give                   -                     -
releases.withdraw               -                     gate
switches.set_release_need       MAY_SWITCH            gate
switches.set_counting           MAY_SWITCH            gate
switches.change_programme       MAY_SWITCH            gate
tours.record_appraisal          MAY_DEPLOY            atomic
tours.prepare                   MAY_DEPLOY            gate
tours.check_in                  MAY_DEPLOY            gate
tours.extend                    MAY_DEPLOY            gate
tours.change_dates              MAY_DEPLOY            gate
tours.transfer                  MAY_DEPLOY            gate
tours.complete                  MAY_DEPLOY            gate
tours.curtail                   MAY_DEPLOY            gate
tours.repatriate                MAY_DEPLOY            gate
tours.reintegrate               MAY_DEPLOY            gate
tours.close_tour                MAY_DEPLOY            gate
tours.cancel                    MAY_DEPLOY            gate
tours.reinstate                 MAY_DEPLOY            gate
tours.ask_extension             self_or(MAY_DEPLOY)   gate
tours.agree_extension           -                     atomic
tours.grant_extension           MAY_DEPLOY            gate
tours.decline_extension         -                     atomic
tours.record_leave              MAY_DEPLOY            gate
tours.cancel_leave              MAY_DEPLOY            atomic
tours.check_off                 MAY_DEPLOY            atomic
tours.reopen_item               MAY_DEPLOY            atomic
tours.set_due_day               MAY_DEPLOY            atomic
tours.set_emergency_contact     MAY_CONTACT           atomic
tours.record_tour               MAY_DEPLOY            gate
tours.confirm                   self_or(MAY_DEPLOY)   gate
tours.expire_hold               MAY_DEPLOY            gate
tours.expire_holds              MAY_DEPLOY            gate
tours.mark                      MAY_MARK              atomic
tours.correct_last_day          MAY_DEPLOY            gate
tours.name_successor            MAY_DEPLOY            gate
tours.un_name_successor         MAY_DEPLOY            gate
assessments.schedule            -                     atomic
assessments.record              -                     atomic
waivers.waive                   -                     atomic
waivers.withdraw_waiver         -                     atomic
coordination.name_deputy        -                     atomic
coordination.end_deputy         -                     atomic
naming.name_coordinator         MAY_NAME              atomic
naming.end_coordinator          MAY_NAME              atomic
adding.add_officer              MAY_KEEP              atomic
keeping.change_record           -                     atomic
keeping.rate_language           -                     atomic
keeping.remove_language         -                     atomic
keeping.add_qualification       -                     atomic
keeping.change_qualification    -                     atomic
keeping.remove_qualification    -                     atomic
evidence.remove_evidence        -                     atomic
profile.join                    -                     atomic
profile.save_officer            -                     atomic
profile.declare                 -                     atomic
profile.save_part               -                     atomic
profile.remove_part             -                     atomic
verification.verify             MAY_VERIFY            atomic
verification.withdraw_verification MAY_VERIFY         atomic
"""
TRANSACTIONS = {"locked_transaction": "gate", "transaction.atomic": "atomic"}
# What an act without such a decorator says itself before it writes.
ASKS = re.compile(r"\b_?require\w*\(|raise NotPermitted\b|\b_may_\w+\(")


def rooms() -> Iterator[tuple[str, dict[str, ast.FunctionDef]]]:
    """Each module of acts: its room, and its functions by name."""
    for path in [*ROOT.glob("deployments/domain/**/*.py"), *ROOT.glob("officers/domain/*.py")]:
        body = ast.parse(path.read_text(encoding="utf-8")).body
        functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
        yield path.parent.name if path.parent.name != "domain" else path.stem, functions


def asks(function: ast.FunctionDef, module: dict[str, ast.FunctionDef]) -> bool:
    """Whether the function, or one of its module that it calls, asks who may."""
    if ASKS.search(ast.unparse(function.body)) or held(function)[0] != "-":
        return True
    called = {
        node.func.id for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return any(asks(module[name], module) for name in called & module.keys() - {function.name})


def held(node: ast.FunctionDef) -> tuple[str, str]:
    """Who may, and in what transaction, by the decorators in their order: permission comes first."""
    who, how = "-", "-"
    for decorator in map(ast.unparse, node.decorator_list):
        if decorator in TRANSACTIONS:
            how = TRANSACTIONS[decorator]
        elif found := re.fullmatch(r"requires_?(\w+)?(\(.*\))?", decorator):
            assert how == "-", f"{node.name} is locked before it is permitted"
            name, asked = found.groups(default="")
            who = f"{name}{asked}" if name else asked.strip("()")
    return who, how


def test_every_act_asks_for_its_permission_and_is_held_together_as_listed():
    found = {f"{room}.{name}": held(node) for room, module in rooms() for name, node in module.items()}
    listed = {words[0]: (words[1], words[2]) for words in map(str.split, HELD.strip().splitlines())}
    assert {name: found.get(name) for name in listed} == listed


def test_an_act_that_decorates_itself_with_no_permission_asks_in_its_body():
    silent = [
        f"{room}.{name}"
        for room, module in rooms()
        for name, node in module.items()
        if not name.startswith("_")
        and any(each.arg == "by" for each in node.args.kwonlyargs)
        and held(node) in (("-", "atomic"), ("-", "gate"))
        and not asks(node, module)
    ]
    assert silent == []


# Modules that read the row that they decide on and hold it until the transaction ends, and how often: an act on a copy
# would be late. SQLite has one writer at a time, so only PostgreSQL would show the difference, and only in a race.
HOLDING_ROWS = {
    "deployments/domain/alerts.py": 1,
    "deployments/domain/application_moves.py": 1,
    "deployments/domain/applications/own.py": 1,
    "deployments/domain/assessments.py": 1,
    "deployments/domain/authority/proposals.py": 1,
    "deployments/domain/invitations.py": 1,
    "deployments/domain/notes.py": 1,
    "deployments/domain/papers.py": 2,
    "deployments/domain/publication.py": 1,
    "deployments/domain/tours/extension_rows.py": 1,
    "deployments/domain/tours/records.py": 1,
    "deployments/domain/waivers.py": 1,
    "deployments/domain/wishes.py": 2,
    "missions/help.py": 1,
    "officers/domain/evidence.py": 1,
    "officers/domain/keeping.py": 1,
    "officers/domain/naming.py": 2,
    "officers/domain/profile.py": 1,
    "officers/domain/verification.py": 1,
}


@pytest.mark.parametrize("module", HOLDING_ROWS)
def test_rows_that_an_act_decides_on_are_held(module):
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    held_rows = [
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "select_for_update"
    ]
    assert len(held_rows) >= HOLDING_ROWS[module]


# --- Reasons ------------------------------------------------------------------------------------------------------

LATER = day("2027-01-31")


def tour(state: str = "in_mission"):
    return factories.deployment(factories.posting(), "2026-01-01", "2026-12-31", state=state)


def waiver():
    posting, officer = factories.opening(), factories.candidate()
    return officer.waivers.create(posting=posting, finding="age", reason="Agreed", last_day=LATER)


WITHOUT_A_REASON: dict[str, Callable[[dict], object]] = {
    "leave": lambda by: tours.cancel_leave(
        tour().leaves.create(first_day=day("2026-02-01"), last_day=day("2026-02-02")), **by
    ),
    "decline an extension": lambda by: tours.decline_extension(tour(), **by),
    "ask for an extension": lambda by: tours.ask_extension(tour(), last_day=LATER, **by),
    "stand down": lambda by: postings.stand_down(factories.posting(), **by),
    "unpublish": lambda by: publication.unpublish(factories.operation(), **by),
    "need of release": lambda by: switches.set_release_need(factories.service(), needs_release=False, **by),
    "counting": lambda by: switches.set_counting(factories.posting(), counts_against="none", **by),
    "programme": lambda by: switches.change_programme(
        factories.operation(), programme=factories.programme(code="other"), **by
    ),
    "remove a paper": lambda by: papers.remove_paper(factories.paper(factories.officer()), **by),
    "withdraw a release": lambda by: releases.withdraw(factories.release(factories.officer(is_released=False)), **by),
    "waive": lambda by: waivers.waive(
        factories.candidate(), posting=factories.opening(), finding="age", last_day=LATER, today=day("2026-11-24"), **by
    ),
    "withdraw a waiver": lambda by: waivers.withdraw_waiver(waiver(), **by),
    "records day": lambda by: authority.set_records_day(factories.operation(), records_from=day("2026-01-01"), **by),
    "withdraw a number": lambda by: authority.withdraw_strength(factories.operation().strengths.get(), **by),
    "suspend": lambda by: authority.suspend(factories.operation(), effective_from=day("2026-06-01"), **by),
    "withdraw terms": lambda by: authority.withdraw_terms(factories.operation().terms.get(), **by),
}


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", " \t\n"])
@pytest.mark.parametrize("act", WITHOUT_A_REASON)
def test_an_act_that_others_have_to_understand_has_its_reason(act, reason):
    everybody = factories.staff("Approver", "Selection officer", "Mission editor")
    with pytest.raises(Refusal) as refused:
        WITHOUT_A_REASON[act]({"by": everybody, "reason": reason})
    assert refused.value.code == "reason_required"


@pytest.mark.django_db
@pytest.mark.parametrize("act", WITHOUT_A_REASON)
def test_who_only_reads_does_none_of_it(act, auditor):
    with pytest.raises(NotPermitted):
        WITHOUT_A_REASON[act]({"by": auditor, "reason": "As agreed"})
