"""One view for every act: it shows the form and what will happen, does the act, or says why it is refused."""

from http import HTTPStatus
from typing import cast
from urllib.parse import parse_qsl

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from core.desk.act_forms import ActForm, PreviewedForm
from core.desk.acts import Act, Preview
from core.desk.identity import confirm_identity
from core.desk.site import desk_site
from core.history.acts import record_act
from core.history.expected import ChangedMeanwhile, only_as_shown, shown_state
from core.history.story import describe_event, history_events
from core.history.verbs import CoreVerb
from core.pages.machines import invalid_response, wants_json
from core.refusals import NotPermitted, Refusal, StalePage
from core.text.folded import named

# As Django's admin names the filters of the list from which somebody came.
FILTERS = "_changelist_filters"
# Names of buttons of an act's page that do nothing but show it again: with what was looked for, or with fields filled in.
LOOK, FILL = "look", "fill"
# The hidden value of an act's page that names the record as the page showed it.
SEEN = "seen"


def act_urls(acts: list[Act]) -> list[URLPattern]:
    """The addresses of ``acts``: what comes before the record's number, the number, the verb."""
    return [path(f"{act.before_number}<int:pk>/{act.verb}/", act_view, {"act": act}, name=act.name) for act in acts]


@require_http_methods(["GET", "HEAD", "POST"])
def act_view(request: HttpRequest, pk: int, act: Act) -> HttpResponse:
    """GET shows the form; POST does the act: a redirect, or 400 for what was typed, 403 for the role, 409 for a rule."""
    if not request.user.is_authenticated:
        if wants_json(request):
            return JsonResponse({"code": "not_logged_in", "message": gettext("Log in first.")}, status=401)
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    if not (admin.site.has_permission(request) and request.user.has_perm(act.permission)):
        if wants_json(request):
            return JsonResponse(NotPermitted().as_json(), status=HTTPStatus.FORBIDDEN)
        raise PermissionDenied
    record = get_object_or_404(act.model, pk=pk)
    if refusal := desk_site.own_matter(request.user, act.subject(record)):
        raise refusal
    if request.method != "POST":
        form = act.form(record=record, initial={**act.initial(record), **request.GET.dict()})
        return page(request, act, record, form)
    return attempt(request, act, record)


def attempt(request: HttpRequest, act: Act, record: Model) -> HttpResponse:
    """Do the act with what was typed; a button that only looks something up shows the page again, all of it kept."""
    if LOOK in request.POST or FILL in request.POST:
        typed = {**request.POST.dict(), **dict(parse_qsl(request.POST.get(FILL, "")))}
        return page(request, act, record, act.form(record=record, initial=typed))
    form = act.form(request.POST, request.FILES, record=record)
    if not form.is_valid():
        return refused(request, act, record, form, None)
    try:
        if act.asks_again:
            confirm_identity(request)
        check_shown(request, act, record, form)
        with only_as_shown(act.subject(record), seen_on_page(request, form)):
            result = act.do(record, by=request.user, **form.arguments())
    except ChangedMeanwhile:
        return changed_meanwhile(request, act, record, form)
    except Refusal as refusal:
        return refused(request, act, record, form, refusal)
    landing = act.landing(record, result, form) if act.landing else act.page_of(record)
    if landing == act.page_of(record):
        landing = filtered_list(request, act, record) or landing
    now = result if isinstance(result, act.model) and result.pk == record.pk else record
    words = gettext("Done: %(act)s – %(record)s.") % {"act": act.title, "record": now}
    if wants_json(request):
        return JsonResponse({"code": "done", "message": words, "url": landing})
    messages.success(request, words)
    return HttpResponseRedirect(landing)


def filtered_list(request: HttpRequest, act: Act, record: Model) -> str:
    """The list with the filters from which the reader came to the record; "" where it was not from a filtered list."""
    filters = QueryDict(request.GET.get(FILTERS, "")[:2000]).urlencode()
    meta = act.subject(record)._meta
    return f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?{filters}" if filters else ""


def check_shown(request: HttpRequest, act: Act, record: Model, form: ActForm) -> None:
    """Raise StalePage where the act does more than the page showed: a person confirms only what was read."""
    if not wants_json(request) and (question := act.question(record, form)):
        raise question
    if act.preview is None or not isinstance(form, PreviewedForm):
        return
    preview = act.preview(record, form)
    confirmed = form.cleaned_data.get(form.acknowledgement)
    if preview.unasked and not confirmed and not wants_json(request):
        raise StalePage(preview.unasked)
    if confirmed and form.cleaned_data["shown"] not in ("", preview.fingerprint):
        raise StalePage(gettext("What this does has changed since it was shown to you: read it again, then confirm."))


def seen_on_page(request: HttpRequest, form: ActForm) -> str:
    """What the page showed, as it sends it; "" where nothing is sent, as by machines, or where the act asks for it."""
    return "" if SEEN in form.fields else request.POST.get(SEEN, "")[:80]


def changed_meanwhile(request: HttpRequest, act: Act, record: Model, form: ActForm) -> HttpResponse:
    """Says who did what since the page was shown, and shows the record as it is now; pressing again goes on."""
    record.refresh_from_db()
    told = (describe_event(event, desk_site.vocabulary) for event in history_events(act.subject(record)))
    last = next((event for event in told if not event.is_view), None)
    changes = "; ".join(named(change.label, change.after) for change in last.changes) if last else ""
    title = last.title if last else "–"
    words = gettext(
        "%(who)s acted on this record after the page was shown to you: %(what)s. So nothing was done. The page shows the"
        " record as it is now, with what you typed; press the button again to go on all the same."
    ) % {"who": last.who if last else gettext("Somebody"), "what": named(title, changes) if changes else title}
    return refused(request, act, record, form, ChangedMeanwhile(words), seen=shown_state(act.subject(record)))


def refused(
    request: HttpRequest, act: Act, record: Model, form: ActForm, refusal: Refusal | None, *, seen: str = ""
) -> HttpResponse:
    """Says why nothing was done, and keeps what was typed. Without a refusal the form itself has the errors."""
    status = refusal.status if refusal else HTTPStatus.BAD_REQUEST
    field = refusal.field_in(form.fields) if refusal else ""
    if wants_json(request):
        if refusal:
            return JsonResponse({**refusal.as_json(), "field": field or refusal.field}, status=status)
        return invalid_response(form, status)
    if refusal and field in form.confirmations:
        form.asked.add(field)
    elif refusal and field:
        form.add_error(field, ValidationError(refusal.sentences()))
        refusal = None
    return page(request, act, record, form, refusal=refusal, status=status, seen=seen)


def page(
    request: HttpRequest,
    act: Act,
    record: Model,
    form: ActForm,
    *,
    refusal: Refusal | None = None,
    status: int = HTTPStatus.OK,
    seen: str = "",
) -> HttpResponse:
    """The act's page, with what it would do where that is known. ``seen`` is what it shows of the record by now."""
    preview = preview_of(act, record, form)
    if preview is not None:
        data = cast(QueryDict, form.data).copy()
        data["shown"] = preview.fingerprint
        form.data = data
    shown = act.subject(record)
    if act.is_personal:
        record_act(shown, CoreVerb.VIEW, by=request.user, act=act.verb)
    context = {
        **admin.site.each_context(request),
        "title": gettext("%(act)s: %(record)s") % {"act": act.title, "record": shown},
        "act": act,
        "record": record,
        "opts": shown._meta,
        "shown": shown,
        "back": act.page_of(record),
        "preserved_filters": urlencode({FILTERS: request.GET[FILTERS]}) if FILTERS in request.GET else "",
        "form": form,
        "seen": seen or seen_on_page(request, form) or ("" if SEEN in form.fields else shown_state(shown)),
        "preview": preview,
        "refusal": refusal,
        "facts": act.facts(record) if act.facts else (),
        "warning": act.warning(record),
        "is_in_vain": request.method != "POST" and not act.possible(record),
        "asides": [aside for find in act.asides if (aside := find(request, record, form))],
    }
    return TemplateResponse(request, "admin/act.html", context, status=status)


def preview_of(act: Act, record: Model, form: ActForm) -> Preview | None:
    """What the act would do with what was typed; None where that is not known, or the act has no preview."""
    if act.preview is None or not form.is_bound or not form.is_valid():
        return None
    try:
        return act.preview(record, form)
    except Refusal:
        return None
