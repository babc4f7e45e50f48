"""Applications: one verb a function. The states are in application_states.py; a place is taken in selections.py."""

import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import SYSTEM
from core.history.acts import record_act
from core.refusals import NotPermitted, Refusal, require
from core.text.bilingual import in_each
from core.text.dates import in_words
from deployments.domain import releases
from deployments.domain.application_moves import move, tell
from deployments.domain.applications.records import require_eligible, require_release_given
from deployments.domain.tours import acts as tours
from deployments.domain.verbs.applications import EDITABLE, MAY_ASSESS, ApplicationVerb
from deployments.eligibility.candidate import eligibility_of
from deployments.limits.days import check_reason, planned_tour
from deployments.limits.gate import through_the_gate
from deployments.limits.rule import Span
from deployments.models import Application, ApplicationState, DeploymentState, Posting, Release, Waiver
from deployments.openings.opening import OpeningState, current_state
from officers.domain.coordination import decides_on
from officers.domain.ownership import require_self
from officers.models import Officer

S = ApplicationState
# A state that says that a place is held is not reinstated as such: the place has to be taken again.
BEFORE_SELECTION: dict[str, str] = {S.SELECTED: S.QUALIFIED}


class NotTaking(Refusal):
    """The opening takes no applications (now)."""

    code = "opening_not_taking"


class TooManyApplications(Refusal):
    """The officer has as many open applications as the setting allows."""

    code = "too_many_applications"


def open_applications(officer: Officer) -> int:
    """How many of the officer's applications are open or drafts: what MAX_OPEN_APPLICATIONS limits."""
    return officer.applications.filter(state__in=[S.DRAFT, *S.open_states()]).count()


@transaction.atomic
def start(posting: Posting, *, by, officer: Officer, now: datetime.datetime | None = None) -> Application:
    """The officer's running application for ``posting``, or a new draft.

    Raises NotPermitted for another person's officer, NotTaking and TooManyApplications.
    """
    require_self(by, officer)
    Officer.objects.select_for_update().get(pk=officer.pk)  # applications begun at the same moment are counted in turn
    running = officer.applications.filter(posting=posting, state__in=S.running_states()).first()
    if running:
        return running
    _require_taking(posting, now)
    if open_applications(officer) >= settings.MAX_OPEN_APPLICATIONS:
        raise TooManyApplications(
            ngettext(
                "You have %(n)d open application: that is the most at one time. Withdraw it before you begin another.",
                "You have %(n)d open applications: that is the most at one time. Withdraw one before you begin another.",
                settings.MAX_OPEN_APPLICATIONS,
            )
            % {"n": settings.MAX_OPEN_APPLICATIONS}
        )
    try:
        with transaction.atomic():
            application = Application.objects.create(officer=officer, posting=posting)
    except IntegrityError:
        return officer.applications.get(posting=posting, state__in=S.running_states())
    record_act(application, ApplicationVerb.START, by=by, to_state=S.DRAFT)
    return application


@transaction.atomic
def revise(
    application: Application,
    *,
    by,
    motivation: str,
    available_from: datetime.date | None,
    now: datetime.datetime | None = None,
) -> Application:
    """Saves what the officer wrote: in a draft, and in a submitted application until the opening closes."""
    require_self(by, application.officer)
    _require_taking(application.posting, now)
    current = Application.objects.select_for_update().get(pk=application.pk)
    is_new = (current.motivation, current.available_from) != (motivation, available_from)
    changed = Application.objects.filter(pk=application.pk, state__in=EDITABLE).update(
        motivation=motivation, available_from=available_from, changed_at=timezone.now()
    )
    application.refresh_from_db()
    if not changed:
        raise Refusal(_("The application has moved on and can no longer be changed."), code="moved_on")
    if application.state == S.SUBMITTED and is_new:
        record_act(application, ApplicationVerb.REVISE, by=by)
    return application


@transaction.atomic
def submit(application: Application, *, by, now: datetime.datetime | None = None) -> Application:
    """Hands the draft in, once: a second or parallel call finds it handed in already and changes nothing.

    Unmet requirements do not stop it: they stand in the application, and the desk decides (a waiver has a reason).
    Raises NotPermitted, NotTaking, and ImpossibleTransition for an application that is no draft and was never handed in.
    """
    require_self(by, application.officer)
    current = Application.objects.select_for_update().get(pk=application.pk)
    if current.submitted_at and current.state in S.open_states():
        return current
    _require_taking(application.posting, now)
    if not application.motivation.strip():
        raise Refusal(_("Say why you apply."), code="motivation_required", field="motivation")
    unmet = [finding.code for finding in eligibility_of(application).unmet]
    move(application, ApplicationVerb.SUBMIT, by=by, submitted_at=now or timezone.now(), detail={"unmet": unmet})
    return tell(application, "application_received")


@through_the_gate
def withdraw(application: Application, *, by, reason: str = "") -> Application:
    """The officer takes the application back; a place held for it is free again. Raises NotPermitted, ImpossibleTransition."""
    require_self(by, application.officer)
    move(application, ApplicationVerb.WITHDRAW, by=by, reason=reason)
    return _free_place(application, reason=reason or _("The officer withdrew the application."))


@through_the_gate
def endorse(
    application: Application,
    *,
    by,
    first_day: datetime.date | None = None,
    last_day: datetime.date | None = None,
    reason: str = "",
    today: datetime.date | None = None,
) -> Application:
    """The police service's coordinator endorses, and releases the officer for the posting on the days named.

    Where none are named, the release lasts from today to the end of the planned tour, and two years at least. A release
    of these very days may be there already. Raises NotPermitted, ImpossibleTransition, and what ``releases.give`` raises.
    """
    _require_coordinator(by, application)
    usual = usual_release(application.posting, today or timezone.localdate())
    days: dict[str, Any] = {"first_day": first_day or usual.first_day, "last_day": last_day or usual.last_day}
    move(
        application,
        ApplicationVerb.ENDORSE,
        by=by,
        reason=reason,
        detail={name: str(day) for name, day in days.items()},
    )
    given = Release.objects.in_force().filter(officer=application.officer, posting=application.posting, **days)
    if application.officer.police_service.needs_release and not given.exists():
        releases.give(application.officer, by=by, posting=application.posting, today=today, **days)
    return tell(application, "application_moved")


def usual_release(posting: Posting, today: datetime.date) -> Span:
    """The days of a release for which none are named: from today, or an earlier departure, to the planned return."""
    planned = planned_tour(posting, today)
    two_years = today + datetime.timedelta(days=730)
    return Span(min(today, planned.first_day), max(two_years, planned.last_day))


@transaction.atomic
def decline_release(application: Application, *, by, reason: str) -> Application:
    """The police service does not release the officer. Raises NotPermitted, ImpossibleTransition, Refusal without a reason."""
    _require_coordinator(by, application)
    move(application, ApplicationVerb.DECLINE_RELEASE, by=by, reason=reason)
    return tell(application, "application_ended")


@transaction.atomic
def screen_in(application: Application, *, by, reason: str = "") -> Application:
    """Take the application into assessment: the release is given, and every requirement is met or waived.

    Raises: NotPermitted, ImpossibleTransition, and Refusal without release or with an unmet requirement.
    """
    require(by, MAY_ASSESS)
    require_release_given(application)
    require_eligible(application)
    move(application, ApplicationVerb.SCREEN_IN, by=by, reason=reason)
    return tell(application, "application_moved")


@transaction.atomic
def screen_out(
    application: Application, *, by, reason: str, reason_code: str = "", is_told: bool = True
) -> Application:
    """End the application before its assessment.

    The applicant learns the outcome at once, or only by ``notify`` where ``is_told`` is False.

    Raises: NotPermitted, ImpossibleTransition, and Refusal without a reason.
    """
    require(by, MAY_ASSESS)
    move(application, ApplicationVerb.SCREEN_OUT, by=by, reason=reason, reason_code=reason_code, show=is_told)
    return tell(application, "application_ended") if is_told else application


@transaction.atomic
def assess(application: Application, *, by, reason: str = "") -> Application:
    """Begin the assessment.

    Raises: NotPermitted, ImpossibleTransition.
    """
    require(by, MAY_ASSESS)
    move(application, ApplicationVerb.ASSESS, by=by, reason=reason)
    return tell(application, "application_moved")


@transaction.atomic
def nominate(application: Application, *, by, reason: str = "") -> Application:
    """Nominate the applicant to the receiving organization; this takes no place.

    Raises: NotPermitted, ImpossibleTransition, and Refusal with a requirement that is neither met nor waived.
    """
    require(by, MAY_ASSESS)
    require_eligible(application)
    move(application, ApplicationVerb.NOMINATE, by=by, reason=reason)
    return tell(application, "application_moved")


@transaction.atomic
def not_select(
    application: Application, *, by, reason: str, reason_code: str = "", is_told: bool = True
) -> Application:
    """End the application: another one, or none, is selected. Raises and tells as ``screen_out``."""
    require(by, MAY_ASSESS)
    move(application, ApplicationVerb.NOT_SELECT, by=by, reason=reason, reason_code=reason_code, show=is_told)
    return tell(application, "application_ended") if is_told else application


@through_the_gate
def refuse(application: Application, *, by, reason: str, reason_code: str = "", is_told: bool = True) -> Application:
    """Record that the receiving organization refused; a place held is free again. Raises and tells as ``screen_out``."""
    require(by, MAY_ASSESS)
    move(application, ApplicationVerb.REFUSE, by=by, reason=reason, reason_code=reason_code, show=is_told)
    _free_place(application, reason=reason)
    return tell(application, "application_ended") if is_told else application


@transaction.atomic
def qualify(application: Application, *, by, qualified_until: datetime.date, is_told: bool = True) -> Application:
    """Puts the applicant on the stand-by roster until ``qualified_until`` (inclusive); this takes no place."""
    require(by, ApplicationVerb.QUALIFY.facts.who)
    if qualified_until < timezone.localdate():
        raise Refusal(_("The roster entry would have ended already."), code="bad_value", field="qualified_until")
    move(
        application,
        ApplicationVerb.QUALIFY,
        by=by,
        show=is_told,
        qualified_until=qualified_until,
        detail={"qualified_until": str(qualified_until)},
    )
    return tell(application, "application_moved") if is_told else application


@transaction.atomic
def waive(application: Application, *, by, requirement: str, reason: str) -> Waiver:
    """Accepts that one requirement is not met. Raises NotPermitted, and Refusal where it is met or waived already."""
    require(by, MAY_ASSESS)
    check_reason(reason)
    unmet = {finding.code for finding in eligibility_of(application).unmet}
    if requirement not in unmet:
        raise Refusal(_("There is no unmet requirement of that name to waive."), code="nothing_to_waive")
    waiver = Waiver.objects.create(application=application, requirement=requirement, reason=reason, by=by)
    waived = in_each(lazy(_requirement, str)(application, requirement))
    record_act(application, ApplicationVerb.WAIVE, by=by, reason=reason, requirement=requirement, waived=waived)
    return waiver


@transaction.atomic
def notify(application: Application, *, by) -> Application:
    """Tells the applicant a decision that was recorded without telling. Raises NotPermitted, Refusal."""
    require(by, MAY_ASSESS)
    if application.shown_state == application.state:
        raise Refusal(_("The applicant knows this already."), code="nothing_changes")
    Application.objects.filter(pk=application.pk).update(shown_state=application.state)
    application.refresh_from_db()
    record_act(application, ApplicationVerb.NOTIFY, by=by, to_state=application.state)
    return tell(application, "application_ended" if application.state in S.ended_states() else "application_moved")


@through_the_gate
def expire(application: Application, *, by, reason: str) -> Application:
    """Ends an application whose time has passed; a place held for it is free again."""
    require(by, ApplicationVerb.EXPIRE.facts.who)
    move(application, ApplicationVerb.EXPIRE, by=by, reason=reason)
    _free_place(application, reason=reason)
    return tell(application, "application_ended")


@transaction.atomic
def reinstate(application: Application, *, by, reason: str) -> Application:
    """Brings an ended application back to its last open state; one that held a place comes back as qualified.

    Raises NotPermitted, ImpossibleTransition, and Refusal where the officer has another running application for the posting.
    """
    require(by, ApplicationVerb.REINSTATE.facts.who)
    check_reason(reason)
    target = application.last_open_state or S.SUBMITTED
    target = BEFORE_SELECTION.get(target, target)
    try:
        with transaction.atomic():
            move(
                application,
                ApplicationVerb.REINSTATE,
                by=by,
                reason=reason,
                target=target,
                reason_code="",
                deployment=None,
            )
    except IntegrityError:
        raise Refusal(
            _("The officer has another running application for this posting."), code="another_application"
        ) from None
    return tell(application, "application_moved")


@through_the_gate
def end_for_stand_down(posting: Posting, *, by, reason: str) -> int:
    """Ends every application to a posting that is stood down and tells the applicants; how many there were."""
    running = posting.applications.filter(state__in=[S.DRAFT, *S.open_states()]).select_related(
        "officer__user", "posting"
    )
    for application in running:
        move(application, ApplicationVerb.STAND_DOWN, by=by, reason=reason)
        _free_place(application, reason=reason)
        tell(application, "application_ended")
    return len(running)


def _requirement(application: Application, code: str) -> str:
    """A requirement of the posting, in the reader's language."""
    return next(str(finding.label) for finding in eligibility_of(application).findings if finding.code == code)


def _free_place(application: Application, *, reason: str) -> Application:
    """Cancels the tour that ``application`` reserved, if it did, inside the transaction of the act that ends it."""
    deployment = application.deployment
    if deployment is not None and deployment.state == DeploymentState.RESERVED:
        tours.cancel(deployment, by=SYSTEM, reason=reason)
    return application


def _require_coordinator(by, application: Application) -> None:
    if not decides_on(by, application.officer, on=timezone.localdate()):
        raise NotPermitted()


def _require_taking(posting: Posting, now: datetime.datetime | None) -> None:
    state = current_state(posting, now=now or timezone.now())
    if state == OpeningState.CLOSED and posting.closes_at:
        closed_on = in_words(timezone.localdate(posting.closes_at))
        raise NotTaking(_("This opening takes no applications any more: it closed on %(day)s.") % {"day": closed_on})
    if not state.takes_applications:
        raise NotTaking(_("This opening takes no applications: %(state)s.") % {"state": state.label.lower()})
