"""Applications at the desk: a dossier on one page, changed by acts alone; each view of one is logged."""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, NothingToAskForm, ReasonForm
from core.desk.acts import Act
from core.desk.links import link_to
from core.desk.personal import PersonalAdmin
from core.desk.site import Panel, desk_site
from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.text.dates import days_in_words, today_here
from deployments.admin import room
from deployments.admin.assessments import assessments_panel
from deployments.admin.filters import OnlyChosen, WaitingFilter
from deployments.admin.letters import letters_panel
from deployments.admin.nominations import nominations_panel
from deployments.admin.notes import notes_panel
from deployments.admin.papers import papers_panel
from deployments.admin.waivers import waivers_panel
from deployments.domain import applications
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.eligibility.candidate import PROFILE, REQUIREMENTS, eligibility_with_assessments
from deployments.forms.applications import (
    DecisionForm,
    NominateForm,
    ProposeForm,
    QualifyForm,
    RefuseForm,
    RemarkForm,
    SelectForm,
    WaiveRequirementForm,
)
from deployments.forms.assessments import ResultForm
from deployments.limits.days import planned_tour
from deployments.limits.rule import Span
from deployments.models import (
    Application,
    ApplicationDocument,
    ApplicationState,
)
from deployments.openings.opening import openings

ROSTER = datetime.timedelta(days=365)


@admin.register(Application)
class ApplicationAdmin(PersonalAdmin):
    way_out = _("End it by an act; what retention no longer needs is erased by itself.")
    list_display = ["officer", "posting", "operation", "state", "state_since", "submitted_at", "service"]
    list_select_related = ["officer__user", "officer__police_service", "posting__mission__operation"]
    list_filter = [
        *(WaitingFilter, "state", ("posting", OnlyChosen)),
        *("posting__mission__operation", "officer__police_service"),
    ]
    search_fields = [
        "officer__user__search_text__contains",
        "posting__search_text__contains",
        "officer__service_number",
    ]
    search_help_text = _("By officer, service number or posting; accents and capitals do not matter.")
    fields = [
        ("officer", "posting"),
        ("state", "shown_state", "reason_code"),
        "applicant_words",
        ("submitted_at", "state_since"),
        ("available_from", "qualified_until"),
        ("proposed_from", "deployment"),
        "why",
    ]
    left_out_when_empty = {
        "reason_code",
        "applicant_words",
        "available_from",
        "qualified_until",
        "proposed_from",
        "deployment",
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return super().get_queryset(request).exclude(state=ApplicationState.DRAFT)

    def get_urls(self) -> list[Any]:
        document = path(
            "<int:pk>/documents/<int:document_pk>/",
            self.admin_site.admin_view(self.document_view),
            name="deployments_application_document",
        )
        return [document, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return False

    def document_view(self, request: HttpRequest, pk: int, document_pk: int) -> FileResponse:
        """A document of a dossier, as a download; the history says who took it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(
            ApplicationDocument, pk=document_pk, application__in=self.get_queryset(request).filter(pk=pk)
        )
        answer = download(found)
        record_act(found.application, CoreVerb.VIEW, by=request.user, document=found.pk)
        return answer

    @admin.display(description=_("Why the officer applies"))
    def why(self, application: Application) -> str:
        return application.motivation

    @admin.display(description=_("operation"), ordering="posting__mission__operation__search_text")
    def operation(self, application: Application) -> str:
        return application.posting.mission.operation.name

    @admin.display(description=_("police service"), ordering="officer__police_service__search_text")
    def service(self, application: Application) -> str:
        return application.officer.police_service.name


def dossier(request: HttpRequest, application: Application) -> list[Panel]:
    """State, requirements, room, assessments and documents of one application."""
    whole = (
        Application.objects.select_related("officer__user", "posting__mission__operation__programme", "deployment")
        .prefetch_related(
            "waivers__by",
            "documents",
            *(f"officer__{name}" for name in (*PROFILE, "grants__evidence")),
            *(f"posting__{name}" for name in (*REQUIREMENTS, "assessment_requirements")),
        )
        .get(pk=application.pk)
    )
    own = whole.deployment
    tour = Span(own.first_day, own.last_day) if own else planned_tour(whole.posting, today_here())
    context = {
        "application": whole,
        "eligibility": eligibility_with_assessments(whole, tour),
        "opening": openings([whole.posting], now=timezone.now())[0],
        "tour": tour,
        "may_waive_by_act": request.user.has_perm(CandidateVerb.WAIVE.facts.who),
    }
    return [
        Panel("facts", _("Where it stands"), "admin/deployments/facts.html", {"facts": standing(whole)}),
        Panel("screening", _("Requirements"), "admin/deployments/screening.html", context),
        *waivers_panel(request, whole.officer, whole.posting),
        *assessments_panel(request, whole.officer),
        *nominations_panel(whole.nominations.all()),
        *letters_panel(whole),
        Panel("documents", _("Documents"), "admin/deployments/documents.html", context),
        *papers_panel(request, application),
        *notes_panel(request, whole),
    ]


desk_site.panels[Application] = dossier


def standing(application: Application) -> list[tuple[Any, Any]]:
    """The application in a few words."""
    found = [(_("Posting"), link_to(application.posting)), (_("State"), application.get_state_display())]
    tour = application.deployment
    return [*found, (_("Tour of duty"), link_to(tour, days_in_words(tour.first_day, tour.last_day)))] if tour else found


def facts(application: Application) -> list[tuple[Any, Any]]:
    """The application in a few words, with the room on the planned days."""
    opening = openings([application.posting], now=timezone.now())[0]
    tour = planned_tour(application.posting, today_here())
    left = _("no limit") if opening.places_left is None else opening.places_left
    if opening.takes_nobody:
        left = _("taking nobody")
    return [
        *standing(application),
        (_("Planned tour of duty"), days_in_words(tour.first_day, tour.last_day)),
        (_("Places left on these days"), left),
    ]


def lead(application: Application) -> dict[str, Any]:
    organization = application.posting.mission.lead_organization
    return {"organization": organization.code if organization else "", "sent_on": today_here()}


def planned(application: Application) -> dict[str, Any]:
    tour = planned_tour(application.posting, today_here())
    hold = today_here() + datetime.timedelta(days=settings.HOLD_DAYS)
    return {"first_day": tour.first_day, "last_day": tour.last_day, "hold_until": hold}


def page_of(record: Application, result: Any, form: ActForm) -> str:
    shown = result if isinstance(result, Application) else record
    return reverse("admin:deployments_application_change", args=[shown.pk])


def application_act(
    verb: ApplicationVerb, form: type[ActForm], do: Callable[..., Any], explanation: Any = "", **more: Any
) -> Act:
    """An act of the table of verbs; afterwards the application's page is shown."""
    return Act.of(Application, verb, form, do, explanation, **{"facts": facts, "landing": page_of} | more)


desk_site.register_acts(
    [
        application_act(
            ApplicationVerb.SCREEN_IN, RemarkForm, applications.screen_in, _("Every requirement is met or waived.")
        ),
        application_act(ApplicationVerb.SCREEN_OUT, DecisionForm, applications.screen_out),
        application_act(ApplicationVerb.ASSESS, RemarkForm, applications.assess),
        application_act(
            ApplicationVerb.QUALIFY,
            QualifyForm,
            applications.qualify,
            _("Puts the officer on the stand-by roster; this takes no place."),
            initial=lambda application: {"qualified_until": today_here() + ROSTER, "is_told": True},
        ),
        application_act(
            ApplicationVerb.NOMINATE,
            NominateForm,
            applications.nominate,
            _("To the receiving organization; this takes no place. The list of nominations has it from then on."),
            initial=lead,
        ),
        application_act(
            ApplicationVerb.SELECT,
            SelectForm,
            applications.select,
            _("Reserves a place on these days; the officer is asked to accept."),
            initial=planned,
            facts=standing,
            asides=(room.in_posting_of,),
        ),
        application_act(ApplicationVerb.NOT_SELECT, DecisionForm, applications.not_select),
        application_act(ApplicationVerb.REFUSE, RefuseForm, applications.refuse),
        application_act(ApplicationVerb.EXPIRE, ReasonForm, applications.expire),
        application_act(ApplicationVerb.REINSTATE, ReasonForm, applications.reinstate),
        application_act(ApplicationVerb.WAIVE, WaiveRequirementForm, applications.waive),
        application_act(ApplicationVerb.RECORD_ASSESSMENT, ResultForm, applications.record_assessment),
        application_act(ApplicationVerb.PROPOSE, ProposeForm, applications.propose),
        application_act(
            ApplicationVerb.NOTIFY,
            NothingToAskForm,
            applications.notify,
            possible=lambda application: application.state != application.shown_state,
        ),
    ]
)
