"""Before an officer submits: what is not met or not answered, where it is mended, a review, and one question."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.mail.outbox import readable
from core.models import OutboxMail
from deployments.domain import applications
from deployments.models import Application, ApplicationDocument, LanguageRequirement
from officers.models import LanguageRating, Officer
from tests import factories
from tests.factories import day
from tests.files import PDF

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


@pytest.fixture
def posting():
    posting = factories.opening(min_age=25, min_service_years=5)
    LanguageRequirement.objects.create(posting=posting, language="fr", reading=2, writing=2, speaking=2)
    return posting


@pytest.fixture
def officer():
    return factories.officer(has_convictions=False, has_open_investigations=False)


@pytest.fixture
def mine(client, officer):
    client.force_login(officer.user)
    return client


def draft(posting, officer, **more) -> Application:
    return factories.application(posting, officer=officer, **more)


def test_what_is_unmet_is_shown_before_the_first_save_with_the_field_that_mends_it(mine, posting, officer):
    page = mine.get(f"/en/openings/{posting.reference}/apply/").content.decode()
    assert page.count("Not answered") == 2 and "Not met" not in page
    assert "/en/my/profile/person/?next=" in page and "#id_birth_date" in page
    link = re.search(r'href="([^"]*languages/add/[^"]*)"', page)[1].replace("&amp;", "&")
    form = mine.get(link).content.decode()
    assert '<option value="fr" selected>' in form
    saved = mine.post(link, {"language": "fr", "reading": 1, "writing": 1, "speaking": 1})
    assert (saved.status_code, saved.url) == (302, f"/en/openings/{posting.reference}/apply/")
    page = mine.get(saved.url).content.decode()
    rating = LanguageRating.objects.get()
    assert page.count("Not answered") == 1 and page.count("Not met") == 1
    assert f"/en/my/profile/languages/{rating.pk}/" in page


def test_a_profile_page_leads_to_no_strange_site(mine):
    for strange in ("https://evil.test/", "//evil.test/", "javascript:alert(1)"):
        saved = mine.post(f"/en/my/profile/person/?next={strange}", {"birth_date": "1980-01-01", "gender": ""})
        assert saved.url == "/en/my/profile/"


def test_a_review_comes_before_submitting_and_asks_once_about_what_is_unmet(mine, posting, officer):
    typed = {"motivation": "I can help.", "review": "1", "document_kind": "cv", "document": upload("life.pdf")}
    answer = mine.post(f"/en/openings/{posting.reference}/apply/", typed)
    application = Application.objects.get()
    review = f"/en/my/applications/{application.pk}/review/"
    assert (answer.status_code, answer.url, application.state) == (302, review, "draft")
    page = mine.get(review).content.decode()
    assert "I can help." in page and "(CV, " in page and "life.pdf" in page
    assert "2 requirements are not met or not answered" in page
    submit = f"/en/my/applications/{application.pk}/submit/"
    asked = mine.post(submit)
    assert asked.status_code == 409 and "id_acknowledge_unmet" in asked.content.decode()
    said = mine.post(submit, headers=JSON)
    assert (said.status_code, said.json()["code"]) == (409, "unmet_requirements")
    assert sorted(said.json()["unmet"]) == ["age", "language-fr"]
    assert not OutboxMail.objects.exists()
    assert mine.post(submit, {"acknowledge_unmet": "yes"}).status_code == 302
    application.refresh_from_db()
    assert application.state == "submitted"
    assert mine.get(review).status_code == 302


def test_who_meets_everything_is_not_asked(mine, officer):
    application = draft(factories.opening(), officer)
    assert "acknowledge_unmet" not in mine.get(f"/en/my/applications/{application.pk}/review/").content.decode()
    assert mine.post(f"/en/my/applications/{application.pk}/submit/").status_code == 302


def test_another_officers_review_is_not_there(mine, posting):
    other = draft(posting, factories.officer())
    assert mine.get(f"/en/my/applications/{other.pk}/review/").status_code == 404


def test_documents_have_their_kind_and_no_other(mine, posting, officer):
    application = draft(posting, officer)
    page = f"/en/my/applications/{application.pk}/"
    typed = {"motivation": "Why", "save": "1"}
    assert mine.post(page, typed | {"document_kind": "poem", "document": upload("a.pdf")}).status_code == 400
    assert (
        mine.post(page, typed | {"document_kind": "supervisor_letter", "document": upload("a.pdf")}).status_code == 302
    )
    assert mine.post(page, typed | {"document": upload("b.pdf")}).status_code == 302
    assert sorted(ApplicationDocument.objects.values_list("kind", flat=True)) == ["other", "supervisor_letter"]
    coordinator = factories.coordinator(officer.police_service)
    Application.objects.filter(pk=application.pk).update(state="submitted", submitted_at=timezone.now())
    mine.force_login(coordinator)
    assert "Supervisor&#x27;s letter" in mine.get(f"/en/coordination/{application.pk}/").content.decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_words_of_the_desk_and_the_requirements_of_that_day_stay(client, settings, posting, officer, language):
    settings.STAFF_MFA_REQUIRED = False
    application = draft(posting, officer, state="endorsed")
    client.force_login(factories.staff("Selection officer"))
    typed = {"reason_code": "requirements", "reason": "Inside words", "is_told": "on", "words": "Try again in a year."}
    address = f"/admin/deployments/application/{application.pk}/screen-out/"
    assert client.post(address, typed).status_code == 302
    assert "Try again in a year." in OutboxMail.objects.get().text_body
    Officer.objects.filter(pk=officer.pk).update(birth_date=day("1980-01-01"))
    client.force_login(officer.user)
    page = client.get(f"/{language}/my/applications/{application.pk}/").content.decode()
    assert "Try again in a year." in page and "Inside words" not in page
    then = {"en": ("as they stood when it was decided", "no date of birth"), "fr": ("au moment de la décision", "Âge")}
    assert all(words in page for words in then[language])
    assert page.count({"en": "Not answered", "fr": "Sans réponse"}[language]) == 2


def test_a_decision_that_is_not_told_yet_shows_neither(client, posting, officer):
    application = draft(posting, officer, state="endorsed")
    desk = factories.staff("Selection officer")
    applications.screen_out(application, by=desk, reason="Inside", words="Not this year.", is_told=False)
    client.force_login(officer.user)
    page = client.get(f"/en/my/applications/{application.pk}/").content.decode()
    assert "Not this year." not in page and "when it was decided" not in page
    applications.notify(application, by=desk)
    assert "Not this year." in client.get(f"/en/my/applications/{application.pk}/").content.decode()


def test_sign_in_after_confirming_the_address_leads_back_to_the_opening(client, posting):
    service, opening = factories.service(), f"/en/openings/{posting.reference}/"
    typed = {"email": "new@example.org", "family_name": "Roy", "signup_service": service.pk}
    typed |= dict.fromkeys(["password1", "password2"], factories.PASSWORD) | {"next": opening}
    assert client.post("/en/accounts/signup/", typed).status_code == 302

    text = readable(OutboxMail.objects.get().text_body)
    link = re.search(r"http://[^/]+(/\S*confirm-email\S*)", text)[1]
    page = client.get(link).content.decode()
    hidden = re.search(r'name="next"[^>]*value="([^"]*)"', page)[1].replace("&amp;", "&")
    confirmed = client.post(link.partition("?")[0], {"next": hidden})
    assert confirmed.status_code == 302 and confirmed.url.startswith("/en/accounts/login/?next=")
    signed_in = client.post(
        confirmed.url, {"login": "new@example.org", "password": factories.PASSWORD, "next": opening}
    )
    assert (signed_in.status_code, signed_in.url) == (302, opening)
