"""Tours of duty at the desk: read here, changed by acts alone."""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.desk.act_forms import ActForm, NothingToAskForm, ReasonForm
from core.desk.acts import Act, Aside
from core.desk.links import link_to
from core.desk.lists import found
from core.desk.personal import PersonalAdmin
from core.desk.site import desk_site
from core.generics import RecordAdmin
from core.text.dates import days_in_words, in_words, today_here
from core.text.folded import fold
from deployments.admin import room
from deployments.admin.filters import WaitingFilter
from deployments.admin.switches import counting_words
from deployments.domain import tours
from deployments.domain.tours import application_not_accepted, checklist, open_words
from deployments.domain.verbs.tours import TourVerb
from deployments.domain.waivers import unmet
from deployments.eligibility.clearance import ClearanceAct
from deployments.eligibility.rule import Finding
from deployments.forms.tour_events import CheckInForm
from deployments.forms.tours import (
    CompleteForm,
    DaysForm,
    LastDayForm,
    RepatriateForm,
    ReserveForm,
    TransferForm,
)
from deployments.limits.rule import Span
from deployments.models import CountsAgainst, Deployment, DeploymentState, Posting, PostingStatus
from deployments.queries.taking_nobody import closed_days_words
from officers.models import Officer


class EndsWithin(admin.SimpleListFilter):
    """Who comes home soon."""

    title = _("home within")
    parameter_name = "home_within"

    def lookups(self, request: HttpRequest, model_admin: RecordAdmin) -> list[Any]:
        return [("30", _("30 days")), ("60", _("60 days")), ("90", _("90 days")), ("120", _("120 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        days = self.value()
        if days not in {"30", "60", "90", "120"}:
            return queryset
        today = today_here()
        until = today + datetime.timedelta(days=int(days))
        live = queryset.filter(state__in=DeploymentState.live_states())
        return live.filter(first_day__lte=today, last_day__range=(today, until))


@admin.register(Deployment)
class DeploymentAdmin(PersonalAdmin):
    way_out = _("Cancel a tour that has not begun; end one that has.")
    list_display = ["officer", "reference", "operation", "state", "first_day", "last_day", "hold_until"]
    list_select_related = ["officer__user", "posting__mission__operation"]
    list_filter = [WaitingFilter, "state", EndsWithin, "posting__mission__operation", "officer__police_service"]
    search_fields = [
        "officer__user__search_text__contains",
        "posting__search_text__contains",
        "officer__service_number",
    ]
    search_help_text = _("By officer, service number or posting; accents and capitals do not matter.")
    fields = [
        "officer",
        "posting",
        ("first_day", "last_day"),
        ("state", "hold_until"),
        "end_reason",
        ("late_from", "late_reason"),
        "transferred_from",
        ("created_at", "created_by"),
    ]
    left_out_when_empty = {"hold_until", "end_reason", "late_from", "late_reason", "transferred_from"}
    readonly_fields = ["counting"]

    def get_fields(self, request: HttpRequest, obj: Deployment | None = None) -> list[Any]:
        """Says of a tour that does not count against every number what it counts against, and why."""
        fields = super().get_fields(request, obj)
        counts = obj is None or obj.posting.counts_against == CountsAgainst.ALL
        return fields if counts else [*fields, "counting"]

    @admin.display(description=_("counts against"))
    def counting(self, deployment: Deployment) -> str:
        return counting_words(deployment.posting)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Deployment | None = None) -> bool:
        return False

    @admin.display(description=_("posting"), ordering="posting__reference")
    def reference(self, deployment: Deployment) -> str:
        return deployment.posting.reference

    @admin.display(description=_("operation"))
    def operation(self, deployment: Deployment) -> str:
        """The operation; a tour that met no number because it is older than the records says so."""
        name = deployment.posting.mission.operation.name
        return f"{name} ({gettext('from before the records')})" if deployment.is_before_records else name


def officers_found(request: HttpRequest, posting: Posting, form: ActForm) -> Aside:
    """A search for an officer to name in the form, with at most twenty results."""
    asked = request.POST.get("q", request.GET.get("q", ""))
    words = fold(asked)
    matching = found(Officer.objects.all(), ["user__search_text__contains", "service_number"], words)
    officers = matching.select_related("user", "police_service")[:20] if words else []
    return Aside("admin/deployments/find_officer.html", {"asked": asked if words else "", "officers": officers})


def facts(tour: Deployment) -> list[tuple[Any, Any]]:
    """The tour in a few words."""
    found: list[tuple[Any, Any]] = [
        (_("Posting"), link_to(tour.posting)),
        (_("Days"), days_in_words(tour.first_day, tour.last_day)),
        (_("State"), tour.get_state_display()),
    ]
    if tour.hold_until:
        found.append((_("Held until"), in_words(tour.hold_until)))
    if application := application_not_accepted(tour):
        found.append((_("Application"), link_to(application, application.get_state_display())))
    return found


def days_of(tour: Deployment) -> dict[str, Any]:
    return {"first_day": tour.first_day, "last_day": tour.last_day}


def planned_end(tour: Deployment) -> dict[str, Any]:
    return {"last_day": min(tour.last_day, today_here())}


def usual_tour(posting: Posting) -> dict[str, Any]:
    """The posting's planned days, with a hold of the usual length."""
    hold = today_here() + datetime.timedelta(days=settings.HOLD_DAYS)
    return {"first_day": posting.tour_first_day, "last_day": posting.tour_last_day, "hold_until": hold}


def tour_page(record: Any, tour: Deployment, form: ActForm) -> str:
    return reverse("admin:deployments_deployment_change", args=[tour.pk])


def reserve(posting: Posting, *, by: Actor, **typed: Any) -> Deployment:
    return tours.reserve(by=by, posting=posting, **typed)


def tour_act(verb: TourVerb, form: type[ActForm], do: Callable[..., Any], explanation: Any = "", **more: Any) -> Act:
    """An act of the table of verbs."""
    return Act.of(Deployment, verb, form, do, explanation, **{"facts": facts} | more)


def waits_for_the_officer(tour: Deployment) -> bool:
    """Whether the application that brought the tour is not accepted yet, or has ended."""
    return application_not_accepted(tour) is not None


def before_departure(tour: Deployment) -> str:
    """What speaks against the departure, in words: open items of the checklist, and what the officer does not meet now.

    Requirements stop nobody any more once the place is firm, nor do terms that take nobody new; who checks in reads of
    them, and decides.
    """
    left = checklist(tour).open
    days = Span(tour.first_day, tour.last_day)
    findings = unmet(ClearanceAct.PREPARE, tour.officer, tour.posting, days, today=today_here(), tour=tour)
    words = [open_words(left)] if left else []
    if findings:
        words.append(gettext("Not met any more: %(list)s") % {"list": " ".join(map(Finding.sentence, findings))})
    return " ".join([*words, *filter(None, [terms_against(tour)])])


def terms_against(tour: Deployment) -> str:
    """Which terms take nobody on days of the tour, in words."""
    return closed_days_words(tour, today_here())


NEW_DAYS = _(
    "Days that are added are new: they need room at every level, terms that take people, and an officer "
    "who is free, released and cleared."
)
desk_site.register_acts(
    [
        tour_act(
            TourVerb.PREPARE,
            NothingToAskForm,
            tours.prepare,
            _("The place is firm; the hold ends."),
            possible=lambda tour: tour.state == DeploymentState.RESERVED and not waits_for_the_officer(tour),
            warning=terms_against,
        ),
        tour_act(
            TourVerb.CHECK_IN,
            CheckInForm,
            tours.check_in,
            _("The officer has arrived in the mission."),
            warning=before_departure,
        ),
        tour_act(TourVerb.EXTEND, LastDayForm, tours.extend, NEW_DAYS),
        tour_act(TourVerb.CHANGE_DATES, DaysForm, tours.change_dates, NEW_DAYS, initial=days_of),
        tour_act(
            TourVerb.TRANSFER,
            TransferForm,
            tours.transfer,
            _("The tour here ends the day before the new one, which is linked to it. The new posting needs room."),
            landing=tour_page,
        ),
        tour_act(
            TourVerb.COMPLETE,
            CompleteForm,
            tours.complete,
            _("The officer has come home. The place is free from the day after the last day."),
            initial=planned_end,
        ),
        tour_act(TourVerb.CURTAIL, LastDayForm, tours.curtail, _("The tour ends before its planned last day.")),
        tour_act(
            TourVerb.REPATRIATE,
            RepatriateForm,
            tours.repatriate,
            _("The officer comes home for the reason named."),
        ),
        tour_act(
            TourVerb.REINTEGRATE, NothingToAskForm, tours.reintegrate, _("The officer is back in the home service.")
        ),
        tour_act(TourVerb.CLOSE, NothingToAskForm, tours.close_tour, _("Nothing is left to do for this tour.")),
        tour_act(
            TourVerb.CANCEL,
            ReasonForm,
            tours.cancel,
            _("The tour does not take place; its place is free at once."),
        ),
    ]
)
desk_site.register_acts(
    [
        Act.of(
            Posting,
            TourVerb.RESERVE,
            ReserveForm,
            reserve,
            _("The place counts from now on, at every level, until the hold is expired or the tour is cancelled."),
            possible=lambda posting: posting.status == PostingStatus.OPEN,
            initial=usual_tour,
            landing=tour_page,
            asides=(room.in_posting, officers_found),
        )
    ]
)
