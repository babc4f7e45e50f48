"""The steps of an application, who decides on each, and how long it usually takes: for pages and mails.

The usual times are those of the help page "What happens after you apply", not measured; a step without one lasts as long as it
needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.history.verbs import Words
from core.text.dates import in_words
from deployments.models import Application, ApplicationState

S = ApplicationState


@dataclass(frozen=True)
class ApplicationStep:
    """One step: ``states`` are those in which it is under way."""

    code: str
    title: Words
    who: Words
    usual: Words
    states: frozenset[str]


WRITING = ApplicationStep("writing", gettext_lazy("Write and submit"), gettext_lazy("You"), "", frozenset({S.DRAFT}))
RELEASE = ApplicationStep(
    "release",
    gettext_lazy("Release"),
    gettext_lazy("Your police service"),
    gettext_lazy("about two weeks"),
    frozenset({S.SUBMITTED}),
)
SCREENING = ApplicationStep(
    "screening",
    gettext_lazy("Screening"),
    gettext_lazy("The desk"),
    gettext_lazy("up to three weeks after the closing date"),
    frozenset({S.SUBMITTED, S.ENDORSED}),
)
ASSESSMENT = ApplicationStep(
    "assessment",
    gettext_lazy("Assessment"),
    gettext_lazy("The desk"),
    gettext_lazy("one to two months"),
    frozenset({S.SCREENED_IN, S.IN_ASSESSMENT}),
)
SELECTION = ApplicationStep(
    "selection",
    gettext_lazy("Nomination and selection"),
    gettext_lazy("The desk and the receiving organization"),
    gettext_lazy("when a place is free"),
    frozenset({S.QUALIFIED, S.NOMINATED}),
)
ACCEPTANCE = ApplicationStep("acceptance", gettext_lazy("Acceptance"), gettext_lazy("You"), "", frozenset({S.SELECTED}))
PREPARATION = ApplicationStep(
    "preparation",
    gettext_lazy("Preparation of the departure"),
    gettext_lazy("The desk, with you"),
    gettext_lazy("two to three months"),
    frozenset({S.ACCEPTED}),
)


@dataclass(frozen=True)
class StepProgress:
    """A step of one application: over, under way or ahead; ``by`` says until when, where a day is known."""

    step: ApplicationStep
    is_over: bool
    is_now: bool
    by: str = ""


def steps_of(needs_release: bool) -> tuple[ApplicationStep, ...]:
    """The steps in order; a service that releases nobody is not asked."""
    release = (RELEASE,) if needs_release else ()
    return (WRITING, *release, SCREENING, ASSESSMENT, SELECTION, ACCEPTANCE, PREPARATION)


def track(application: Application) -> list[StepProgress]:
    """The step that the application has reached, as the officer may know it; empty once it has ended."""
    return list(_places(application)) if application.shown_state in S.running_states() else []


def next_words(application: Application) -> str:
    """What comes next, who decides and by when, as a sentence for a mail; "" once the application has ended."""
    now = next((place for place in track(application) if place.is_now), None)
    if now is None:
        return ""
    values = {"step": now.step.title, "who": now.step.who, "usual": now.step.usual, "by": now.by}
    if now.by:
        return _("Next: %(step)s – %(who)s, %(by)s.") % values
    if now.step.usual:
        return _("Next: %(step)s – %(who)s; it usually takes %(usual)s.") % values
    return _("Next: %(step)s – %(who)s.") % values


def _places(application: Application) -> Iterator[StepProgress]:
    steps = steps_of(application.officer.police_service.needs_release)
    now = next(step for step in steps if application.shown_state in step.states)
    position = steps.index(now)
    for number, step in enumerate(steps):
        yield StepProgress(step, number < position, step is now, _by(application, step) if step is now else "")


def _by(application: Application, step: ApplicationStep) -> str:
    """Until when, where a day is known: the closing of the opening, the end of a hold or of the roster entry."""
    if step is WRITING and application.posting.closes_at:
        return _("by %(day)s") % {"day": in_words(timezone.localdate(application.posting.closes_at))}
    if step is ACCEPTANCE and application.deployment and application.deployment.hold_until:
        return _("by %(day)s") % {"day": in_words(application.deployment.hold_until)}
    if step is SELECTION and application.qualified_until:
        return _("while your entry in the stand-by roster is valid, until %(day)s") % {
            "day": in_words(application.qualified_until)
        }
    if step is ACCEPTANCE:
        return _("within %(days)d days") % {"days": settings.HOLD_DAYS}
    return ""
