"""From an empty portal to a full one with lists alone, in the order of docs/moving-in.md; and each list again."""

import pytest
from django.conf import settings

from core.actors import SYSTEM
from core.refusals import NotPermitted
from deployments.domain.authority.records_day import set_records_day
from deployments.imports import IMPORTS, run_import
from deployments.imports.jobs import begin_job, confirm, work_on_jobs
from deployments.imports.kept import keep
from deployments.limits import audit
from deployments.models import Application, Assessment, Deployment, ImportJob, Posting, Release
from missions.models import Mission, Operation
from officers.models import LanguageRating, Officer, PoliceService, QualificationGrant
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
EXAMPLES = settings.BASE_DIR / "docs" / "examples"
TODAY = day("2026-11-24")


def bring(kind: str, data: bytes | None = None, **options):
    data = (EXAMPLES / f"{kind}.csv").read_bytes() if data is None else data
    return run_import(IMPORTS[kind], data, by=SYSTEM, file_name=f"{kind}.csv", today=TODAY, **options)


def move_in() -> None:
    for kind in IMPORTS:
        if kind == "deployments":
            haiti = Operation.objects.get(code="haiti")
            set_records_day(haiti, by=SYSTEM, records_from=day("2020-01-01"), reason="Moving in", today=TODAY)
        assert bring(kind).changed > 0, kind


def test_an_empty_portal_is_filled_with_the_examples_and_a_second_time_nothing_changes():
    move_in()
    counts = [model.objects.count() for model in (PoliceService, Operation, Mission, Posting, Officer, Deployment)]
    assert counts == [3, 2, 2, 3, 4, 4]
    about_people = (Application, Assessment, Release, LanguageRating, QualificationGrant)
    assert [model.objects.count() for model in about_people] == [3, 4, 1, 7, 4]
    assert audit.breaches() == []
    for kind in IMPORTS:
        again = bring(kind)
        assert (again.changed, again.unchanged) == (0, len(again.lines)), kind


def test_services_by_name_in_either_language_by_code_and_by_an_old_name():
    bring("programmes")
    bring("services")
    named = ("Toronto Police Service", "Service de police de Toronto", "TORONTO", "Metro Toronto Police")
    lines = "".join(f"a{n}@example.org,Ada,Roy,{name},{n:05}\n" for n, name in enumerate(named))
    bring("officers", f"email,given_name,family_name,police_service,service_number\n{lines}".encode())
    assert set(Officer.objects.values_list("police_service__code", flat=True)) == {"toronto"}
    assert Officer.objects.filter(service_number="00002").exists()


def test_each_kind_needs_the_permission_of_the_desk(editor, auditor):
    bring("programmes")
    with pytest.raises(NotPermitted):
        run_import(IMPORTS["organizations"], b"", by=auditor, file_name="x.csv")
    data = (EXAMPLES / "organizations.csv").read_bytes()
    assert run_import(IMPORTS["organizations"], data, by=editor, file_name="x.csv").changed
    with pytest.raises(NotPermitted):
        run_import(IMPORTS["postings"], data, by=editor, file_name="x.csv")


def test_one_wrong_row_is_left_aside_by_choice():
    bring("programmes")
    bring("services")
    head = "email,given_name,family_name,police_service,service_number\n"
    rows = [f"a{n}@example.org,Ada,Roy,toronto,{n}" for n in range(20)]
    rows[7] = rows[7].replace("toronto", "torronto")
    report = bring("officers", (head + "\n".join(rows)).encode(), partial=True)
    assert (report.changed, [problem.line for problem in report.problems]) == (19, [9])
    assert "Nearest: “toronto”" in str(report.problems[0])
    assert [row.line for row in report.wrong] == [9]


def job_of(rows: int, by) -> ImportJob:
    head = "email,given_name,family_name,police_service,service_number\n"
    lines = "\n".join(f"a{n}@example.org,Ada,Roy,toronto,{n}" for n in range(rows))
    order = {"name": keep((head + lines).encode()), "file_name": "long.csv", "answers": {}, "partial": False}
    return begin_job(IMPORTS["officers"], order | {"acknowledge_lowering": False}, by=by, total=rows)


def test_a_long_list_is_checked_then_imported_in_slices_and_told_by_mail(editor):
    bring("services")
    job = job_of(300, editor)
    work_on_jobs()
    job.refresh_from_db()
    assert (job.state, job.changed, Officer.objects.count()) == ("ready", 300, 0)
    assert confirm(job, by=editor)
    work_on_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.changed, Officer.objects.count()) == ("done", 300, 300, 300)


def test_a_list_that_was_stopped_goes_on_where_it_was_and_doubles_nothing(editor):
    bring("services")
    job = job_of(300, editor)
    work_on_jobs()
    confirm(job, by=editor)
    asked = iter([False, False, True])
    work_on_jobs(lambda: next(asked, True))
    job.refresh_from_db()
    assert 0 < job.done < 300
    assert Officer.objects.count() == job.done
    work_on_jobs()
    job.refresh_from_db()
    assert (job.state, Officer.objects.count()) == ("done", 300)


def test_a_tour_that_moved_on_is_recorded_already():
    move_in()
    tour = Deployment.objects.get(state="reserved")
    tour.officer.police_service.needs_release = False
    tour.officer.police_service.save()
    Deployment.objects.filter(pk=tour.pk).update(state="preparation", hold_until=None)
    notes = [line.note for line in bring("deployments").lines]
    assert "Recorded already, now: Pre-deployment." in notes


def test_a_preview_of_two_thousand_operations_writes_nothing():
    factories.programme()
    rows = "".join(f"op-{n},Operation {n},Opération {n},ML,fr,yes,active,5,2027-01-01,Order\n" for n in range(2_000))
    head = "code,name_en,name_fr,countries,languages,armed,status,authorized,effective_from,instrument\n"
    assert bring("operations", (head + rows).encode(), dry_run=True).created == 2_000
    assert not Operation.objects.exists()
