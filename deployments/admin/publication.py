"""Publishing operations and missions: the acts, and the preview of a draft as the public would read it."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.desk.act_forms import NothingToAskForm, ReasonForm
from core.desk.acts import Act
from core.desk.site import desk_site
from deployments.domain import publication
from deployments.domain.verbs.publication import PublicationVerb
from deployments.models import Posting
from deployments.views.openings import preview_posting
from missions.models import Mission, Operation
from missions.views import show_mission, show_operation

PREVIEWED: dict[str, type[Operation] | type[Mission] | type[Posting]] = {
    "operation": Operation,
    "mission": Mission,
    "posting": Posting,
}


def lacking(record: publication.Published) -> str:
    """What is still missing, before anybody presses the button."""
    return publication.still_missing(publication.missing(record))


@never_cache
@require_safe
def preview(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The public page of a record, drafts included, for whoever may read the record at the desk."""
    if kind not in PREVIEWED:
        raise Http404
    model = PREVIEWED[kind]
    if not request.user.has_perm(f"{model._meta.app_label}.view_{kind}"):
        raise PermissionDenied
    record = get_object_or_404(model, pk=pk)
    if isinstance(record, Posting):
        return preview_posting(request, record)
    if isinstance(record, Operation):
        return show_operation(request, record.code, with_drafts=True)
    return show_mission(request, cast(Mission, record).code, with_drafts=True)


for model in (Operation, Mission):
    desk_site.register_acts(
        [
            Act.of(
                model,
                PublicationVerb.PUBLISH,
                NothingToAskForm,
                publication.publish,
                _("The public reads it from now on, in both languages."),
                possible=lambda record: not record.is_published and not publication.missing(record),
                warning=lacking,
            ),
            Act.of(
                model,
                PublicationVerb.UNPUBLISH,
                ReasonForm,
                publication.unpublish,
                _("It is a draft again. Only where nobody applied and no tour of duty is recorded."),
                possible=lambda record: record.is_published and not publication.in_use(record),
            ),
        ]
    )
