"""Qualifications at the desk: the kinds that postings can ask for, and what officers hold, verified by an act."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm
from core.desk.acts import Act
from core.desk.model_admin import DeskAdmin
from core.desk.personal import PersonalAdmin
from core.desk.site import desk_site
from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from officers.domain import verification
from officers.domain.verbs import QualificationVerb
from officers.forms.verification import VerifyForm, WithdrawVerificationForm
from officers.models import Qualification, QualificationEvidence, QualificationGrant


@admin.register(Qualification)
class QualificationAdmin(DeskAdmin):
    way_out = _("Take away the tick at “Can be added to profiles”: it stays where it was used, and is offered no more.")
    list_display = ["code", "name_en", "name_fr", "kind", "grades", "expires", "is_active"]
    list_filter = ["kind", "is_active"]
    fields = ["code", "kind", ("name_en", "name_fr"), "grades", "expires", "is_active", "position"]


class Verified(admin.EmptyFieldListFilter):
    """What waits for the desk, and what was verified."""

    def choices(self, changelist: Any) -> Any:
        words = [_("All"), _("Not verified"), _("Verified")]
        return [{**choice, "display": word} for choice, word in zip(super().choices(changelist), words, strict=True)]


@admin.register(QualificationGrant)
class QualificationGrantAdmin(PersonalAdmin):
    """What officers hold: the officer writes it, the desk verifies it."""

    list_display = [
        *("officer", "qualification", "grade", "valid_from", "valid_until"),
        *("document", "verified_at", "verified_by"),
    ]
    list_filter = [("verified_at", Verified), "qualification", "officer__police_service"]
    search_fields = ["officer__user__search_text__contains", "officer__service_number"]
    fields = readonly_fields = (
        *("officer", "qualification", "grade", "valid_from", "valid_until", "evidence_note"),
        *("document", "verified_at", "verified_by"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[QualificationGrant]:
        return super().get_queryset(request).select_related("officer__user", "qualification", "evidence", "verified_by")

    def get_urls(self) -> list[Any]:
        evidence = path(
            "<int:pk>/evidence/",
            self.admin_site.admin_view(self.evidence_view),
            name="officers_qualificationgrant_evidence",
        )
        return [evidence, *super().get_urls()]

    def evidence_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """The evidence as a download; the history of the qualification says who took it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(QualificationEvidence.objects.select_related("grant__qualification"), grant__pk=pk)
        answer = download(found)
        record_act(found.grant, CoreVerb.VIEW, by=request.user, document=found.pk)
        return answer

    @admin.display(description=_("evidence document"))
    def document(self, grant: QualificationGrant) -> str:
        return document_link(grant) or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: QualificationGrant | None = None) -> bool:
        return False


def document_link(grant: QualificationGrant) -> str:
    """A link to the download of the evidence, or why it is kept back; "" where there is none."""
    if not hasattr(grant, "evidence"):
        return ""
    if grant.evidence.kept_back:
        return grant.evidence.kept_back
    address = reverse("admin:officers_qualificationgrant_evidence", args=[grant.pk])
    return format_html('<a href="{}">{}</a>', address, _("Evidence document"))


def facts(grant: QualificationGrant) -> list[tuple[Any, Any]]:
    """What is verified, at present."""
    until = date_format(grant.valid_until) if grant.valid_until else _("without end")
    return [
        (_("Officer"), grant.officer),
        (_("Grade"), grant.grade or "–"),
        (_("Valid from"), date_format(grant.valid_from)),
        (_("Valid until"), until),
        (_("Evidence"), grant.evidence_note or "–"),
        (_("Evidence document"), document_link(grant) or "–"),
    ]


def seen(grant: QualificationGrant) -> dict[str, Any]:
    return {"seen": verification.version_of(grant)}


def qualification_act(
    verb: QualificationVerb, form: type[ActForm], do: Any, explanation: Any, *, is_verified: bool
) -> Act:
    return Act.of(
        QualificationGrant,
        verb,
        form,
        do,
        explanation,
        prefix="qualification/",
        possible=lambda grant: (grant.verified_at is not None) is is_verified,
        initial=seen,
        facts=facts,
        is_personal=True,
    )


desk_site.register_acts(
    [
        qualification_act(
            QualificationVerb.VERIFY,
            VerifyForm,
            verification.verify,
            _(
                "Records that you saw the evidence, with your name and the time. A later change by the officer undoes it."
            ),
            is_verified=False,
        ),
        qualification_act(
            QualificationVerb.WITHDRAW_VERIFICATION,
            WithdrawVerificationForm,
            verification.withdraw_verification,
            _("The qualification stands as not verified from now on."),
            is_verified=True,
        ),
    ]
)
