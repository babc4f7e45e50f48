"""import_deployments: every line is a tour that meets the wall as a person's click does."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import Refusal
from core.tabular import FileRefused
from deployments.domain import tours, waivers
from deployments.imports import DEPLOYMENTS, run_import
from deployments.models import Deployment
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
HEADER = "officer,posting,first_day,last_day,state"
TODAY = day("2026-11-24")


@pytest.fixture
def operation():
    return factories.operation(2, code="mali")


@pytest.fixture(autouse=True)
def posting(operation):
    return factories.posting(factories.mission(operation), reference="mali-adviser")


@pytest.fixture(autouse=True)
def officers():
    toronto = factories.service(code="toronto")
    return [
        factories.officer(
            user=factories.user(email=f"{name}@example.org"), police_service=toronto, service_number=number
        )
        for name, number in (("ada", "A-1"), ("noor", "A-2"), ("kim", "A-3"))
    ]


def run(*lines: str, by=SYSTEM, **options):
    data = "\n".join((HEADER, *lines)).encode()
    return run_import(DEPLOYMENTS, data, by=by, file_name="tours.csv", today=TODAY, **options)


def refused(*lines: str, **options) -> list[str]:
    before = Deployment.objects.count()
    with pytest.raises(FileRefused) as caught:
        run(*lines, **options)
    assert Deployment.objects.count() == before
    return caught.value.sentences()


PAST = "ada@example.org,mali-adviser,2025-01-01,2025-12-31,closed"
NOW = "Toronto:A-2,mali-adviser,2026-06-01,2027-05-31,in_mission"
NEXT = "kim@example.org,mali-adviser,2027-01-01,2027-12-31,reserved"


def test_past_and_planned_tours_are_recorded_and_a_second_time_none(approver):
    report = run(PAST, NOW, NEXT, by=approver)
    assert [line.created for line in report.lines] == [True, True, True]
    noor = Deployment.objects.get(officer__service_number="A-2")
    assert (noor.first_day, noor.last_day, noor.state) == (day("2026-06-01"), day("2027-05-31"), "in_mission")
    assert (noor.created_by, history_of(noor).get().actor) == (approver, approver)
    assert run(PAST, NOW, NEXT).changed == 0
    assert Deployment.objects.count() == 3


def test_a_dry_run_records_nothing():
    assert run(PAST, NOW, dry_run=True).changed == 2
    assert not Deployment.objects.exists()


def test_one_officer_too_many_is_refused_at_its_line_and_none_is_recorded():
    found = refused(NOW, NEXT, "ada@example.org,mali-adviser,2027-03-01,2027-04-30,reserved")
    assert len(found) == 1
    assert found[0].startswith("Line 4, first_day: ")
    assert "2 authorized from 2027-03-01 to 2027-04-30, 2 committed" in found[0]


def test_an_officer_is_not_twice_on_one_day():
    found = refused(NEXT, NEXT.replace("2027-01-01", "2027-12-31").replace("2027-12-31,r", "2028-03-31,r"))
    assert found[0].startswith("Line 3, officer: The officer has another tour")


def test_an_operation_that_takes_nobody_refuses(operation):
    factories.terms(operation, "suspended", day("2027-02-01"))
    assert refused(NEXT)[0].startswith("Line 2, first_day: ")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (NEXT.replace("kim@", "nobody@"), "Line 2, officer: No officer has this e-mail address, or service and number"),
        (NOW.replace("Toronto:", "rcmp:"), "Line 2, officer: No officer has"),
        (NOW.replace("Toronto:A-2", "A-2"), "Line 2, officer: No officer has"),
        (NOW.replace("Toronto:A-2", ""), "Line 2, officer: No officer has"),
        (NEXT.replace("mali-adviser", "none"), "Line 2, posting: No posting has this reference: “none”."),
        (NEXT.replace("2027-01-01", "2028-01-01"), "Line 2, last_day: "),
        (NEXT.replace("2027-12-31", "2057-12-31"), "Line 2, last_day: "),
        (NEXT.replace("2027-01-01", "01.02.2027"), "Line 2, first_day: “01.02.2027” can be read in two ways."),
        (NEXT.replace("reserved", "deployed"), "Line 2, state: “deployed” is not one of: reserved, preparation"),
        (NEXT.replace("reserved", "in_mission"), "Line 2, first_day: The tour begins on"),
        (NEXT.replace("reserved", "ended"), "Line 2, last_day: The actual last day"),
    ],
)
def test_bad_cells_are_refused_at_their_line_and_column(line, sentence):
    assert refused(line)[0].startswith(sentence)


def test_only_an_approver_records_tours(editor, approver):
    assert refused(NEXT, by=editor) == ["Line 2, officer: Your role does not include this change."]
    assert run(NEXT, by=approver).changed == 1


def test_the_command(tmp_path, editor):
    path = tmp_path / "tours.csv"
    path.write_text(f"{HEADER}\n{NEXT}")
    out = StringIO()
    with pytest.raises(CommandError, match="Line 2, officer: Your role"):
        call_command("import_deployments", str(path), "--by", editor.email, stdout=out)
    call_command("import_deployments", str(path), stdout=out)
    assert Deployment.objects.get().posting.reference == "mali-adviser"


class TestClearance:
    """A live tour asks for requirements and assessments, as recording it by hand does; one that is over asks nothing."""

    TOUR = "ada@example.org,mali-adviser,2027-01-01,2027-12-31,"

    @pytest.fixture(autouse=True)
    def asks(self, posting, officers):
        posting.language_requirements.create(language="fr", reading=2, writing=2, speaking=2)
        posting.assessment_requirements.create(kind="interview")
        posting.assessment_requirements.create(kind="firearms")
        officers[0].assessments.create(kind="firearms", held_on=day("2026-01-01"), outcome="passed")
        officers[0].assessments.create(kind="medical", held_on=day("2026-01-01"), outcome="failed")

    @pytest.mark.parametrize("state", ["reserved", "preparation"])
    def test_all_that_is_found_is_named_with_the_line(self, officers, state):
        factories.deployment(factories.posting(), "2027-03-01", "2027-03-31", officer=officers[0], state="reserved")
        (told,) = refused(self.TOUR + state)
        assert told.startswith("Line 2, officer: The officer is not cleared:")
        for words in ("another tour", "Language: French", "Interview: None is on record", "Medical: Not passed"):
            assert words in told
        assert "Firearms" not in told

    def test_what_is_waived_or_over_is_not_asked(self, officers, posting, approver):
        for finding in ("language-fr", "assessment-interview", "assessment-medical"):
            waivers.waive(
                officers[0],
                by=approver,
                posting=posting,
                finding=finding,
                reason="Known",
                last_day=day("2027-01-01"),
                today=TODAY,
            )
        run(self.TOUR + "reserved", "kim@example.org,mali-adviser,2025-01-01,2025-12-31,closed")
        assert Deployment.objects.count() == 2

    def test_it_says_what_recording_by_hand_says(self, officers, posting):
        (told,) = refused(self.TOUR + "reserved")
        days = {"first_day": day("2027-01-01"), "last_day": day("2027-12-31")}
        with pytest.raises(Refusal) as by_hand:
            tours.record_tour(by=SYSTEM, officer=officers[0], posting=posting, state="reserved", today=TODAY, **days)
        assert told == f"Line 2, officer: {by_hand.value}"

    def test_many_lines_ask_no_more_questions_than_one(self, officers, django_assert_max_num_queries, posting):
        posting.assessment_requirements.all().delete()
        posting.language_requirements.all().delete()
        officers[0].assessments.all().delete()
        lines = [f"Toronto:B-{n},mali-adviser,{2027 + n}-01-01,{2027 + n}-12-31,reserved" for n in range(8)]
        for n in range(8):
            factories.officer(police_service=officers[0].police_service, service_number=f"B-{n}")
        with django_assert_max_num_queries(40):
            run(*lines)
