"""What is recorded, as files in the columns of the imports: a list taken out comes in again without a change."""

from typing import cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.desk.exports import FILE_COLUMNS, FileColumns
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.tabular.sheets import SHEETS
from deployments.imports import IMPORTS

for _kind in IMPORTS.values():
    if _kind.model is not None and _kind.export is not None:
        FILE_COLUMNS[_kind.model] = FileColumns(_kind.head, _kind.export)


@require_safe
def recorded(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """All records of a kind, for whoever may bring such a list and see them; the history says who took it."""
    found = IMPORTS.get(kind)
    if found is None or found.model is None or found.export is None or form not in SHEETS:
        raise Http404
    if not found.is_open_to(request.user) or not request.user.has_perm(found.may_view):
        raise PermissionDenied
    reader = cast(Model, request.user)
    record_act(reader, CoreVerb.VIEW, by=request.user, list=kind, format=form)
    rows = found.export(found.model._default_manager.all())
    return SHEETS[form](f"{kind}-{timezone.localdate()}.{form}", found.head(), rows)


urlpatterns = [path("import/<slug:kind>/recorded.<slug:form>", admin.site.admin_view(recorded), name="import-recorded")]
