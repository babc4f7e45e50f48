"""Publishing operations and missions: the acts, and the preview of a draft as the public would read it."""

from collections.abc import Callable
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.desk.act_forms import NothingToAskForm, ReasonForm
from core.desk.acts import Act
from core.desk.site import desk_site
from deployments.domain import publication
from deployments.domain.verbs.publication import PublicationVerb
from missions.models import Mission, Operation
from missions.views import show_mission, show_operation

PAGES: dict[str, tuple[type[Operation] | type[Mission], Callable[..., HttpResponse]]] = {
    "operation": (Operation, show_operation),
    "mission": (Mission, show_mission),
}


def lacking(record: publication.Published) -> str:
    """What is still missing, before anybody presses the button."""
    found = publication.missing(record)
    return gettext("Still missing: %(list)s.") % {"list": "; ".join(found)} if found else ""


@never_cache
@require_safe
def preview(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The public page of a record, drafts included, for whoever may read the record at the desk."""
    if kind not in PAGES:
        raise Http404
    model, show = PAGES[kind]
    if not request.user.has_perm(f"missions.view_{kind}"):
        raise PermissionDenied
    record = cast(Operation | Mission, get_object_or_404(model, pk=pk))
    return show(request, record.code, with_drafts=True)


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
                possible=lambda record: record.is_published,
            ),
        ]
    )
