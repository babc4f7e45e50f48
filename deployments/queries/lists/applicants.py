"""The list of applicants by posting: the state of each, who is waited for, and what is not met."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text.dates import in_words, today_here
from deployments.eligibility.candidate import PROFILE, REQUIREMENTS, eligibility_with_assessments
from deployments.limits.days import planned_tour
from deployments.limits.releases import uncovered
from deployments.limits.rule import Span
from deployments.models import Application, ApplicationState
from deployments.queries.lists.listing import Filters, Listing, ListRow
from deployments.queries.lists.people import VIEW_APPLICATIONS, named_like

SHOWN = [state for state in ApplicationState.choices if state[0] in ApplicationState.open_states()]
DESK, SERVICE, OFFICER, HOST = _("The desk"), _("The police service"), _("The officer"), _("The receiving organization")
WAITED_FOR: dict[str, str | Promise] = {
    ApplicationState.ENDORSED: DESK,
    ApplicationState.SCREENED_IN: DESK,
    ApplicationState.IN_ASSESSMENT: DESK,
    ApplicationState.QUALIFIED: DESK,
    ApplicationState.NOMINATED: HOST,
    ApplicationState.SELECTED: OFFICER,
}


def applicants(filters: Filters) -> QuerySet[Application]:
    """Applications handed in and not ended, by posting and who waits longest."""
    states = [filters.state] if filters.state else ApplicationState.open_states()
    found = Application.objects.filter(
        named_like(filters),
        state__in=states,
        **filters.by_path("posting__mission__operation", "officer__police_service"),
    )
    order = ("posting__mission__operation__position", "posting__reference", "state_since", "pk")
    return (
        found.select_related(
            "officer__user", "officer__police_service", "posting__mission__operation__programme", "deployment"
        )
        .prefetch_related(
            "waivers",
            "officer__waivers",
            "officer__releases",
            *(f"officer__{name}" for name in PROFILE),
            *(f"posting__{name}" for name in (*REQUIREMENTS, "assessment_requirements")),
        )
        .order_by(*order)
    )


def applicant_rows(found: Sequence[Application], filters: Filters) -> Iterable[ListRow]:
    for application in found:
        own, posting = application.deployment, application.posting
        tour = Span(own.first_day, own.last_day) if own else planned_tour(posting, today_here())
        found_now = eligibility_with_assessments(application, tour)
        open_findings, asked = found_now.unmet, len(found_now.findings)
        cells = (
            posting.reference,
            posting.title,
            str(application.officer),
            str(application.officer.police_service),
            application.get_state_display(),
            timezone.localdate(application.state_since),
            str(waited_for(application)),
            gettext("%(met)s of %(asked)s") % {"met": asked - len(open_findings), "asked": asked},
            "; ".join(f"{each.label} – {each.reason}" if each.reason else str(each.label) for each in open_findings),
            release_words(application, tour),
            application.qualified_until,
        )
        yield ListRow(application, cells)


def waited_for(application: Application) -> str | Promise:
    """Who acts next: the police service only where it has to release the officer and has not answered."""
    if application.state == ApplicationState.SUBMITTED:
        return SERVICE if application.officer.police_service.needs_release else DESK
    return WAITED_FOR.get(application.state, "")


def release_words(application: Application, tour: Span) -> str:
    """Whether releases of the officer's service cover the tour, or from which day they do not."""
    officer = application.officer
    service = officer.police_service
    if not service.needs_release or (officer.retired_on and officer.retired_on <= tour.first_day):
        return gettext("Not needed")
    given = [
        Span(release.first_day, release.last_day)
        for release in officer.releases.all()
        if release.withdrawn_at is None
        and release.police_service_id == service.pk
        and release.posting_id in (None, application.posting_id)
    ]
    missing = uncovered([tour], given)
    if not missing:
        return gettext("Released")
    return gettext("Not released from %(day)s") % {"day": in_words(missing[0].first_day)}


LISTS = (
    Listing(
        name="applicants",
        title=_("Applicants by posting"),
        description=_("Applications under way: where each stands, who is waited for, and what is not met."),
        permission=VIEW_APPLICATIONS,
        columns=(
            _("Posting"), _("Role"), _("Officer"), _("Police service"), _("State"), _("Since"), _("Waiting for"),
            _("Requirements met"), _("Not met"), _("Release"), _("On the roster until"),
        ),
        records=applicants,
        rows=applicant_rows,
        filters=("operation", "service", "state", "q"),
        states=tuple(SHOWN),
    ),
)  # fmt: skip
