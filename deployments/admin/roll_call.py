"""The roll-call: everybody in an operation or mission on a day, and whom to call for each."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.desk.exports import downloads, sheet
from core.desk.site import desk_site
from core.history.acts import record_views
from core.pages.as_of import as_of
from core.pages.query import check_names, page_asked
from core.tabular.sheets import SHEETS
from core.text.dates import today_here
from deployments.admin.bulk import bulk_acts
from deployments.admin.sheets import Sheet
from deployments.admin.tours import tour_act
from deployments.domain import authority, tours
from deployments.domain.verbs.tours import MAY_DEPLOY, MAY_MARK, TourVerb
from deployments.forms.roll_call import MarkForm
from deployments.models import Deployment, DeploymentState, EmergencyContact, Leave, RollCallMark, RollCallStatus
from missions.models import Mission, Operation

PERMISSION = "deployments.view_deployment"
PER_PAGE = 50
KINDS: dict[str, type[Model]] = {"operation": Operation, "mission": Mission}


@dataclass(frozen=True)
class Present:
    """Somebody on the roll: leave, emergency contact and latest mark where there are any, and an overdue return."""

    tour: Deployment
    leave: Leave | None
    contact: EmergencyContact | None
    is_overdue: bool
    mark: RollCallMark | None


@require_safe
def roll_call(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Everybody there on a day (today, or ``?on=``), page by page; the download has them all.

    Emergency contacts are for whoever may call them, and only until the tour ends. That telephones, marks and contacts
    were read is logged with each tour, as a view of a dossier is.
    """
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    check_names(request, "on", "p", "format")
    record = cast(Operation | Mission, get_object_or_404(KINDS[kind], pk=pk))
    when = as_of(request)
    may_call = request.user.has_perm(MAY_DEPLOY)
    everybody = authority.on_the_roll(record, when.day)
    part = page_asked(everybody, PER_PAGE, request)
    is_download = request.GET.get("format") in SHEETS
    marks = tours.latest_marks(everybody)
    listed = everybody if is_download else cast(Sequence[int], part.object_list)
    roll = _roll(listed, when.day, marks, may_call=may_call)
    shown = (each.tour for each in roll if each.contact or each.mark or each.tour.officer.telephone)
    record_views(shown, by=request.user)
    if download := sheet(request, f"roll-call-{record.code}", *_sheet(roll, may_call)):
        return download
    context = {
        **admin.site.each_context(request),
        "title": gettext("Roll-call: %(record)s") % {"record": record},
        "record": record,
        "opts": record._meta,
        "when": when,
        "roll": roll,
        "page": part,
        "may_call": may_call,
        "may_mark": request.user.has_perm(MAY_MARK),
        "statuses": RollCallStatus.choices,
        "counts": counts_of(marks.values(), len(everybody)),
        "bulk_acts": bulk_acts(request, Deployment),
        "bulk_address": reverse("bulk-tours", args=[kind, pk]),
        "downloads": downloads(request.GET),
        "acts": [link for link in desk_site.acts_on(request, record) if link.url.endswith("/evacuate/")],
    }
    return TemplateResponse(request, "admin/deployments/roll_call.html", context, status=when.status)


def _sheet(roll: list[Present], may_call: bool) -> Sheet:
    head = [
        *(gettext("Officer"), gettext("E-mail address"), gettext("Police service"), gettext("Service number")),
        *(gettext("Mission"), gettext("Posting"), gettext("First day"), gettext("Last day"), gettext("State")),
        *(gettext("On leave until"), gettext("Return overdue")),
        *(gettext("Telephone"), gettext("Duty station"), gettext("Roll-call"), gettext("Marked"), gettext("Place")),
        *([gettext("Emergency contact")] if may_call else []),
    ]
    return head, (
        [
            *(present.tour.officer, present.tour.officer.user.email),
            *(present.tour.officer.police_service, present.tour.officer.service_number),
            *(present.tour.posting.mission, present.tour.posting.reference),
            *(present.tour.first_day, present.tour.last_day, present.tour.get_state_display()),
            present.leave.last_day if present.leave else None,
            gettext("yes") if present.is_overdue else gettext("no"),
            *(present.tour.officer.telephone, present.tour.posting.duty_station, *_mark_cells(present.mark)),
            *([present.contact] if may_call else []),
        ]
        for present in roll
    )


def _roll(
    keys: Sequence[int], day: datetime.date, marks: Mapping[int, RollCallMark], *, may_call: bool
) -> list[Present]:
    present = authority.read_roll(keys)
    prefetch_related_objects(present, "leaves")
    return [
        Present(
            tour,
            next((leave for leave in tour.leaves.all() if leave.first_day <= day <= leave.last_day), None),
            tours.contact_to_call(tour) if may_call else None,
            tour.state == DeploymentState.IN_MISSION and tour.last_day < today_here(),
            marks.get(tour.pk),
        )
        for tour in present
    ]


def counts_of(marks: Iterable[RollCallMark], total: int) -> list[tuple[str, int]]:
    """How many are in each status, and how many are not marked yet, in words."""
    found = Counter(each.status for each in marks)
    counted = [(str(label), found[status]) for status, label in RollCallStatus.choices]
    return [*counted, (gettext("Not marked yet"), total - found.total())]


def _mark_cells(latest: RollCallMark | None) -> tuple[Any, ...]:
    if latest is None:
        return "", None, ""
    return latest.get_status_display(), timezone.localtime(latest.marked_at).isoformat(timespec="minutes"), latest.place


def _back_to_the_roll(tour: Deployment, made: RollCallMark, form: Any) -> str:
    """The roll-call of the tour's operation, at this person."""
    return f"{reverse('roll-call', args=['operation', tour.posting.mission.operation_id])}#tour-{tour.pk}"


desk_site.register_acts(
    [
        tour_act(
            TourVerb.MARK,
            MarkForm,
            tours.mark,
            _("Every mark is kept, with the time and who made it; the latest counts."),
            possible=lambda tour: tour.state == DeploymentState.IN_MISSION,
            landing=_back_to_the_roll,
        )
    ]
)
