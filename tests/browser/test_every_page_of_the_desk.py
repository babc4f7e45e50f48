"""Pages of the desk found from its own registers, so that a new one is tested as well: lists, forms, acts, imports.

``test_desk.py`` goes through the main ones in every combination, and through the work that people do with them.
"""

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db.models import Model
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.desk.model_admin import DeskAdmin
from deployments.imports import IMPORTS
from missions.models import Country
from officers.models import User
from tests import factories
from tests.browser import IN_PROVE

ROLES = ("Approver", "Mission editor", "Selection officer", "Administrator", "Auditor")
# Everybody's suite looks at the longer words in the narrower window; `make prove` at every combination.
KINDS = [
    ("fr", 390),
    *(pytest.param(*kind, marks=IN_PROVE) for kind in (("fr", 1280), ("en", 390), ("en", 1280))),
]


@pytest.fixture(autouse=True)
def portal(transactional_db, settings, monkeypatch) -> None:
    """The first data set.

    Lists are cut short and of the countries only those in use stay: the rules take long over a thousand boxes and lines,
    and say the same of ten (``test_desk.py`` has them all).
    """
    settings.STAFF_MFA_REQUIRED = False
    call_command("load_first_data", verbosity=0)
    monkeypatch.setattr(DeskAdmin, "list_per_page", 10)
    Country.objects.filter(operations=None, missions_hosted=None, missions_about=None).delete()


@pytest.fixture
def people(portal) -> None:
    """The demonstration people, so that every list has something."""
    call_command("load_demo", verbosity=0)


def record_pages(person: User) -> list[str]:
    """Of each kind of record: its list, the page of one, and the form for a new one, where the roles reach them."""
    request = RequestFactory().get("/admin/")
    request.user = person
    found = []
    for model, desk in admin.site._registry.items():
        names = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if desk.has_view_permission(request):
            found.append(reverse(f"{names}changelist"))
            found += [reverse(f"{names}change", args=[one.pk]) for one in some(model)]
        if desk.has_add_permission(request):
            found.append(reverse(f"{names}add"))
    return found


def some(model: type[Model]) -> list[Model]:
    """One record, where there is any."""
    return list(model._default_manager.order_by("pk")[:1])


def act_pages() -> list[str]:
    """One act for each form and kind of record, asking."""
    one_for_each_form = {(act.model, act.form): act for act in admin.site.acts}
    return [act.url(record) for act in one_for_each_form.values() for record in some(act.model)]


def desk_pages() -> list[str]:
    found = [reverse(page.url_name) for page in admin.site.pages]
    return [*found, reverse("admin:app_list", args=["missions"]), "/admin/nowhere/"]


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_every_kind_of_page_is_clean_and_fits(people, visitor, assert_clean, assert_fits, language, width):
    person = factories.staff(*ROLES, language=language)
    page = visitor(width=width, language=language, user=person)
    addresses = [*desk_pages(), *record_pages(person), *act_pages()]
    assert len(addresses) > 60
    for address in addresses:
        answer = page.goto(address)
        assert answer.status == (404 if "nowhere" in address else 200), address
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.locator("h1").count() == 1, address
        assert_clean(page)
        assert_fits(page)


COLUMNS = "code,name_en,name_fr,countries,languages,armed,status,authorized,effective_from,instrument"


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_an_import_is_refused_shown_and_done(visitor, assert_clean, assert_fits, language, width):
    page = visitor(width=width, language=language, user=factories.staff("Approver", language=language))

    def upload(name: str, status: str) -> None:
        content = f"{COLUMNS}\nmali,Mali,Mali,ML,fr,yes,{status},30,2031-04-01,Order 7\n"
        page.goto(reverse("desk-import-operations"))
        file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("main").locator("[type=submit]").click()
        assert_clean(page)
        assert_fits(page)

    for kind in IMPORTS:
        page.goto(reverse(f"desk-import-{kind}"))
        assert_clean(page)
    upload("wrong.csv", "open")
    expect(page.get_by_role("main")).to_contain_text(
        "Nothing was imported" if language == "en" else "Rien n'a été importé"
    )
    upload("edition.csv", "active")
    page.get_by_role("main").locator("[type=submit]").last.click()
    expect(page.locator(".messagelist")).to_contain_text("edition.csv")
    assert_clean(page)


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_questions_about_a_file_are_asked_one_after_the_other(visitor, assert_clean, assert_fits, language, width):
    page = visitor(width=width, language=language, user=factories.staff("Approver", language=language))
    main = page.get_by_role("main")

    def look(words: str) -> None:
        expect(main).to_contain_text(words)
        assert_clean(page)
        assert_fits(page)

    def upload(*lines: str) -> None:
        page.goto(reverse("desk-import-operations"))
        content = "\n".join((f"{COLUMNS},Bureau", *lines)).encode()
        page.locator("input[type=file]").set_input_files({"name": "o.csv", "mimeType": "text/csv", "buffer": content})
        main.locator("[type=submit]").click()

    mali = "mali,Mali,Mali,ML,fr,yes,active,30,{},Order 7,x"
    upload(mali.format("5/1/2031"), "haiti,Haiti,,HT,fr,yes,active,9,13/1/2031,Order 8,y")
    look("Bureau")
    main.locator("select").select_option("")
    main.locator("[name=answer]").click()
    look("5/1/2031")
    main.locator("[name=answer]").click()
    look("Ligne 3" if language == "fr" else "Line 3")
    main.locator("[name=partial]").click()
    look("5 janvier 2031" if language == "fr" else "January 5, 2031")


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_forms_say_what_is_wrong_in_the_accounts_language(visitor, assert_clean, assert_fits, language, width):
    page = visitor(width=width, language=language, user=factories.staff(*ROLES, language=language))
    for model in admin.site._registry:
        names = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        page.goto(reverse(f"{names}changelist"))
        if not page.locator(".addlink").count():
            continue
        page.goto(reverse(f"{names}add"))
        hand_in_empty(page)
        expect(page.locator(".error-summary a").first).to_be_visible()
        assert_clean(page)
        assert_fits(page)


def hand_in_empty(page: Page) -> None:
    """Past the browser's own check, as a browser without one would."""
    page.locator("main form").last.evaluate("form => form.noValidate = true")
    page.locator("input[name=_save]").click()
