"""The acts with which the desk keeps an officer's record in the officer's place."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, ReasonForm
from core.desk.acts import Act
from core.desk.site import desk_site
from core.history.story import latest_version
from officers.admin.qualifications import facts
from officers.domain import keeping
from officers.domain.verbs import OfficerVerb
from officers.forms.keeping import (
    AddQualificationForm,
    ChangeQualificationForm,
    RateLanguageForm,
    RecordForm,
    RemoveLanguageForm,
)
from officers.models import Officer, QualificationGrant

TOLD = _("In the officer's place: the officer is told by mail what changed.")


def record_of(officer: Officer) -> dict[str, Any]:
    return {name: getattr(officer, name) for name in keeping.RECORD_FIELDS} | {"seen": latest_version(officer)}


def grant_of(grant: QualificationGrant) -> dict[str, Any]:
    return {name: getattr(grant, name) for name in ("grade", "valid_from", "valid_until", "evidence_note")}


def officer_page(record: Any, result: Any, form: ActForm) -> str:
    return reverse("admin:officers_officer_change", args=[record.officer_id])


desk_site.register_acts(
    [
        Act.of(
            Officer,
            OfficerVerb.CHANGE_RECORD,
            RecordForm,
            keeping.change_record,
            TOLD,
            initial=record_of,
            is_personal=True,
        ),
        Act.of(Officer, OfficerVerb.RATE_LANGUAGE, RateLanguageForm, keeping.rate_language, TOLD),
        Act.of(
            Officer,
            OfficerVerb.REMOVE_LANGUAGE,
            RemoveLanguageForm,
            keeping.remove_language,
            TOLD,
            possible=lambda officer: officer.language_ratings.exists(),
        ),
        Act.of(Officer, OfficerVerb.ADD_QUALIFICATION, AddQualificationForm, keeping.add_qualification, TOLD),
        Act.of(
            QualificationGrant,
            OfficerVerb.CHANGE_QUALIFICATION,
            ChangeQualificationForm,
            keeping.change_qualification,
            _(
                "In the officer's place: the officer is told by mail. A verification ends, for what it was about changes."
            ),
            prefix="qualification/",
            initial=grant_of,
            is_personal=True,
        ),
        Act.of(
            QualificationGrant,
            OfficerVerb.REMOVE_QUALIFICATION,
            ReasonForm,
            keeping.remove_qualification,
            _("For what was recorded wrongly: with its evidence. The officer is told by mail."),
            prefix="qualification/",
            landing=officer_page,
            facts=facts,
            is_personal=True,
        ),
    ]
)
