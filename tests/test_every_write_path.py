"""Every write path meets the wall: each tries one officer, one place or one change too many, and leaves nothing behind.

A subject says what is too much of it, as a row that does not exist yet (``new``) and as a change of one that does
(``change``). A path is one small function that tries it. Paths of the domain, the desk and the imports speak of one
subject; those of the ORM and of SQL are tried with all of them.
"""

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.models import HistoryEntry
from core.refusals import Refusal
from deployments.domain import authority, postings, tours
from deployments.limits import audit, guards
from deployments.models import Deployment, Posting, Release
from missions.models import AuthorizedStrength, MissionTerms, Operation, OperationTerms
from tests import factories
from tests.deployments.test_guards_psql import psql
from tests.factories import day

TODAY = day("2026-11-24")
NOW = timezone.now()
BY_A_GUARD = r"portal: |one_per_day"
FULL = ("2027-01-01", "2027-12-31")
GUARDED = (
    Deployment,
    Release,
    AuthorizedStrength,
    OperationTerms,
    MissionTerms,
    Posting,
    Operation,
    HistoryEntry,
)


class World:
    """An operation with two authorized, two in one posting of two places through 2027, and a third after them.

    From 2030 on it is suspended; a fourth tour ends the day before.
    """

    def __init__(self) -> None:
        records = {"records_from": factories.START, "records_set_on": TODAY}
        self.operation = factories.operation(2, code="full", **records)
        self.posting = factories.posting(factories.mission(self.operation), places=2, reference="full-posting")
        self.tours = [factories.deployment(self.posting, *FULL, state="preparation") for _n in range(2)]
        self.later = factories.deployment(self.posting, "2028-01-01", "2028-12-31", state="preparation")
        factories.terms(self.operation, "suspended", day("2030-01-01"))
        self.last = factories.deployment(self.posting, "2029-07-01", "2029-12-31", state="preparation")
        self.cancelled = factories.deployment(self.posting, *FULL, state="cancelled")
        self.elsewhere = factories.deployment(factories.posting(), "2026-12-01", FULL[1], state="preparation")
        self.officer = factories.officer()
        self.stood_down = factories.deployment(factories.posting(status="stood_down"), *FULL, state="ended")
        self.unreleased = factories.officer(is_released=False)
        factories.release(self.unreleased, "2026-01-01", "2026-06-30")
        self.kept = factories.deployment(self.elsewhere.posting, *FULL, state="reserved", officer=self.unreleased)
        self.recorded = factories.deployment(
            self.elsewhere.posting, "2029-01-01", "2029-06-30", state="ended", officer=self.unreleased
        )
        self.short = factories.deployment(
            self.elsewhere.posting, "2026-03-01", "2026-06-30", state="preparation", officer=self.unreleased
        )
        self.home = factories.deployment(
            self.posting, "2026-01-01", "2026-10-31", state="ended", end_reason="curtailed"
        )
        back = factories.officer(is_released=False)
        factories.release(back, "2026-01-01", "2026-10-31")
        self.back = factories.deployment(
            self.elsewhere.posting, "2026-01-01", "2026-10-31", state="closed", end_reason="completed", officer=back
        )
        for _n in range(2):
            factories.deployment(self.posting, "2026-11-01", "2026-12-31", state="preparation")


@dataclass
class Subject:
    """What is too much: a row that would be new, and a change of ``existing``."""

    existing: models.Model
    change: dict
    new: models.Model | None = None

    @property
    def changed(self) -> models.Model:
        made = type(self.existing).objects.get(pk=self.existing.pk)
        for name, value in self.change.items():
            setattr(made, name, value)
        return made


def one_tour_more(world: World) -> Subject:
    days = {"first_day": day("2027-12-31"), "last_day": day("2028-06-30")}
    more = Deployment(officer=world.officer, posting=world.posting, state="reserved", changed_at=NOW, **days)
    return Subject(world.later, {"first_day": day("2027-12-31")}, more)


def a_tour_while_suspended(world: World) -> Subject:
    days = {"first_day": day("2030-01-01"), "last_day": day("2030-06-30")}
    more = Deployment(officer=world.officer, posting=world.posting, state="reserved", changed_at=NOW, **days)
    return Subject(world.last, {"last_day": day("2030-01-01")}, more)


def a_firm_tour_without_release(world: World) -> Subject:
    days = {"first_day": day("2028-01-01"), "last_day": day("2028-06-30")}
    more = Deployment(
        officer=world.unreleased, posting=world.elsewhere.posting, state="preparation", changed_at=NOW, **days
    )
    return Subject(world.kept, {"state": "preparation"}, more)


def a_tour_recorded_as_over_begins_without_release(world: World) -> Subject:
    """Recorded as over it occupies its days and is asked for no release: it is when it goes on, for all of them."""
    return Subject(world.recorded, {"state": "in_mission"})


def a_tour_recorded_as_over_says_that_it_was_firm(world: World) -> Subject:
    days = {"first_day": day("2028-01-01"), "last_day": day("2028-06-30"), "was_firm": True}
    more = Deployment(officer=world.unreleased, posting=world.elsewhere.posting, state="ended", changed_at=NOW, **days)
    return Subject(world.recorded, {"was_firm": True}, more)


def a_tour_recorded_as_over_begins_in_a_posting_that_takes_nobody(world: World) -> Subject:
    return Subject(world.stood_down, {"state": "in_mission"})


def a_release_that_grows(world: World) -> Subject:
    """A release is withdrawn, and never rewritten: so nobody covers days with it afterwards."""
    given = world.unreleased.releases.get()
    return Subject(given, {"last_day": day("2028-12-31")})


def a_number_below_commitment(world: World) -> Subject:
    lower = {"operation": world.operation, "effective_from": day("2027-06-01"), "maximum": 1, "instrument": "Order"}
    return Subject(world.operation.strengths.get(), {"maximum": 1}, AuthorizedStrength(**lower))


def terms_rewritten(world: World) -> Subject:
    suspended = world.operation.terms.get(status="suspended")
    same_day = {"operation": world.operation, "effective_from": suspended.effective_from, "status": "active"}
    return Subject(suspended, {"status": "active"}, OperationTerms(**same_day))


def places_below_commitment(world: World) -> Subject:
    return Subject(world.posting, {"places": 1})


def records_that_begin_later(world: World) -> Subject:
    return Subject(world.operation, {"records_from": day("2026-02-01")})


SUBJECTS = (
    one_tour_more,
    a_tour_while_suspended,
    a_firm_tour_without_release,
    a_tour_recorded_as_over_begins_without_release,
    a_tour_recorded_as_over_says_that_it_was_firm,
    a_tour_recorded_as_over_begins_in_a_posting_that_takes_nobody,
    a_release_that_grows,
    a_number_below_commitment,
    terms_rewritten,
    places_below_commitment,
    records_that_begin_later,
)
WITHOUT_A_NEW_ROW = (
    a_tour_recorded_as_over_begins_without_release,
    a_tour_recorded_as_over_begins_in_a_posting_that_takes_nobody,
    a_release_that_grows,
    places_below_commitment,
    records_that_begin_later,
)


# --- The ORM and SQL: tried with every subject -----------------------------------------------------------


def create(subject: Subject) -> None:
    columns = [field for field in subject.new._meta.concrete_fields if not field.primary_key]
    type(subject.new).objects.create(**{field.attname: getattr(subject.new, field.attname) for field in columns})


def save_a_new_row(subject: Subject) -> None:
    subject.new.save()


def bulk_create(subject: Subject) -> None:
    type(subject.new).objects.bulk_create([subject.new])


def load_a_new_row(subject: Subject) -> None:
    load(subject.new)


def insert(subject: Subject) -> None:
    execute(*inserted(subject.new))


def save_a_change(subject: Subject) -> None:
    subject.changed.save()


def update(subject: Subject) -> None:
    type(subject.existing).objects.filter(pk=subject.existing.pk).update(**subject.change)


def update_or_create(subject: Subject) -> None:
    type(subject.existing).objects.update_or_create(pk=subject.existing.pk, defaults=subject.change)


def bulk_update(subject: Subject) -> None:
    type(subject.existing).objects.bulk_update([subject.changed], list(subject.change))


def bulk_create_over_the_old_row(subject: Subject) -> None:
    type(subject.existing).objects.bulk_create(
        [subject.changed], update_conflicts=True, unique_fields=["id"], update_fields=list(subject.change)
    )


def load_a_change(subject: Subject) -> None:
    load(subject.changed)


def sql_update(subject: Subject) -> None:
    execute(*updated(subject))


def replace(subject: Subject) -> None:
    statement, values = inserted(subject.changed)
    if connection.vendor == "sqlite":
        execute(statement.replace("INSERT", "INSERT OR REPLACE"), values)
    else:
        changed = ", ".join(f"{name} = excluded.{name}" for name in subject.change)
        execute(f"{statement} ON CONFLICT (id) DO UPDATE SET {changed}", values)


NEW = (create, save_a_new_row, bulk_create, load_a_new_row, insert)
CHANGED = (
    save_a_change,
    update,
    update_or_create,
    bulk_update,
    bulk_create_over_the_old_row,
    load_a_change,
    sql_update,
    replace,
)


def load(record: models.Model) -> None:
    with file_of("fixture.json", serializers.serialize("json", [record])) as path:
        call_command("loaddata", path, verbosity=0)


@contextlib.contextmanager
def file_of(name: str, text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text)
        yield path


def execute(statement: str, values: list) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def inserted(record: models.Model) -> tuple[str, list]:
    fields = [field for field in record._meta.concrete_fields if getattr(record, field.attname) is not None]
    names = ", ".join(field.column for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(field.pre_save(record, True), connection) for field in fields]
    return f"INSERT INTO {record._meta.db_table} ({names}) VALUES ({marks})", values


def updated(subject: Subject) -> tuple[str, list]:
    names = ", ".join(f"{name} = %s" for name in subject.change)
    table = subject.existing._meta.db_table
    return f"UPDATE {table} SET {names} WHERE id = {subject.existing.pk}", list(subject.change.values())


# --- Doors, the desk and imports: each speaks of one subject ---------------------------------------------


def reserve(world: World, desk) -> None:
    tours.reserve(
        by=SYSTEM,
        officer=world.officer,
        posting=world.posting,
        first_day=day("2027-12-31"),
        last_day=day("2028-06-30"),
        today=TODAY,
    )


def record_a_tour(world: World, desk) -> None:
    tours.record_tour(
        by=SYSTEM,
        officer=world.officer,
        posting=world.posting,
        first_day=day(FULL[0]),
        last_day=day(FULL[1]),
        state="preparation",
        today=TODAY,
    )


def extend_into_a_suspension(world: World, desk) -> None:
    tours.extend(world.last, by=SYSTEM, last_day=day("2030-01-01"), reason="Asked for", today=TODAY)


def change_dates(world: World, desk) -> None:
    days = {"first_day": day("2027-12-31"), "last_day": day("2028-06-30")}
    tours.change_dates(world.later, by=SYSTEM, reason="Asked for", today=TODAY, **days)


def transfer(world: World, desk) -> None:
    days = {"first_day": day("2027-06-01"), "last_day": day("2027-12-31")}
    tours.transfer(world.elsewhere, by=SYSTEM, posting=world.posting, reason="Asked for", today=TODAY, **days)


def reinstate(world: World, desk) -> None:
    tours.reinstate(world.cancelled, by=SYSTEM, reason="Asked for", today=TODAY)


def reinstate_into_a_full_number(world: World, desk) -> None:
    tours.reinstate(world.home, by=SYSTEM, last_day=day("2026-11-01"), reason="A slip", today=TODAY)


def correct_the_last_day_into_a_full_number(world: World, desk) -> None:
    tours.correct_last_day(world.home, by=SYSTEM, last_day=day("2026-11-01"), reason="A slip", today=TODAY)


def reinstate_beyond_the_release(world: World, desk) -> None:
    tours.reinstate(world.back, by=SYSTEM, last_day=day("2026-11-01"), reason="A slip", today=TODAY)


def correct_the_last_day_beyond_the_release(world: World, desk) -> None:
    tours.correct_last_day(world.back, by=SYSTEM, last_day=day("2026-11-01"), reason="A slip", today=TODAY)


def prepare_without_release(world: World, desk) -> None:
    tours.prepare(world.kept, by=SYSTEM, today=TODAY)


def record_without_release(world: World, desk) -> None:
    days = {"first_day": day("2028-01-01"), "last_day": day("2028-06-30")}
    posting = world.elsewhere.posting
    tours.record_tour(by=SYSTEM, officer=world.unreleased, posting=posting, state="preparation", today=TODAY, **days)


def extend_beyond_the_release(world: World, desk) -> None:
    tours.extend(world.short, by=SYSTEM, last_day=day("2026-07-01"), reason="Asked for", today=TODAY)


def extend_beyond_the_release_at_the_desk(world: World, desk):
    typed = {"last_day": "2026-07-01", "reason": "Asked for"}
    return desk.post(f"/admin/deployments/deployment/{world.short.pk}/extend/", typed)


def lower_without_acknowledgement(world: World, desk) -> None:
    authority.set_strength(
        world.operation, by=SYSTEM, effective_from=day("2027-06-01"), maximum=1, instrument="Order", today=TODAY
    )


def raise_a_mission_above_its_operation(world: World, desk) -> None:
    authority.set_strength(
        world.posting.mission, by=SYSTEM, effective_from=day("2027-06-01"), maximum=3, instrument="Order", today=TODAY
    )


def withdraw_the_only_number(world: World, desk) -> None:
    authority.withdraw_strength(world.operation.strengths.get(), by=SYSTEM, reason="A slip", today=TODAY)


def lower_the_places(world: World, desk) -> None:
    postings.set_places(world.posting, by=SYSTEM, places=1, today=TODAY)


def reserve_at_the_desk(world: World, desk):
    days = {"first_day": "2027-12-31", "last_day": "2028-06-30"}
    officer = f"{world.officer.police_service.code}:{world.officer.service_number}"
    return desk.post(f"/admin/deployments/posting/{world.posting.pk}/reserve/", {"officer": officer, **days})


def extend_at_the_desk(world: World, desk):
    typed = {"last_day": "2030-01-01", "reason": "Asked for"}
    return desk.post(f"/admin/deployments/deployment/{world.last.pk}/extend/", typed)


def change_dates_at_the_desk(world: World, desk):
    typed = {"first_day": "2027-12-31", "last_day": "2028-06-30", "reason": "Asked for"}
    return desk.post(f"/admin/deployments/deployment/{world.later.pk}/change-dates/", typed)


def reinstate_at_the_desk(world: World, desk):
    return desk.post(f"/admin/deployments/deployment/{world.cancelled.pk}/reinstate/", {"reason": "Asked for"})


def put_right_at_the_desk(desk, tour: Deployment, verb: str):
    typed = {"last_day": "2026-11-01", "reason": "A slip"}
    return desk.post(f"/admin/deployments/deployment/{tour.pk}/{verb}/", typed)


def reinstate_into_a_full_number_at_the_desk(world: World, desk):
    return put_right_at_the_desk(desk, world.home, "reinstate")


def correct_the_last_day_into_a_full_number_at_the_desk(world: World, desk):
    return put_right_at_the_desk(desk, world.home, "correct-last-day")


def reinstate_beyond_the_release_at_the_desk(world: World, desk):
    return put_right_at_the_desk(desk, world.back, "reinstate")


def correct_the_last_day_beyond_the_release_at_the_desk(world: World, desk):
    return put_right_at_the_desk(desk, world.back, "correct-last-day")


def prepare_at_the_desk(world: World, desk):
    return desk.post(f"/admin/deployments/deployment/{world.kept.pk}/prepare/")


def lower_at_the_desk(world: World, desk):
    typed = {"effective_from": "2027-06-01", "maximum": "1", "instrument": "Order"}
    return desk.post(f"/admin/deployments/strength/operation-{world.operation.pk}/set/", typed)


def lower_the_places_at_the_desk(world: World, desk):
    return desk.post(f"/admin/deployments/posting/{world.posting.pk}/set-places/", {"places": "1"})


def add_a_tour_in_the_admin(world: World, desk):
    typed = {"officer": world.officer.pk, "posting": world.posting.pk, "first_day": FULL[0], "last_day": FULL[1]}
    return desk.post("/admin/deployments/deployment/add/", typed)


def change_a_tour_in_the_admin(world: World, desk):
    typed = {"first_day": FULL[0], "last_day": FULL[1], "state": "preparation"}
    return desk.post(f"/admin/deployments/deployment/{world.later.pk}/change/", typed)


def delete_tours_in_the_admin(world: World, desk):
    typed = {"action": "delete_selected", "_selected_action": [world.later.pk], "post": "yes"}
    return desk.post("/admin/deployments/deployment/", typed)


def import_a_tour(world: World, desk) -> None:
    officer = f"{world.officer.police_service.code}:{world.officer.service_number}"
    import_file("deployments", "officer,posting,first_day,last_day,state", f"{officer},full-posting,2027-12-31,2028-06-30,reserved")  # fmt: skip


def import_a_tour_without_release(world: World, desk) -> None:
    officer = f"{world.unreleased.police_service.code}:{world.unreleased.service_number}"
    row = f"{officer},{world.elsewhere.posting.reference},2028-01-01,2028-06-30,preparation"
    import_file("deployments", "officer,posting,first_day,last_day,state", row)


def import_a_lower_number(world: World, desk) -> None:
    header = "code,name_en,name_fr,countries,languages,armed,status,authorized,effective_from,instrument"
    import_file("operations", header, "full,,,,,,,1,2027-06-01,Order")


def import_file(kind: str, *lines: str) -> None:
    with file_of("list.csv", "\n".join(lines) + "\n") as path:
        call_command(f"import_{kind}", path)


DOORS = (
    reserve,
    record_a_tour,
    extend_into_a_suspension,
    change_dates,
    transfer,
    reinstate,
    reinstate_into_a_full_number,
    correct_the_last_day_into_a_full_number,
    reinstate_beyond_the_release,
    correct_the_last_day_beyond_the_release,
    prepare_without_release,
    record_without_release,
    extend_beyond_the_release,
    lower_without_acknowledgement,
    raise_a_mission_above_its_operation,
    withdraw_the_only_number,
    lower_the_places,
    import_a_tour,
    import_a_tour_without_release,
    import_a_lower_number,
)
DESK = (
    reserve_at_the_desk,
    extend_at_the_desk,
    change_dates_at_the_desk,
    reinstate_at_the_desk,
    reinstate_into_a_full_number_at_the_desk,
    correct_the_last_day_into_a_full_number_at_the_desk,
    reinstate_beyond_the_release_at_the_desk,
    correct_the_last_day_beyond_the_release_at_the_desk,
    prepare_at_the_desk,
    extend_beyond_the_release_at_the_desk,
    lower_at_the_desk,
    lower_the_places_at_the_desk,
    add_a_tour_in_the_admin,
    change_a_tour_in_the_admin,
    delete_tours_in_the_admin,
)


# --- The wall ---------------------------------------------------------------------------------------------


@pytest.fixture
def world(db) -> World:
    return World()


@pytest.fixture
def desk(client, settings, db):
    """The client of somebody who may do everything that the desk offers."""
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(factories.staff("Approver", "Selection officer", "Mission editor", is_superuser=True))
    return client


@pytest.fixture
def nothing_left_behind(world):
    """The guarded tables are the same before and after."""
    before = rows()
    yield
    assert rows() == before
    assert audit.breaches() == []


def rows() -> dict:
    return {model: list(model.objects.order_by("pk").values()) for model in GUARDED}


@pytest.mark.parametrize(
    ("subject", "path"),
    [(s, path) for s in SUBJECTS for path in NEW + CHANGED if path not in NEW or s not in WITHOUT_A_NEW_ROW],
)
def test_the_orm_and_sql_meet_the_wall(subject, path, world, nothing_left_behind):
    """A release, places below the commitment and the first day of the records are changes of a row that exists."""
    tried = subject(world)
    with pytest.raises(IntegrityError, match=BY_A_GUARD), transaction.atomic():
        path(tried)


@pytest.mark.parametrize("path", DOORS)
def test_doors_and_imports_meet_the_wall(path, world, desk, nothing_left_behind):
    with pytest.raises((Refusal, CommandError)):
        path(world, desk)


@pytest.mark.parametrize("path", DESK)
def test_the_desk_meets_the_wall(path, world, desk, nothing_left_behind):
    response = path(world, desk)
    assert response.status_code in ({200} if path is delete_tours_in_the_admin else {403, 409})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_shell_of_the_database_meets_the_wall(subject, world, nothing_left_behind):
    tried = subject(world)
    statements = [updated(tried), *([inserted(tried.new)] if tried.new else [])]
    for statement, values in statements:
        with pytest.raises((IntegrityError, sqlite3.IntegrityError), match=BY_A_GUARD):
            in_a_shell(statement, values)


def in_a_shell(statement: str, values: list) -> None:
    """Runs one statement in the database's own shell, with none of the portal's settings."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            done = psql(cursor.mogrify(statement, values).decode())
        if done.returncode:
            raise IntegrityError(done.stderr)
        return
    shell = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        shell.execute(statement.replace("%s", "?"), [str(v) if hasattr(v, "isoformat") else v for v in values])
    finally:
        shell.close()


@pytest.mark.parametrize("path", NEW + CHANGED)
def test_without_the_guards_a_firm_tour_goes_in_without_release_by_every_path(path, world):
    """The control: what refuses above is the guard, on each path."""
    guards.drop(connection)
    tried = a_firm_tour_without_release(world)
    path(tried)
    found = Deployment.objects.filter(officer=world.unreleased, state="preparation", last_day__gte=day("2027-01-01"))
    assert found.exists()
    assert any("no release" in each for each in audit.unreleased())


@pytest.mark.parametrize("path", CHANGED)
def test_without_the_guards_a_tour_recorded_as_over_begins_by_every_path(path, world):
    """The control of the three subjects above: its days are firm, and nobody released them."""
    guards.drop(connection)
    path(a_tour_recorded_as_over_begins_without_release(world))
    assert Deployment.objects.get(pk=world.recorded.pk).state == "in_mission"
    assert any("from 2029-01-01 on" in each for each in audit.unreleased())


PUT_RIGHT = (
    reinstate_into_a_full_number,
    correct_the_last_day_into_a_full_number,
    reinstate_beyond_the_release,
    correct_the_last_day_beyond_the_release,
)


@pytest.mark.parametrize("path", PUT_RIGHT)
def test_where_nothing_is_in_the_way_a_tour_that_was_over_gets_the_same_day(path, world, desk):
    """The control: with a higher number and a release the doors above let through what they refused."""
    factories.strength(world.operation, 9, day("2020-01-02"))
    Posting.objects.filter(pk=world.posting.pk).update(places=9)
    factories.release(world.back.officer, "2026-11-01", "2026-11-30")
    path(world, desk)
    assert Deployment.objects.filter(pk__in=[world.home.pk, world.back.pk], last_day=day("2026-11-01")).count() == 1
    assert audit.breaches() == [] and audit.unreleased() == []


REINSTATED = {"state": "in_mission", "last_day": day("2026-11-01"), "end_reason": ""}


@pytest.mark.parametrize("path", [save_a_change, update, bulk_update, sql_update, replace])
@pytest.mark.parametrize("which", ["home", "back"])
@pytest.mark.parametrize("has_guards", [True, False])
def test_the_guard_alone_keeps_a_tour_that_was_over_from_going_on(path, which, has_guards, world):
    """And, with the guards dropped, nothing does: what refuses is the guard."""
    if not has_guards:
        guards.drop(connection)
    tried = Subject(getattr(world, which), REINSTATED)
    outcome = pytest.raises(IntegrityError, match=BY_A_GUARD) if has_guards else contextlib.nullcontext()
    with outcome, transaction.atomic():
        path(tried)
    assert bool(audit.breaches() + audit.unreleased()) is not has_guards


def test_what_fits_goes_in_by_every_path_of_the_orm(world):
    """The table above would also hold if nothing at all could be written."""
    fits = {"first_day": day("2028-01-01"), "last_day": day("2028-06-30")}
    tours_before = Deployment.objects.count()
    for path in NEW:
        more = Deployment(officer=factories.officer(), posting=world.posting, state="reserved", changed_at=NOW, **fits)
        path(Subject(world.later, {}, more))
        Deployment.objects.filter(officer=more.officer).update(state="cancelled")
    assert Deployment.objects.count() == tours_before + len(NEW)
    for path in CHANGED[:4] + CHANGED[5:7]:
        path(Subject(world.later, {"last_day": day("2028-11-30")}))
        assert Deployment.objects.get(pk=world.later.pk).last_day == day("2028-11-30")
    assert Operation.objects.filter(strengths__maximum=2).count() == 1
