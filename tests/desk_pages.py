"""Every page of the desk as an address, found from the desk's own registers: lists, records, acts, boards, downloads."""

import datetime
import itertools
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory
from django.urls import reverse

from core.desk.exports import ExportedList
from core.tabular.sheets import SHEETS
from core.text.dates import today_here
from deployments.admin.boards import KINDS
from deployments.admin.pipeline import SHOWN_STATES
from deployments.admin.tours import officers_found
from deployments.imports import IMPORTS
from deployments.models import Application, ApplicationState, Deployment, DeploymentState, Posting
from deployments.queries.lists import LISTS
from missions.models import Mission, Operation
from officers.models import Officer, User

ROLES = ("Approver", "Mission editor", "Selection officer", "Administrator", "Auditor")
MOST_CHOICES = 20
TRIED = 500
Page = tuple[str, str]


def pages_for(person: User) -> dict[str, str]:
    """The address of each page that ``person`` can open, by what it is; the same names whatever the database holds."""
    request = RequestFactory().get("/admin/")
    request.user, request.LANGUAGE_CODE = person, "en"
    found = [*desk_pages(request), *record_pages(request), *list_pages(request), *working_pages(), *act_pages(person)]
    named = dict(found)
    assert len(named) == len(found), "two pages have one name"
    return named


def downloads_for(person: User) -> dict[str, str]:
    """Each list as a file, which holds all of its rows."""
    lists = [desk for desk in admin.site._registry.values() if isinstance(desk, ExportedList)]
    found = {
        f"{model_name(desk.model)} as {sheet}": f"{address(desk.model, 'changelist')}?format={sheet}"
        for desk in lists
        for sheet in SHEETS
    }
    return found | {f"strength board as {sheet}": f"{reverse('strength-board')}?format={sheet}" for sheet in SHEETS}


def desk_pages(request) -> Iterator[Page]:
    yield "desk", reverse("admin:index")
    for page in admin.site.pages:
        yield f"page: {page.url_name}", reverse(page.url_name)
    for app in admin.site.get_app_list(request):
        yield f"app: {app['app_label']}", app["app_url"]
    for kind in IMPORTS:
        yield f"import: {kind}", reverse(f"desk-import-{kind}")


def record_pages(request) -> Iterator[Page]:
    """Of each kind of record: the form for a new one, the page of one from the middle, and its history."""
    for model, desk in admin.site._registry.items():
        if desk.has_add_permission(request):
            yield f"new: {model_name(model)}", address(model, "add")
        record = middle(model._default_manager.all())
        if record is None or not desk.has_view_permission(request):
            continue
        if desk.get_object(request, str(record.pk)) is None:
            record = middle(desk.get_queryset(request))
        yield f"record: {model_name(model)}", address(model, "change", record)
        yield f"history: {model_name(model)}", address(model, "history", record)


def list_pages(request) -> Iterator[Page]:
    """Each list: as it opens, its last page, with every filter's first choices, searched, and sorted by every column
    that offers it."""
    for model, desk in admin.site._registry.items():
        if not desk.has_view_permission(request):
            continue
        url, name = address(model, "changelist"), f"list: {model_name(model)}"
        yield name, url
        request.path, request.GET = url, request.GET.copy()
        shown = desk.get_changelist_instance(request)
        yield f"{name}, last page", f"{url}?p={shown.paginator.num_pages}"
        for spec in shown.filter_specs:
            for n, choice in enumerate(itertools.islice(spec.choices(shown), 1, MOST_CHOICES)):
                yield f"{name}, {spec.title}: {n}", f"{url}{choice['query_string']}"
        for n, column in enumerate(shown.list_display):
            if column in shown.sortable_by and shown.get_ordering_field(column):
                yield f"{name}, by {column}", f"{url}?o={n}"
                yield f"{name}, by {column}, last first", f"{url}?o=-{n}"
        if desk.search_fields:
            for word in ("robin", "officer 7", "nowhere"):
                yield f"{name}, search {word}", f"{url}?q={word.replace(' ', '+')}"


def working_pages() -> Iterator[Page]:
    """The desk's own pages: lists, search, previews, pipelines, boards, explanations, dossiers."""
    for name in LISTS:
        yield f"one of the lists: {name}", reverse("list", args=[name])
    yield "search of the desk", f"{reverse('desk-search')}?q=robin"
    posting, operation, mission = (middle(model.objects.all()) for model in (Posting, Operation, Mission))
    pipeline = reverse("pipeline", args=[posting.pk])
    open_ones = posting.applications.filter(state__in=SHOWN_STATES).order_by("state_since")
    chosen = "&".join(f"compare={each.pk}" for each in open_ones[:3])
    yield "pipeline", pipeline
    yield "pipeline, comparing three", f"{pipeline}?{chosen}"
    yield "bulk", f"{reverse('bulk', args=[posting.pk])}?act=notify&{chosen}"
    board = reverse("rotation", args=[operation.pk])
    later = today_here() + datetime.timedelta(days=30)
    yield "rotation of an operation", board
    yield "rotation, what a lower number would do", f"{board}?maximum=1&from={later}"
    yield "dossier", reverse("officer-dossier", args=[middle(Officer.objects.all()).pk])
    for record in (operation, mission, posting):
        yield f"preview: {model_name(type(record))}", reverse("preview", args=[record._meta.model_name, record.pk])
    for record in (operation, mission):
        yield f"roll-call: {model_name(type(record))}", reverse("roll-call", args=[record._meta.model_name, record.pk])
    for kind, model in KINDS.items():
        yield f"explain: {kind}", reverse("explain", args=[kind, middle(model.objects.all()).pk])
    for state in DeploymentState.values:
        if tour := middle(Deployment.objects.filter(state=state)):
            yield f"tour: {state}", address(Deployment, "change", tour)
    for state in ApplicationState.values:
        if state != ApplicationState.DRAFT and (each := middle(Application.objects.filter(state=state))):
            yield f"application: {state}", address(Application, "change", each)


def act_pages(person: User) -> Iterator[Page]:
    """The form of each act, on a record that can take it now where there is one."""
    for act in admin.site.acts:
        record = next((each for each in some_of(act.model) if act.possible(each)), None)
        if record is not None and person.has_perm(act.permission):
            yield f"act: {act.name}", act.url(record)
            if officers_found in act.asides:
                yield f"act: {act.name}, looking for an officer", f"{act.url(record)}?q=officer+7"


def some_of(model: type[Model]) -> Iterator[Model]:
    """Records in which every state is found that the model has."""
    states = [value for value, _label in model._meta.get_field("state").choices] if hasattr(model, "state") else []
    found = (middle(model._default_manager.filter(state=state)) for state in states)
    yield from (each for each in found if each is not None)
    yield from model._default_manager.order_by("pk")[:TRIED]


def middle(records: Any) -> Any:
    """A record from the middle of ``records`` by primary key; None where there are none."""
    return records.order_by("pk")[records.count() // 2 :][:1].first() if records.exists() else None


def model_name(model: type[Model]) -> str:
    return str(model._meta.model_name)


def address(model: type[Model], what: str, record: Model | None = None) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}"
    return reverse(name, args=[record.pk] if record else [])
