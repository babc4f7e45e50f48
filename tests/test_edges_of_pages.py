"""What the public's pages, the history and the desk's pages show on the days around an edge, and what they leave out."""

import datetime
import itertools
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from core.admin.outbox import OutboxMailAdmin
from core.desk.site import desk_site
from core.history.acts import history_of, record_act
from core.history.story import (
    FieldChange,
    HistoryEvent,
    Vocabulary,
    changes_between,
    details_of,
    fold_views,
    history_events,
    latest_version,
)
from core.models import HistoryEntry, OutboxMail
from core.pages.as_of import as_of, two_days
from deployments.admin.applications import ApplicationAdmin
from deployments.admin.roll_call import counts_of
from deployments.models import Application, ApplicationDocument, Leave, Posting, RollCallMark
from missions import comparison
from missions.timeline import latest_change, lives, steps
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)


class TestOpenings:
    def test_the_feed_has_those_that_take_applications_and_the_latest_changed_first(self, client):
        made = [factories.opening(title_en=f"Role {n}", title_fr=f"Rôle {n}") for n in range(3)]
        factories.opening(title_en="Role of old", closes="2020-01-01", opens_at=timezone.now() - 9000 * DAY)
        for ago, each in zip((5, 1, 9), made, strict=True):
            Posting.objects.filter(pk=each.pk).update(changed_at=timezone.now() - ago * DAY)
        feed = client.get("/en/openings.atom?state=all").content.decode()
        assert "Role of old" in client.get("/en/openings/?state=all").content.decode()
        assert "Role of old" not in feed
        assert feed.index("Role 1") < feed.index("Role 0") < feed.index("Role 2")

    def test_where_terms_take_nobody_the_file_names_no_places(self, client):
        opening = factories.opening(factories.mission(factories.operation(7)), places=3)
        factories.terms(opening.mission.operation, "suspended", TODAY)
        (row,) = client.get("/en/openings.csv?state=all").content.decode("utf-8-sig").splitlines()[1:]
        assert row.split(",")[5:7] == ["On hold with its operation", ""]

    @pytest.mark.parametrize("whose", ["mission", "operation"])
    def test_a_country_is_that_of_the_mission_or_of_its_operation(self, client, whose):
        opening = factories.opening(title_en="Trainer in Mali")
        country = factories.country("ML")
        if whose == "mission":
            opening.mission.host_countries.add(country)
        else:
            opening.mission.operation.countries.add(country)
        assert "Trainer in Mali" in client.get("/en/openings/?country=ML").content.decode()

    def test_one_that_closes_on_the_day_asked_for_is_listed_and_every_word_is_sought(self, client):
        factories.opening(title_en="Adviser on gender", title_fr="Conseil en genre", closes="2027-02-28")
        for query, is_listed in (
            ("closing_before=2027-02-28", True), ("closing_before=2027-02-27", False),
            ("q=adviser+gender", True), ("q=adviser+conseil", False),
        ):  # fmt: skip
            assert ("Adviser on gender" in client.get(f"/en/openings/?{query}").content.decode()) is is_listed


class TestDays:
    def test_a_change_between_two_days_is_after_the_first_and_until_the_second(self):
        operation = factories.operation(5, since=day("2020-01-01"))
        factories.strength(operation, 9, day("2021-01-01"))
        for first, second, count in (
            ("2020-01-01", "2020-12-31", 0), ("2020-01-01", "2021-01-01", 1), ("2021-01-01", "2021-06-01", 0),
        ):  # fmt: skip
            (found,) = comparison.compare(day(first), day(second))
            assert len(found.numbers) == count
            assert found.kind == ("up" if count else "same")
        (found,) = comparison.compare(day("2021-01-01"), day("2021-06-01"))
        assert not found.is_changed

    def test_a_mission_that_ended_is_a_change(self):
        mission = factories.mission(factories.operation(5, since=day("2020-01-01")))
        factories.terms(mission, "active", day("2020-01-01"))
        factories.terms(mission, "closed", day("2021-01-01"))
        (found,) = comparison.compare(day("2020-06-01"), day("2021-06-01"))
        assert (found.kind, found.is_changed, [each.pk for each in found.ended]) == ("same", True, [mission.pk])

    def test_a_closed_mission_lasted_to_the_day_before(self):
        fields = {"name": "M", "acronym": "M", "ends": None, "status": "closed", "starts_on": None}
        mission = SimpleNamespace(**fields, terms_from=day("2020-01-01"), status_from=day("2021-01-01"))
        at_once = SimpleNamespace(**fields, terms_from=day("2021-01-01"), status_from=day("2021-01-01"))
        assert [each.last for each in lives([mission, at_once])] == [day("2020-12-31"), day("2021-01-01")]

    def test_a_page_changed_today_says_today(self):
        made = [SimpleNamespace(changed_at=timezone.now()), SimpleNamespace(changed_at=timezone.now() + DAY)]
        assert latest_change(made, (), until=TODAY) == TODAY

    def test_a_mission_is_the_publics_once_it_and_its_operation_are_published(self, client):
        for mission_too, operation_too in ((True, True), (True, False), (False, True)):
            operation = factories.operation(5, is_published=operation_too)
            mission = factories.mission(operation, is_published=mission_too)
            answer = client.get(f"/en/missions/{mission.code}/")
            assert (answer.status_code == 200) is (mission_too and operation_too)

    def test_a_mission_of_a_draft_operation_is_a_draft_to_the_desk(self, client, auditor):
        client.force_login(auditor)
        for mission_too, operation_too in ((True, True), (True, False), (False, True)):
            operation = factories.operation(5, is_published=operation_too)
            mission = factories.mission(operation, is_published=mission_too)
            shown = client.get(reverse("preview", args=["mission", mission.pk])).context
            assert shown["is_draft"] is not (mission_too and operation_too)

    def test_who_is_deployed_is_counted_today_and_numbers_begin_with_their_first_day(self, client, settings):
        settings.PUBLIC_SHOWS_DEPLOYED = True
        operation = factories.operation(10, since=day("2020-01-01"))
        for on, facts, is_before in (("2026-11-24", 1, False), ("2026-11-25", 0, False), ("2020-01-01", 1, False)):
            shown = client.get(f"/en/operations/{operation.code}/?on={on}").context
            assert (len(shown["facts"]), shown["is_before_numbers"]) == (facts, is_before)

    def test_a_withdrawn_number_is_not_drawn(self):
        held = factories.strength(factories.operation(None), 5, day("2020-01-01"))
        withdrawn = SimpleNamespace(effective_from=day("2021-01-01"), maximum=9, withdrawn_at=timezone.now())
        assert steps([SimpleNamespace(version=withdrawn), SimpleNamespace(version=held)]) == [(day("2020-01-01"), 5)]

    def test_a_page_is_asked_for_a_day_of_1900_to_2199(self):
        for asked, status in {"1899-12-31": 400, "1900-01-01": 200, "2199-12-31": 200, "2200-01-01": 400}.items():
            assert as_of(RequestFactory().get("/", {"on": asked})).status == status

    def test_the_year_before_a_leap_day(self):
        found = {}
        for asked in ("2028-02-29", "2027-03-01", "1900-05-01"):
            _form, found[asked] = two_days(RequestFactory().get("/", {"on": asked}))
        assert found == {
            "2028-02-29": [day("2027-02-28"), day("2028-02-29")],
            "2027-03-01": [day("2026-03-01"), day("2027-03-01")],
            "1900-05-01": [day("1900-05-01")] * 2,
        }


class TestHistory:
    def test_what_an_act_keeps_is_plain_text(self):
        operation = factories.operation()
        record_act(operation, "change", by=factories.staff(), note="one\x00two", more=["a\x07b", {"c": "d\x00"}])
        kept = history_of(operation).get().detail
        assert kept == {"note": "onetwo", "more": ["ab", {"c": "d"}]}

    def test_events_come_latest_first_and_an_edit_moves_the_version(self):
        operation = factories.operation()
        before = latest_version(operation)
        operation.position = 7
        operation.save()
        assert int(latest_version(operation)) > int(before)
        record_act(operation, "change", by=factories.staff())
        moments = [event[0] for event in history_events(operation)]
        assert len(moments) == 3 and moments == sorted(moments, reverse=True)

    def test_where_there_was_nothing_a_change_names_only_what_is_there_now(self):
        posting = factories.posting()
        for age in (30, 40):
            posting.min_age = age
            posting.save()
        versions = list(posting.history.order_by("history_id"))
        found = [changes_between(after, before) for before, after in itertools.pairwise(versions)]
        assert found == [[FieldChange("Lowest age", "", "30")], [FieldChange("Lowest age", "30", "40")]]
        act = HistoryEntry(detail={"a": "alone", "b": 2, "b_was": 3, "c": "same", "c_was": "same"})
        assert details_of(act, Vocabulary(details={name: name.upper() for name in "abc"})) == [
            FieldChange("A", "", "alone"), FieldChange("B", "3", "2"), FieldChange("C", "", "same"),
        ]  # fmt: skip

    def test_whoever_reads_the_list_of_acts_leaves_a_line_with_the_own_account(self, client, auditor):
        client.force_login(auditor)
        address = reverse("admin:core_historyentry_changelist")
        for query, file in (("", ""), ("?format=csv", "csv")):
            assert client.get(f"{address}{query}").status_code == 200
            view = history_of(auditor).filter(verb="view").order_by("pk").last()
            assert view.detail == {"list": "historyentry", "format": file}

    def test_views_of_one_person_on_one_day_are_folded_and_nothing_else(self):
        now = timezone.now()
        looks = [
            ("Ana", 0, True),
            ("Ana", 0, True),
            ("Ana", 2, True),
            ("Bo", 2, True),
            ("Bo", 2, False),
            ("Bo", 2, False),
        ]
        events = [HistoryEvent(now - n * DAY, who, "t", is_view=is_view) for who, n, is_view in looks]
        assert [(each.who, each.times) for each in fold_views(events)] == [
            ("Ana", 2), ("Ana", 1), ("Bo", 1), ("Bo", 1), ("Bo", 1),
        ]  # fmt: skip

    def test_only_an_administrator_tries_a_mail_again_and_a_secret_is_not_read(self):
        desk = OutboxMailAdmin(OutboxMail, desk_site)
        for role, may in (("Auditor", False), ("Administrator", True)):
            request = RequestFactory().get("/")
            request.user = factories.staff(role)
            assert desk.has_view_permission(request)
            assert desk.has_retry_permission(request) is may
        assert desk.text(OutboxMail(text_body="A secret link", confidential=True)) != "A secret link"
        assert desk.text(OutboxMail(text_body="A plain word", confidential=False)) == "A plain word"


class TestDesk:
    def roll(self, client, operation) -> list:
        return client.get(f"/admin/deployments/operation/{operation.pk}/roll-call/").context["roll"]

    def test_leave_and_overdue_by_the_day(self, client, auditor):
        client.force_login(auditor)
        for last, first_of_leave, last_of_leave, overdue, on_leave in (
            (0, -5, -1, False, False), (0, -5, 0, False, True), (5, 0, 3, False, True), (5, 1, 3, False, False),
            (-1, -9, -5, True, False),
        ):  # fmt: skip
            tour = factories.deployment(
                factories.posting(), (TODAY - 90 * DAY).isoformat(), (TODAY + last * DAY).isoformat()
            )
            days = {"first_day": TODAY + first_of_leave * DAY, "last_day": TODAY + last_of_leave * DAY}
            Leave.objects.create(deployment=tour, **days)
            (found,) = self.roll(client, tour.posting.mission.operation)
            assert (found.is_overdue, found.leave is not None) == (overdue, on_leave)

    def test_whose_telephone_was_shown_is_logged(self, client, auditor):
        client.force_login(auditor)
        for telephone, count in (("", 0), ("+1 613 555 0100", 1)):
            officer = factories.officer(telephone=telephone)
            tour = factories.deployment(factories.posting(), "2026-01-01", "2027-01-01", officer=officer)
            self.roll(client, tour.posting.mission.operation)
            assert history_of(tour).filter(verb="view").count() == count

    def test_who_is_not_marked_is_counted(self):
        marks = [RollCallMark(status="safe"), RollCallMark(status="safe")]
        assert sum(count for _label, count in counts_of(marks, 5)) == 5
        assert counts_of(marks, 5)[-1][1] == 3

    def test_a_document_is_for_who_reads_the_application_and_of_no_draft(self):
        desk = ApplicationAdmin(Application, desk_site)
        made = {state: factories.application(state=state) for state in ("draft", "endorsed")}
        documents = {
            state: ApplicationDocument.objects.create(
                application=each, name="cv.pdf", size=1, sha256="0" * 64, file="x"
            )
            for state, each in made.items()
        }
        request = RequestFactory().get("/")
        request.user = factories.staff("Administrator")
        with pytest.raises(PermissionDenied):
            desk.document_view(request, made["endorsed"].pk, documents["endorsed"].pk)
        request.user = factories.staff("Selection officer")
        for pk, document in ((made["draft"].pk, documents["draft"].pk), (made["endorsed"].pk, documents["draft"].pk)):
            with pytest.raises(Http404):
                desk.document_view(request, pk, document)

    def test_where_every_one_is_refused_it_is_a_conflict(self, client, selection_officer):
        opening = factories.opening()
        nominated, draft = (factories.application(opening, state=state) for state in ("nominated", "draft"))
        client.force_login(selection_officer)
        url, asked = (
            f"/admin/deployments/posting/{opening.pk}/bulk/",
            {"act": "screen-in", "application": [nominated.pk]},
        )
        assert client.post(url, asked).status_code == 409
        answer = client.post(url, asked | {"application": [draft.pk]})
        assert (answer.status_code, answer.url) == (302, reverse("pipeline", args=[opening.pk]))  # nobody is chosen
        assert Application.objects.get(pk=draft.pk).state == "draft"
