"""The page of a tour: preparation, leave, extension and appraisal, each as a panel with its acts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ReasonForm
from core.desk.acts import Act
from core.desk.links import link_to
from core.desk.model_admin import DeskAdmin
from core.desk.site import Panel, desk_site
from core.text.dates import in_words, today_here
from deployments.admin import room
from deployments.admin.letters import letters_panel
from deployments.admin.notes import notes_panel
from deployments.admin.papers import papers_panel
from deployments.admin.tours import facts, tour_act
from deployments.admin.waivers import waivers_panel
from deployments.domain import tours
from deployments.domain.verbs.tours import MAY_CONTACT, WITH_CONTACT, TourVerb
from deployments.forms.tour_events import (
    AgreeExtensionForm,
    AppraisalForm,
    AskExtensionForm,
    CheckOffForm,
    DeclineExtensionForm,
    DueDayForm,
    EmergencyContactForm,
    ExtensionShownForm,
    LeaveForm,
    ReopenItemForm,
)
from deployments.models import (
    Application,
    ChecklistItem,
    Deployment,
    ExtensionState,
    Leave,
)
from deployments.queries.checklists import lines_of
from deployments.queries.succession import succession_of


@admin.register(ChecklistItem)
class ChecklistItemAdmin(DeskAdmin):
    way_out = _("Take away the tick at “In use”: it stays where it was used, and is offered no more.")
    list_display = [
        "code",
        "text_en",
        "text_fr",
        "mission",
        "moment",
        "days",
        "is_for_officer",
        "position",
        "is_active",
    ]
    list_select_related = ["mission"]
    list_filter = ["is_active", "moment", "mission"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "code",
                    "mission",
                    ("text_en", "text_fr"),
                    ("moment", "days"),
                    "is_for_officer",
                    ("position", "is_active"),
                ]
            },
        )
    ]


def tour_panels(request: HttpRequest, tour: Deployment) -> list[Panel]:
    """The tour's state, its checklist, what happened since, and who follows."""
    contact, may_call = tours.contact_to_call(tour), request.user.has_perm(MAY_CONTACT)
    lines = lines_of([tour])
    context: dict[str, Any] = {
        "tour": tour,
        "lines": lines,
        "done": sum(line.mark is not None for line in lines),
        "today": today_here(),
        "has_contact": tour.state in WITH_CONTACT,
        "contact": contact,
        "may_see_contact": may_call,
        "leaves": [(leave, next(iter(desk_site.acts_on(request, leave)), None)) for leave in tour.leaves.all()],
        "extensions": tour.extensions.select_related("asked_by"),
        "appraisal": getattr(tour, "appraisal", None),
        "succession": succession_of(tour, today_here()),
        "may_name": may_call,
        "may_select": request.user.has_perm("deployments.select"),
    }
    came_from = Application.objects.filter(deployment=tour).select_related("officer__user", "posting").first()
    stands = [*facts(tour), *([(_("Application"), link_to(came_from))] if came_from else [])]
    return [
        Panel("facts", _("Where it stands"), "admin/deployments/facts.html", {"facts": stands}),
        *waivers_panel(request, tour.officer, tour.posting),
        Panel("preparation", _("Checklist"), "admin/deployments/preparation.html", context),
        Panel("events", _("During the tour"), "admin/deployments/tour_events.html", context),
        Panel("successor", _("Who follows"), "admin/deployments/successor.html", context),
        *papers_panel(request, tour),
        *letters_panel(tour),
        *notes_panel(request, tour),
    ]


def extension_facts(tour: Deployment) -> list[tuple[Any, Any]]:
    """The tour in a few words, with what is asked for, why, and who agreed so far."""
    asked = tour.extensions.filter(state=ExtensionState.OPEN).first()
    if asked is None:
        return facts(tour)
    waits = gettext("no answer yet")
    return [
        *facts(tour),
        (_("Asked for until"), in_words(asked.last_day)),
        (_("Why"), asked.reason),
        (_("Home service"), in_words(asked.service_agreed_at) if asked.service_agreed_at else waits),
        (_("Mission"), in_words(asked.mission_agreed_at) if asked.mission_agreed_at else waits),
    ]


def has_open_extension(tour: Deployment) -> bool:
    return tour.extensions.filter(state=ExtensionState.OPEN).exists()


desk_site.panels[Deployment] = tour_panels
desk_site.register_acts(
    [
        tour_act(
            TourVerb.CHECK_OFF,
            CheckOffForm,
            tours.check_off,
        ),
        tour_act(
            TourVerb.REOPEN_ITEM,
            ReopenItemForm,
            tours.reopen_item,
            possible=lambda tour: TourVerb.REOPEN_ITEM.facts.allows(tour.state) and tour.checklist_marks.exists(),
        ),
        tour_act(
            TourVerb.SET_DUE_DAY,
            DueDayForm,
            tours.set_due_day,
            _("For this tour alone, in place of the day that the item itself gives."),
            possible=lambda tour: (
                TourVerb.SET_DUE_DAY.facts.allows(tour.state)
                and tours.items_to_check(tour).exclude(marks__deployment=tour).exists()
            ),
        ),
        tour_act(
            TourVerb.SET_EMERGENCY_CONTACT,
            EmergencyContactForm,
            tours.set_emergency_contact,
            _("Whom the desk calls if something happens during the tour. It is used for nothing else."),
        ),
        tour_act(
            TourVerb.RECORD_LEAVE,
            LeaveForm,
            tours.record_leave,
            _("Leave frees no place: the tour goes on counting."),
        ),
        tour_act(
            TourVerb.ASK_EXTENSION,
            AskExtensionForm,
            tours.ask_extension,
            _("No day is taken yet: the home service and the mission agree first, then the desk grants it."),
            possible=lambda tour: TourVerb.ASK_EXTENSION.facts.allows(tour.state) and not has_open_extension(tour),
        ),
        tour_act(
            TourVerb.AGREE_EXTENSION,
            AgreeExtensionForm,
            tours.agree_extension,
            possible=has_open_extension,
            facts=extension_facts,
            is_personal=True,
        ),
        tour_act(
            TourVerb.GRANT_EXTENSION,
            ExtensionShownForm,
            tours.grant_extension,
            _("The tour is extended to the day asked for; the added days need room at every level."),
            possible=has_open_extension,
            asides=(room.for_extension,),
            facts=extension_facts,
            is_personal=True,
        ),
        tour_act(
            TourVerb.DECLINE_EXTENSION,
            DeclineExtensionForm,
            tours.decline_extension,
            possible=has_open_extension,
            facts=extension_facts,
            is_personal=True,
        ),
        tour_act(
            TourVerb.RECORD_APPRAISAL,
            AppraisalForm,
            tours.record_appraisal,
            possible=lambda tour: TourVerb.RECORD_APPRAISAL.facts.allows(tour.state) and not hasattr(tour, "appraisal"),
            initial=lambda tour: {"given_on": today_here()},
        ),
        Act.of(
            Leave,
            TourVerb.CANCEL_LEAVE,
            ReasonForm,
            tours.cancel_leave,
            _("The leave does not take place; the history keeps its days."),
            subject=lambda leave: leave.deployment,
        ),
    ]
)
