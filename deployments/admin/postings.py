"""Postings at the desk: their texts and requirements. Status and places change by acts."""

from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import OptionalReasonForm, ReasonForm
from core.desk.acts import Act
from core.desk.model_admin import DeskAdmin
from core.desk.site import desk_site
from core.generics import RecordInline
from core.history.acts import record_act
from core.text.bilingual import in_each
from core.text.dates import today_here
from deployments.domain import postings
from deployments.domain.publication import still_missing
from deployments.domain.verbs.postings import PostingVerb
from deployments.forms.tours import PlacesForm
from deployments.models import (
    ApplicationState,
    AssessmentRequirement,
    Deployment,
    LanguageRequirement,
    Posting,
    PostingStatus,
    QualificationRequirement,
    RoleProfile,
)
from deployments.models.job import JOB_TEXTS
from deployments.models.posting import REQUIREMENT_COLUMNS

JOB_TITLE = _("The job, where it differs from the role profile")
JOB_HELP = _("Markdown. What is left empty is read from the role profile, then from the standard one.")
JOB_MARKS = _(
    "Markdown. An item or paragraph that begins with {if armed} is shown only in armed openings; after “if” or “unless” may"
    " stand armed, unarmed, languages, assessments, no-lead, codes of qualifications, and codes of lead organizations."
    " {languages} and {assessments} become the names of those asked for."
)
JOB_FIELDS: list[Any] = [(f"{name}_en", f"{name}_fr") for name in JOB_TEXTS]


class LanguageRequirementInline(RecordInline):
    model = LanguageRequirement
    extra = 0


class QualificationRequirementInline(RecordInline):
    model = QualificationRequirement
    extra = 0


class AssessmentRequirementInline(RecordInline):
    """Programs that fill in the form of a posting need not know of it."""

    may_be_left_out = True
    model = AssessmentRequirement
    extra = 0


@admin.register(RoleProfile)
class RoleProfileAdmin(DeskAdmin):
    list_display = ["code", "profile_name", "changed_at"]
    search_fields = ["code", "name_en", "name_fr"]
    search_help_text = _("By code or name.")
    fieldsets = [
        (_("Role profile"), {"fields": ["code", ("name_en", "name_fr")]}),
        (
            _("The job"),
            {"fields": [("description_en", "description_fr"), *JOB_FIELDS], "description": JOB_MARKS},
        ),
    ]

    @admin.display(description=_("name"), ordering="name_en")
    def profile_name(self, profile: RoleProfile) -> str:
        return profile.name


class TodayColumns(TypedDict):
    """Added by the list's query."""

    taken_today: int


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    PostingToday = WithAnnotations[Posting, TodayColumns]
else:
    PostingToday = Posting


@admin.register(Posting)
class PostingAdmin(DeskAdmin):
    list_display = ["reference", "title", "mission", "status", "places", "taken", "counts_against"]
    list_select_related = ["mission"]
    list_filter = ["status", "counts_against", "mission__operation", "regime"]
    search_fields = ["search_text__contains", "mission__search_text__contains"]
    search_help_text = _("By reference, title, duty station or mission; accents and capitals do not matter.")
    way_out = _("Stand it down: it takes no applications any more, and open ones end with that reason.")
    inlines = [LanguageRequirementInline, QualificationRequirementInline, AssessmentRequirementInline]
    fieldsets = [
        (_("Posting"), {"fields": ["reference", "mission", ("places", "counts_against"), ("tour_months", "regime")]}),
        (
            _("Texts in English and French"),
            {
                "fields": [
                    ("title_en", "title_fr"),
                    ("duty_station_en", "duty_station_fr"),
                    "role_profile",
                    ("description_en", "description_fr"),
                ]
            },
        ),
        (JOB_TITLE, {"fields": JOB_FIELDS, "classes": ["collapse"], "description": JOB_HELP}),
        (
            _("When"),
            {"fields": [("opens_at", "closes_at"), ("tour_first_day", "tour_last_day")]},
        ),
        (
            _("Who can serve"),
            {
                "fields": ["is_armed", *REQUIREMENT_COLUMNS],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostingToday]:
        today = Deployment.objects.on(today_here()).filter(posting=OuterRef("pk")).order_by()
        counted = today.values("posting").annotate(number=Count("pk")).values("number")
        postings = super().get_queryset(request).annotate(taken_today=Coalesce(Subquery(counted), 0))
        return cast(QuerySet[PostingToday], postings)

    def get_readonly_fields(self, request: HttpRequest, obj: Posting | None = None) -> list[str]:
        """What a posting counts against is set by an Approver's act alone: a new one counts against every number."""
        if obj is None:
            return ["counts_against"]
        return ["places", "counts_against", *(["mission"] if obj.deployments.exists() else [])]

    def save_model(self, request: HttpRequest, obj: Posting, form: Any, change: bool) -> None:
        """What is added by hand begins as a draft: opening it is an act."""
        if not change:
            obj.status = PostingStatus.DRAFT
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        posting = form.instance
        before = _asked(posting)
        super().save_related(request, form, formsets, change)
        after = _asked(posting)
        if before != after:
            record_act(
                posting, PostingVerb.CHANGE_REQUIREMENTS, by=request.user, requirements={"from": before, "to": after}
            )

    @admin.display(description=_("title"), ordering="search_text")
    def title(self, posting: Posting) -> str:
        return posting.title

    @admin.display(description=_("taken today"), ordering="taken_today")
    def taken(self, posting: PostingToday) -> int:
        return posting.taken_today


def _asked(posting: Posting) -> dict[str, str]:
    """The languages, qualifications and assessments that the posting asks for, in the words of each language."""
    languages = list(posting.language_requirements.all())
    qualifications = list(posting.qualification_requirements.select_related("qualification"))
    assessments = list(posting.assessment_requirements.all())

    def words() -> str:
        spoken = (f"{each} {'/'.join(each.letters().values())}" for each in languages)
        held = (gettext("%(qualification)s, verified") % {"qualification": each} if each.must_be_verified else str(each)
                for each in qualifications)  # fmt: skip
        tests = (gettext("Assessment: %(kind)s") % {"kind": each} for each in assessments)
        return "; ".join([*spoken, *held, *tests]) or "–"

    return in_each(lazy(words, str)())


def open_applications(posting: Posting) -> list[tuple[Any, Any]]:
    """How many would end with the posting."""
    number = posting.applications.filter(state__in=ApplicationState.open_states()).count()
    return [(_("Open applications"), number)]


desk_site.register_acts(
    [
        Act.of(
            Posting,
            PostingVerb.SET_PLACES,
            PlacesForm,
            postings.set_places,
            _("The most officers in the posting on any day: never fewer than are committed."),
            initial=lambda posting: {"places": posting.places},
        ),
        Act.of(
            Posting,
            PostingVerb.OPEN,
            OptionalReasonForm,
            postings.open_posting,
            _("From now on places can be reserved."),
            possible=lambda posting: PostingVerb.OPEN.facts.allows(posting.status) and not postings.missing(posting),
            warning=lambda posting: still_missing(postings.missing(posting)),
        ),
        Act.of(
            Posting,
            PostingVerb.UNPUBLISH,
            ReasonForm,
            postings.unpublish_posting,
            _("It is a draft again. Only where nobody applied and no tour of duty is recorded."),
            possible=lambda posting: (
                PostingVerb.UNPUBLISH.facts.allows(posting.status) and not postings.in_use(posting)
            ),
        ),
        Act.of(
            Posting,
            PostingVerb.STAND_DOWN,
            ReasonForm,
            postings.stand_down,
            _("Nobody new is taken, and open applications end with this reason. Tours that stand run on."),
            facts=open_applications,
        ),
        Act.of(
            Posting,
            PostingVerb.REOPEN,
            ReasonForm,
            postings.reopen_posting,
            _("Places can be reserved again; applications that ended stay ended."),
            possible=lambda posting: PostingVerb.REOPEN.facts.allows(posting.status) and not postings.missing(posting),
            warning=lambda posting: still_missing(postings.missing(posting)),
        ),
    ]
)
