"""The act with which the desk enters an officer who did not sign up."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm
from core.desk.acts import Act
from core.desk.site import desk_site
from officers.domain import adding
from officers.domain.verbs import OfficerVerb
from officers.forms.adding import AddOfficerForm
from officers.models import Officer, PoliceService


def page_of_officer(service: PoliceService, officer: Officer, form: ActForm) -> str:
    return reverse("admin:officers_officer_change", args=[officer.pk])


desk_site.register_acts(
    [
        Act.of(
            PoliceService,
            OfficerVerb.ADD_OFFICER,
            AddOfficerForm,
            adding.add_officer,
            _(
                "In the officer's place: nobody gets a password by it. The person is told by mail and invited to set one, and "
                "makes the declarations."
            ),
            landing=page_of_officer,
        ),
    ]
)
