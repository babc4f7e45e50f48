"""The roles: Django groups and what each may do. The table of roles is in docs/interfaces.md."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

EDITOR, SELECTION, APPROVER = "Mission editor", "Selection officer", "Approver"
AUDITOR, ADMINISTRATOR, COORDINATOR, OFFICER = "Auditor", "Administrator", "Service coordinator", "Officer"

EDITORIAL = ("missions.country", "missions.organization", "missions.operation", "missions.mission")
BODIES = ("missions.programme", "officers.policeservice")
DATED = ("missions.authorizedstrength", "missions.operationterms", "missions.missionterms")
ABOUT_OFFICERS = (
    "officers.officer",
    "officers.coordinator",
    "officers.languagerating",
    "officers.qualificationgrant",
    "officers.unavailability",
    "deployments.deployment",
    "deployments.application",
    "deployments.note",
)
WITHOUT_OFFICERS = (
    *EDITORIAL,
    *DATED,
    "missions.programme",
    "missions.helppage",
    "officers.policeservice",
    "officers.qualification",
    "deployments.posting",
    "deployments.roleprofile",
    "deployments.languagerequirement",
    "deployments.qualificationrequirement",
    "deployments.assessmentrequirement",
    "deployments.checklistitem",
    "deployments.strengthproposal",
    "core.historyentry",
)


REQUIREMENTS = (
    "deployments.languagerequirement",
    "deployments.qualificationrequirement",
    "deployments.assessmentrequirement",
)


def _may(action: str, *models: str) -> set[str]:
    return {f"{app}.{action}_{model}" for app, model in (name.split(".") for name in models)}


VIEW = _may("view", *WITHOUT_OFFICERS, *ABOUT_OFFICERS)
ENQUIRIES = {"missions.view_enquiry", "missions.handle_enquiry"}
ROLES: dict[str, set[str]] = {
    OFFICER: set(),
    COORDINATOR: set(),
    EDITOR: _may("view", *WITHOUT_OFFICERS)
    | _may("add", *EDITORIAL, *BODIES, "missions.helppage")
    | _may("change", *EDITORIAL, *BODIES, "missions.helppage")
    | ENQUIRIES
    | {"deployments.import_operations"},
    SELECTION: VIEW
    | ENQUIRIES
    | _may("add", "deployments.posting", "deployments.roleprofile")
    | _may("change", "deployments.posting", "deployments.roleprofile")
    | _may("add", "officers.qualification")
    | _may("change", "officers.qualification")
    | _may("add", *REQUIREMENTS)
    | _may("change", *REQUIREMENTS)
    | _may("delete", *REQUIREMENTS)
    | {
        "deployments.manage_posting",
        "deployments.assess",
        "deployments.add_note",
        "deployments.add_paper",
        "deployments.add_rollcallmark",
        "deployments.change_emergencycontact",
        "officers.change_officer",
        "officers.verify_qualificationgrant",
    },
    APPROVER: VIEW
    | _may("add", "deployments.checklistitem")
    | _may("change", "deployments.checklistitem")
    | {
        "deployments.set_strength",
        "deployments.set_terms",
        "deployments.deploy",
        "deployments.add_note",
        "deployments.add_paper",
        "deployments.add_rollcallmark",
        "deployments.change_emergencycontact",
        "deployments.select",
        "deployments.import_operations",
    },
    AUDITOR: VIEW | _may("view", "officers.user", "core.outboxmail", "missions.enquiry"),
    ADMINISTRATOR: _may("add", "officers.user", "officers.coordinator")
    | _may("change", "officers.user")
    | _may(
        "view",
        "officers.user",
        "officers.coordinator",
        "officers.policeservice",
        "core.historyentry",
        "core.outboxmail",
    )
    | {"core.retry_outboxmail"},
}


def make_roles(using: str) -> None:
    """Make the seven groups and give them their permissions; permissions that staff added stay."""
    for app in ("core", "missions", "officers", "deployments", "auth"):
        create_permissions(apps.get_app_config(app), verbosity=0, using=using)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _made = Group.objects.using(using).get_or_create(name=role)
        group.permissions.add(*(known[name] for name in sorted(names)))
