"""Who coordinates a police service: the section of its page, and the acts of an Administrator."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.desk.acts import Act
from core.desk.site import Panel, desk_site
from core.text.dates import today_here
from officers.domain import naming
from officers.domain.verbs import ServiceVerb
from officers.forms.coordinators import EndCoordinatorForm, NameCoordinatorForm
from officers.models import PoliceService


def coordinators_panel(request: HttpRequest, service: PoliceService) -> list[Panel]:
    """Who coordinates now or later, for whoever may read it."""
    if not request.user.has_perm("officers.view_coordinator"):
        return []
    serving = naming.in_office(service, on=today_here()).order_by("named_by", "first_day", "pk")
    context = {"coordinators": serving, "service": service, "today": today_here()}
    return [Panel("coordinators", _("Coordinators"), "admin/officers/coordinators.html", context)]


desk_site.panels |= {PoliceService: coordinators_panel}
desk_site.register_acts(
    [
        Act.of(
            PoliceService,
            ServiceVerb.NAME_COORDINATOR,
            NameCoordinatorForm,
            naming.name_coordinator,
            _(
                "A coordinator releases the officers of the service, and reads their applications and tours. The person "
                "is told by mail."
            ),
            initial=lambda service: {"first_day": today_here()},
            asks_again=True,
        ),
        Act.of(
            PoliceService,
            ServiceVerb.END_COORDINATOR,
            EndCoordinatorForm,
            naming.end_coordinator,
            _("Releases that the coordinator gave stay in force. Deputies of the same person end with it."),
            asks_again=True,
            possible=lambda service: naming.in_office(service, on=today_here()).exists(),
        ),
    ]
)
