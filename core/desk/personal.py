"""Records about people at the desk: reading one leaves a line in the history, which says who looked."""

from typing import Any, cast

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from core.desk.model_admin import DeskAdmin
from core.history.acts import record_act
from core.history.verbs import CoreVerb


def was_read(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer shows what was asked for, rather than a form's errors, a redirect or a refusal."""
    return request.method == "GET" and response.status_code == 200


class PersonalAdmin(DeskAdmin):
    """Records whose page and history show what only some may read of a person; with ``is_list_personal`` their list too.

    A view of a list, and every file of one, is kept with the reader's account: a line for each row would bury what
    happened to the record.
    """

    is_list_personal = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        file = request.GET.get("format", "")
        response = super().changelist_view(request, extra_context)
        if (self.is_list_personal or file) and was_read(request, response):
            reader = cast(Model, request.user)
            record_act(reader, CoreVerb.VIEW, by=request.user, list=self.opts.model_name, format=file)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        return self._noted(request, object_id, response)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        return self._noted(request, object_id, response, history=True)

    def _noted(self, request: HttpRequest, object_id: str, response: HttpResponse, **detail: Any) -> HttpResponse:
        record = self.get_object(request, object_id) if was_read(request, response) else None
        if record is not None:
            record_act(self.person_of(record), CoreVerb.VIEW, by=request.user, **detail)
        return response

    def person_of(self, record: Any) -> Model:
        """The record in whose history the view is kept."""
        return cast(Model, record)
