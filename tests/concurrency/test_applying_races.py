"""One form sent thirty times at the same moment gives one application and one mail, on both databases."""

import datetime
import itertools
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from core.history.acts import history_of
from core.models import OutboxMail
from core.text.dates import today_here
from deployments.domain import application_moves, applications
from deployments.models import Application, Deployment, DeploymentState, Posting
from officers.models import Officer, User
from tests import factories
from tests.concurrency.contenders import Call, in_threads

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 30
ROUNDS = 10
# Who waits for the others for long is told "busy, try again" and has done nothing: on SQLite one writes at a time, on
# PostgreSQL thirty wait for one row, which takes more than a request's three seconds where the machine is busy as well.
BUSY = {503}
WORDS = {"motivation": "Ten years of training others.", "submit": "1"}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def sent_at_once(officer: Officer, address: str, form: dict, answers: list) -> list[str]:
    """Each sending from a browser of its own with the officer's session; what became of each, and the answers."""
    cookies = Client()
    cookies.force_login(officer.user)

    def send() -> None:
        browser = Client(raise_request_exception=False)
        browser.cookies = cookies.cookies.copy()
        typed = {name: value() if callable(value) else value for name, value in form.items()}
        answers.append(browser.post(address, typed))

    return in_threads([(send, ())] * TIMES)


def letter(number: int) -> SimpleUploadedFile:
    """A document with a content of its own."""
    return SimpleUploadedFile("letter.pdf", PDF + f"% {number}\n".encode())


def mails() -> list[str]:
    return list(OutboxMail.objects.values_list("template", flat=True))


def test_a_form_sent_thirty_times_gives_one_application_and_one_mail():
    officer, opening, answers = factories.candidate(), factories.opening(), []
    found = sent_at_once(officer, f"/en/openings/{opening.reference}/apply/", WORDS, answers)
    assert set(found) == {"done"}
    only = Application.objects.get()
    assert (only.officer, only.state) == (officer, "submitted")
    assert mails() == ["deployments/application_received"]
    assert not history_of(only).filter(verb="revise").exists()
    page = f"/en/my/applications/{only.pk}/"
    answered = [answer for answer in answers if answer.status_code not in BUSY]
    assert {(answer.status_code, answer.get("Location")) for answer in answered} == {(302, page)}


def test_a_draft_handed_in_thirty_times_is_received_once():
    officer, opening, answers = factories.candidate(), factories.opening(), []
    draft = factories.application(opening, officer=officer)
    sent_at_once(officer, f"/en/my/applications/{draft.pk}/submit/", {}, answers)
    assert {answer.status_code for answer in answers} - BUSY == {302}
    assert mails() == ["deployments/application_received"]


def test_documents_sent_at_the_same_moment_do_not_pass_the_limit(settings):
    settings.MAX_DOCUMENTS = 3
    officer, answers = factories.candidate(), []
    draft = factories.application(factories.opening(), officer=officer)
    numbers = itertools.count()  # the same document twice is kept once
    form = {"motivation": "Words.", "save": "1", "document": lambda: letter(next(numbers))}
    sent_at_once(officer, f"/en/my/applications/{draft.pk}/", form, answers)
    assert draft.documents.count() == 3
    # Documents wait their turn to be opened (core.files.bounded), and that is no waiting for the database.
    assert {answer.status_code for answer in answers} - BUSY == {302, 409}


def test_applications_begun_at_the_same_moment_do_not_pass_the_limit(settings):
    settings.MAX_OPEN_APPLICATIONS = 3
    officer = factories.candidate()
    postings = [factories.opening() for _n in range(12)]
    found = in_threads([(start, (posting.pk, officer.pk)) for posting in postings])
    assert found.count("done") == officer.applications.count() == 3
    assert set(found) == {"done", "refused: too_many_applications"}


def test_accepting_and_withdrawing_at_the_same_moment_is_one_of_the_two(approver):
    officer = factories.candidate()
    chosen = factories.application(factories.opening(), officer=officer, state="qualified")
    leaving = today_here() + datetime.timedelta(days=90)
    applications.select(chosen, by=approver, first_day=leaving, last_day=leaving + datetime.timedelta(days=300))
    calls: list[Call] = [(accept, (chosen.pk,)), (withdraw, (chosen.pk,))] * 8
    found = in_threads(calls)
    assert found.count("done") == 1, found
    assert set(found) == {"done", "refused: impossible_transition"}
    chosen.refresh_from_db()
    tour = Deployment.objects.get()
    held = {"accepted": DeploymentState.RESERVED, "withdrawn": DeploymentState.CANCELLED}
    assert tour.state == held[chosen.state]


def test_a_decision_is_told_once_however_many_tell_it(selection_officer):
    application = untold(selection_officer)
    found = in_threads([(notify, (application.pk, selection_officer.pk))] * TIMES)
    assert found.count("done") == 1
    assert set(found) == {"done", "refused: nothing_changes"}
    assert mails() == ["deployments/application_ended"]


def untold(by: User) -> Application:
    """An application that ended, of which the applicant does not know yet."""
    application = factories.application(state="endorsed")
    return applications.screen_out(application, by=by, reason="Incomplete.", is_told=False)


# --- Each layer alone, and neither -------------------------------------------------------------------------


@pytest.fixture
def without_lock(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **kind: self.all())


@pytest.fixture
def without_constraint():
    once = next(rule for rule in Application._meta.constraints if rule.name == "application_once_at_a_time")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Application, once)
    yield
    Application.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Application, once)


def most_applications(act: Callable, rounds: int) -> int:
    """The most that one officer got for one opening in any round of beginning it thirty times at once."""
    most = 0
    for _round in range(rounds):
        officer, opening = factories.candidate(), factories.opening()
        in_threads([(act, (opening.pk, officer.pk))] * TIMES)
        most = max(most, officer.applications.count())
        if most > 1:
            break
    return most


def test_the_constraint_and_the_conditional_step_alone_keep_it_at_one(without_lock):
    officer, opening, answers = factories.candidate(), factories.opening(), []
    sent_at_once(officer, f"/en/openings/{opening.reference}/apply/", WORDS, answers)
    assert Application.objects.count() == 1
    assert mails() == ["deployments/application_received"]
    assert {answer.status_code for answer in answers} <= {302, 409} | BUSY


def test_the_lock_alone_keeps_it_at_one(without_constraint):
    assert most_applications(start, rounds=2) == 1


def test_without_lock_and_constraint_more_than_one_application_is_begun(without_lock, without_constraint):
    """The negative control: the races above are races. SQLite's IMMEDIATE is a gate of its own, so there it is no act
    in a transaction that looks and writes."""
    act = start if connection.vendor == "postgresql" else look_and_then_write
    assert most_applications(act, ROUNDS) > 1


def test_without_the_conditional_step_more_than_one_mail_is_queued(monkeypatch):
    """The negative control of the other half: a step that only looked at the state before it writes, tells twice."""
    most = 0
    for _round in range(ROUNDS):
        draft = factories.application(factories.opening())
        in_threads([(look_and_then_submit, (draft.pk,))] * TIMES)
        most = max(most, OutboxMail.objects.filter(user=draft.officer.user).count())
        if most > 1:
            break
    assert most > 1


def test_without_the_locked_row_a_decision_is_told_more_than_once(selection_officer):
    """The negative control: ``notify`` that decides on what it read before the lock."""
    most = 0
    for _round in range(ROUNDS):
        application = untold(selection_officer)
        in_threads([(look_and_then_tell, (application.pk,))] * TIMES)
        most = max(most, OutboxMail.objects.filter(user=application.officer.user).count())
        if most > 1:
            break
    assert most > 1


def notify(pk: int, by: int) -> None:
    applications.notify(_application(pk), by=User.objects.get(pk=by))


def look_and_then_tell(pk: int) -> None:
    decided = _application(pk)
    if decided.shown_state != decided.state:
        Application.objects.filter(pk=pk).update(shown_state=decided.state)
        application_moves.mail_applicant(decided, "application_ended")


def start(posting: int, officer: int) -> None:
    applicant = Officer.objects.select_related("user").get(pk=officer)
    applications.start(_posting(posting), by=applicant.user, officer=applicant)


def accept(pk: int) -> None:
    chosen = _application(pk)
    applications.accept(chosen, by=chosen.officer.user)


def withdraw(pk: int) -> None:
    chosen = _application(pk)
    applications.withdraw(chosen, by=chosen.officer.user)


def look_and_then_write(posting: int, officer: int) -> None:
    if not Application.objects.filter(posting=posting, officer=officer).exists():
        Application.objects.create(posting_id=posting, officer_id=officer)


def look_and_then_submit(pk: int) -> None:
    draft = _application(pk)
    if draft.state == "draft":
        Application.objects.filter(pk=pk).update(state="submitted", shown_state="submitted")
        application_moves.mail_applicant(draft, "application_received")


def _posting(pk: int) -> Posting:
    return Posting.objects.select_related("mission__operation__programme").get(pk=pk)


def _application(pk: int) -> Application:
    related = ("officer__user", "posting__mission__operation__programme", "deployment")
    return Application.objects.select_related(*related).get(pk=pk)
