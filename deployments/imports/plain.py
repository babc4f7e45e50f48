"""Programmes, organizations, police services and postings from lists."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.tabular import DAY, LONG_TEXT, MAX_LONG_CELL, YES_NO, Column
from deployments.domain.switches import set_countings, set_release_needs
from deployments.domain.verbs.switches import MAY_SWITCH
from deployments.imports.names import by_code_and_name
from deployments.imports.parts import parts_of_postings
from deployments.imports.records import (
    ColumnAct,
    Reader,
    RecordKind,
    choice,
    link,
    moment,
    number,
    optional_day,
    text,
    yes_no,
)
from deployments.models import CountsAgainst, Posting, PostingStatus, Regime
from missions.models import Mission, Organization, OrganizationKind, Programme
from officers.models import PoliceService
from officers.ranks import Rank

AGES = ("min_age", "max_age", "min_service_years", "max_retired_years")
CODE = Column("code", _("Code"), example="mali")
NAME_EN = Column("name_en", _("Name in English"), ("name", "english name"), example="Mali")
NAME_FR = Column("name_fr", _("Name in French"), ("nom", "nom français"), example="Mali")
NAMES = (CODE, NAME_EN, NAME_FR)
ACRONYMS = (
    Column("acronym_en", _("Acronym in English"), ("acronym",), required=False),
    Column("acronym_fr", _("Acronym in French"), ("acronyme", "sigle"), required=False),
)


def named(limit: int = 200) -> dict[str, Reader]:
    return {"name_en": text(limit), "name_fr": text(limit)}


def acronyms(limit: int) -> dict[str, Reader]:
    return {"acronym_en": text(limit, required=False), "acronym_fr": text(limit, required=False)}


def _of_services() -> Mapping[str, Reader]:
    return named() | {
        "aliases": text(500, required=False),
        "needs_release": yes_no,
        "mail_domains": text(400, required=False),
    }


def _of_postings() -> Mapping[str, Reader]:
    missions = by_code_and_name(Mission.objects.all(), "acronym_en", "acronym_fr")
    return {
        "mission": link(missions),
        "title_en": text(200),
        "title_fr": text(200),
        "duty_station_en": text(120, required=False),
        "duty_station_fr": text(120, required=False),
        "places": number,
        "tour_months": number,
        "regime": choice(Regime, required=False),
        "armed": yes_no,
        "counts_against": choice(CountsAgainst, required=False),
        "description_en": text(MAX_LONG_CELL, required=False),
        "description_fr": text(MAX_LONG_CELL, required=False),
        "opens_at": moment(at_end=False),
        "closes_at": moment(at_end=True),
        "tour_first_day": optional_day,
        "tour_last_day": optional_day,
        **dict.fromkeys(AGES, number),
        "min_rank": choice(Rank, required=False),
        "max_rank": choice(Rank, required=False),
        "status": choice(PostingStatus, required=False),
    }


PROGRAMMES = RecordKind(Programme, "code", NAMES, named).kind(
    "programmes", _("Import programmes"), _("Programmes from a list.")
)
ORGANIZATIONS = RecordKind(
    Organization,
    "code",
    (*NAMES, Column("kind", _("Kind"), ("type", "genre"), example="un", allowed=tuple(OrganizationKind)), *ACRONYMS),
    lambda: named() | acronyms(20) | {"kind": choice(OrganizationKind)},
).kind("organizations", _("Import organizations"), _("Organizations from a list."))  # fmt: skip
SERVICES = RecordKind(
    PoliceService,
    "code",
    (
        *NAMES,
        Column("aliases", _("Other names"), ("old names", "alias", "anciens noms", "autres noms"), LONG_TEXT, required=False),
        Column("needs_release", _("Releases its officers"), ("release", "libération"), YES_NO, required=False),
        Column("mail_domains", _("Mail domains"), ("domains", "domaines"), required=False),
    ),
    _of_services,
    acts={"needs_release": ColumnAct(MAY_SWITCH, set_release_needs)},
).kind("services", _("Import police services"), _("Police services, with the names by which lists call them."))  # fmt: skip
POSTINGS = RecordKind(
    Posting,
    "reference",
    (
        Column("reference", _("Reference"), ("référence", "code"), example="mali-adviser"),
        Column("mission", _("Mission"), example="minusma"),
        Column("title_en", _("Title in English"), ("title",), example="Police adviser"),
        Column("title_fr", _("Title in French"), ("titre",), example="Conseiller de police"),
        Column("duty_station_en", _("Duty station in English"), ("duty station", "location"), required=False),
        Column("duty_station_fr", _("Duty station in French"), ("lieu d'affectation", "lieu"), required=False),
        Column("places", _("Places"), ("places",), required=False, example="4"),
        Column("tour_months", _("Usual tour in months"), ("months", "mois"), required=False, example="12"),
        Column("regime", _("Regime"), ("régime",), required=False, allowed=tuple(Regime)),
        Column("armed", _("Armed"), ("armed or unarmed", "armé", "armée"), YES_NO, required=False),
        Column("counts_against", _("Counts against"), required=False, allowed=tuple(CountsAgainst)),
        Column("description_en", _("Description in English"), kind=LONG_TEXT, required=False),
        Column("description_fr", _("Description in French"), kind=LONG_TEXT, required=False),
        Column("opens_at", _("Opens"), required=False, example=""),
        Column("closes_at", _("Closes"), required=False, example=""),
        Column("tour_first_day", _("Planned departure"), ("departure", "départ"), DAY, required=False),
        Column("tour_last_day", _("Planned return"), ("return", "retour"), DAY, required=False),
        Column("min_age", _("Lowest age"), required=False),
        Column("max_age", _("Highest age"), required=False),
        Column("min_service_years", _("Least years of service"), required=False),
        Column("max_retired_years", _("Most years since retirement"), required=False),
        Column("min_rank", _("Lowest rank"), required=False),
        Column("max_rank", _("Highest rank"), required=False),
        Column(
            "languages", _("Languages asked for"), ("language", "langues exigées"), required=False, example="fr:BBB"
        ),
        Column(
            "qualifications",
            _("Qualifications asked for"),
            ("requirements", "exigences"),
            required=False,
            example="driving-manual",
        ),
        Column("status", _("Status"), ("statut", "état"), required=False, allowed=tuple(PostingStatus)),
    ),
    _of_postings,
    attributes={"armed": "is_armed"},
    only_new=frozenset({"mission", "places", "status"}),
    acts={"counts_against": ColumnAct(MAY_SWITCH, set_countings)},
    parts=parts_of_postings,
).kind("postings", _("Import postings"), _("Postings of missions from a list."))
