"""What is added by hand is a draft; publishing names what is missing, and unpublishing what stands in its way."""

import pytest
from django.urls import reverse

from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain import postings
from deployments.domain.publication import missing, publish, unpublish
from deployments.models import Posting
from missions.models import Mission, Operation
from tests import factories

pytestmark = pytest.mark.django_db
TEXTS = {"summary_en": "Advice to the police.", "summary_fr": "Conseils à la police."}


@pytest.fixture
def draft() -> Operation:
    return factories.operation(5, is_published=False, **TEXTS)


def test_a_complete_draft_is_published_and_read_by_the_public(client, editor, draft):
    url = f"/en/operations/{draft.code}/"
    assert client.get(url).status_code == 404
    publish(draft, by=editor)
    assert client.get(url).status_code == 200
    assert history_of(draft).first().verb == "publish"


def test_everything_that_is_missing_is_named_together(editor):
    draft = Operation.objects.create(
        code="new", name_en="New", name_fr="Nouvelle", is_published=False, programme=factories.programme()
    )
    assert len(missing(draft)) == 3
    with pytest.raises(Refusal) as refused:
        publish(draft, by=editor)
    assert refused.value.code == "incomplete"
    for word in ("summary", "terms", "authorized number"):
        assert word in str(refused.value)
    draft.refresh_from_db()
    assert not draft.is_published


def test_a_specialized_posting_needs_no_number(editor):
    draft = factories.operation(None, category="specialized_posting", is_published=False, **TEXTS)
    assert publish(draft, by=editor).is_published


def test_a_mission_waits_for_its_operation(editor, draft):
    mission = factories.mission(draft, is_published=False, **TEXTS)
    with pytest.raises(Refusal, match="its operation"):
        publish(mission, by=editor)
    publish(draft, by=editor)
    assert publish(Mission.objects.get(pk=mission.pk), by=editor).is_published


def test_unpublishing_needs_a_reason_and_nobody_there(editor):
    operation = factories.operation(5)
    with pytest.raises(Refusal, match="reason"):
        unpublish(operation, by=editor, reason=" ")
    posting = factories.posting(factories.mission(operation))
    tour = factories.deployment(posting, "2027-01-01", "2027-06-30")
    for record in (operation, posting.mission):
        with pytest.raises(Refusal) as refused:
            unpublish(record, by=editor, reason="Wrong page")
        assert refused.value.code == "in_use"
    type(tour).objects.filter(pk=tour.pk).update(state="cancelled")
    assert not unpublish(operation, by=editor, reason="Wrong page").is_published


def test_a_draft_application_holds_nothing_back_and_a_submitted_one_does(editor):
    posting = factories.opening()
    application = factories.application(posting, state="draft")
    operation = posting.mission.operation
    unpublish(operation, by=editor, reason="Wrong page")
    type(application).objects.filter(pk=application.pk).update(state="submitted")
    type(operation).objects.filter(pk=operation.pk).update(is_published=True)
    with pytest.raises(Refusal):
        unpublish(operation, by=editor, reason="Wrong page")


def test_only_mission_editors_publish(approver, auditor, selection_officer, draft):
    for other in (approver, auditor, selection_officer):
        with pytest.raises(NotPermitted):
            publish(draft, by=other)


class TestPages:
    def test_an_operation_added_at_the_desk_is_a_draft_with_a_preview(self, client, editor):
        client.force_login(editor)
        typed = {"code": "sahel", "category": "current_operation", "position": "0", "name_en": "Sahel",
                 "name_fr": "Sahel", "programme": factories.programme().pk, **TEXTS}  # fmt: skip
        answer = client.post(reverse("admin:missions_operation_add"), typed, follow=True)
        operation = Operation.objects.get(code="sahel")
        assert not operation.is_published, answer.content
        assert client.get("/en/operations/sahel/").status_code == 404
        page = client.get(reverse("admin:missions_operation_change", args=[operation.pk])).content.decode()
        assert "an authorized number" in page
        assert "viewsitelink" not in page, "the public page is not found yet"
        published = factories.operation(5, **TEXTS)
        assert (
            "viewsitelink"
            in client.get(reverse("admin:missions_operation_change", args=[published.pk])).content.decode()
        )
        preview = client.get(f"/admin/deployments/operation/{operation.pk}/preview/")
        assert preview.status_code == 200
        assert "A draft" in preview.content.decode()

    def test_a_refused_publication_says_why_as_json_too(self, client, editor):
        draft = factories.operation(None, is_published=False)
        client.force_login(editor)
        answer = client.post(
            f"/admin/deployments/operation/{draft.pk}/publish/", {}, headers={"accept": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "incomplete")

    def test_the_act_publishes(self, client, editor, draft):
        client.force_login(editor)
        assert client.post(f"/admin/deployments/operation/{draft.pk}/publish/", {}).status_code == 302
        draft.refresh_from_db()
        assert draft.is_published

    def test_a_preview_is_for_the_desk(self, client, draft):
        assert client.get(f"/admin/deployments/operation/{draft.pk}/preview/").status_code == 302
        client.force_login(factories.user())
        assert client.get(f"/admin/deployments/operation/{draft.pk}/preview/").status_code in (302, 403)


class TestPostings:
    @pytest.fixture
    def posting(self):
        hidden = factories.operation(5, is_published=False)
        mission = factories.mission(hidden, is_published=False)
        return factories.opening(mission, status="draft", title_en="Range instructor", title_fr="Instruction de tir")

    def test_a_draft_is_previewed_and_opened_once_its_mission_is_published(self, client, posting, selection_officer):
        client.force_login(selection_officer)
        page = client.get(reverse("admin:deployments_posting_change", args=[posting.pk])).content.decode()
        assert "its mission, which is not published" in page and "its operation, which is not published" in page
        preview = f"/admin/deployments/posting/{posting.pk}/preview/"
        assert preview in page
        shown = client.get(preview).content.decode()
        assert "A draft: the public" in shown and "Range instructor" in shown and "Nobody can apply yet" in shown
        for closes_at in (None, posting.closes_at):
            Posting.objects.filter(pk=posting.pk).update(closes_at=closes_at)
            page = client.get(preview).content.decode()
            assert "<h1>Range instructor</h1>" in page, "a draft has no state of an opening yet"
        address = f"/admin/deployments/posting/{posting.pk}/open/"
        asked = client.get(address).content.decode()
        assert "Still missing: its mission, which is not published" in asked
        answer = client.post(address, {}, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (409, "incomplete")
        Mission.objects.update(is_published=True)
        Operation.objects.update(is_published=True)
        page = client.get(reverse("admin:deployments_posting_change", args=[posting.pk])).content.decode()
        assert "Nothing is missing" in page
        assert client.post(address, {}).status_code == 302
        assert client.get("/en/openings/" + posting.reference + "/").status_code == 200
        assert "A draft" not in client.get(preview).content.decode()

    def test_a_posting_without_closing_day_is_previewed_too(self, client, posting, editor):
        type(posting).objects.update(closes_at=None, opens_at=None)
        client.force_login(factories.staff("Mission editor", language="fr"))
        shown = client.get(f"/admin/deployments/posting/{posting.pk}/preview/")
        assert shown.status_code == 200 and "Instruction de tir" in shown.content.decode()
        client.force_login(factories.user())
        assert client.get(f"/admin/deployments/posting/{posting.pk}/preview/").status_code in (302, 403)

    def test_a_stood_down_posting_is_reopened_only_where_its_mission_is_published(self, posting, selection_officer):
        type(posting).objects.update(status="stood_down")
        with pytest.raises(Refusal, match="which is not published"):
            postings.reopen_posting(posting, by=selection_officer, reason="Funds again")


def test_what_is_in_use_has_no_button_that_takes_it_off_the_public_pages(client, editor, selection_officer):
    posting = factories.posting()
    mission = posting.mission
    pages = {
        "operation": reverse("admin:missions_operation_change", args=[mission.operation_id]),
        "mission": reverse("admin:missions_mission_change", args=[mission.pk]),
        "posting": reverse("admin:deployments_posting_change", args=[posting.pk]),
    }

    def buttons() -> list[bool]:
        found = []
        for kind, page in pages.items():
            client.force_login(selection_officer if kind == "posting" else editor)
            found.append("/unpublish/" in client.get(page).content.decode())
        return found

    assert buttons() == [True] * 3
    factories.application(posting, state="submitted")
    assert buttons() == [False] * 3
