"""The kinds of qualifications that every database has from the start; staff may rename them and add others."""

from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate

# code, kind, English, French, grades, has an end of validity
QUALIFICATIONS = (
    ("firearms", "firearms", "Firearms qualification", "Qualification au maniement des armes à feu", "", True),
    (
        "driving-manual",
        "driving",
        "Driver's licence, manual transmission",
        "Permis de conduire, boîte manuelle",
        "",
        True,
    ),
    ("medical", "medical", "Medical grade", "Cote médicale", "MS1;MS2;MS3;MS4", True),
    (
        "security-clearance",
        "security",
        "Security clearance",
        "Cote de sécurité",
        "Reliability;Secret;Top Secret",
        True,
    ),
    ("passport", "passport", "Passport", "Passeport", "", True),
    (
        "un-assessment",
        "un_clearance",
        "UN assessment clearance (AMS, SAAT)",
        "Attestation d'évaluation de l'ONU (AMS, SAAT)",
        "",
        True,
    ),
    (
        "course-pre-deployment",
        "course",
        "Pre-deployment training",
        "Formation préalable à l'affectation",
        "",
        True,
    ),
    ("course-first-aid", "course", "First aid course", "Cours de secourisme", "", True),
)


def connect(config: AppConfig) -> None:
    """Called once, when the apps are ready."""
    post_migrate.connect(put_in_place, sender=config, dispatch_uid="officers.installation")


def put_in_place(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make the kinds that are missing; those that are there stay as they are."""
    if "officers_qualification" not in connections[using].introspection.table_names():
        return
    Qualification = apps.get_model("officers", "Qualification")
    known = set(Qualification.objects.using(using).values_list("code", flat=True))
    for position, (code, kind, name_en, name_fr, grades, expires) in enumerate(QUALIFICATIONS, start=1):
        if code not in known:
            Qualification.objects.using(using).create(
                code=code,
                kind=kind,
                name_en=name_en,
                name_fr=name_fr,
                grades=grades,
                expires=expires,
                position=position * 10,
            )
