"""Acts on a posting: its places, opening it, standing it down."""

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.dates import EARLIEST_DAY
from deployments.domain.applications import end_for_stand_down
from deployments.domain.verbs.postings import MAY_MANAGE, PostingVerb
from deployments.limits.days import check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.levels import live_level_of
from deployments.limits.refusals import days_words
from deployments.limits.rule import over_strength
from deployments.models import ApplicationState, Deployment, Posting, PostingStatus

MOST_PLACES = 10_000


@requires(MAY_MANAGE)
@locked_transaction
def set_places(
    posting: Posting, *, by: Actor, places: int, reason: str = "", today: datetime.date | None = None
) -> Posting:
    """Another number of places, never below the tours to come or under way.

    Raises NotPermitted, and Refusal for a number below 1 or below commitment, or one that the posting has already.
    """
    posting = Posting.objects.get(pk=posting.pk)
    if not 1 <= places <= MOST_PLACES:
        raise Refusal(_("Give a number of places of 1 or more."), code="bad_value", field="places")
    if places == posting.places:
        raise Refusal(_("The posting has this number of places already."), code="nothing_changes", field="places")
    before, posting.places = posting.places, places
    excesses = over_strength(live_level_of(posting), EARLIEST_DAY)
    if excesses:
        worst = max(excesses, key=lambda excess: excess.committed)
        raise Refusal(
            ngettext(
                "%(posting)s: %(committed)s tour is committed %(days)s, so the places cannot be fewer.",
                "%(posting)s: %(committed)s tours are committed %(days)s, so the places cannot be fewer.",
                worst.committed,
            )
            % {
                "posting": posting.reference,
                "committed": worst.committed,
                "days": days_words(worst.first_day, worst.last_day),
            },
            code="places_below_committed",
            field="places",
        )
    posting.save()
    record_act(posting, PostingVerb.SET_PLACES, by=by, reason=reason, places=places, places_was=before)
    return posting


@requires(MAY_MANAGE)
@locked_transaction
def open_posting(posting: Posting, *, by: Actor, reason: str = "", today: datetime.date | None = None) -> Posting:
    """Open a draft: from now on tours can be reserved, and the public reads of it where it is an opening.

    Raises: NotPermitted, and Refusal from another status, while something is missing, or where another opening has the
    same title.
    """
    return _move(posting, PostingVerb.OPEN, by, reason)


@requires(MAY_MANAGE)
@locked_transaction
def unpublish_posting(posting: Posting, *, by: Actor, reason: str, today: datetime.date | None = None) -> Posting:
    """Open -> draft again, only where nobody applied and no tour of duty is recorded; any other is stood down.

    Raises NotPermitted, and Refusal from another status, without a reason, or where somebody applied or has a tour.
    """
    check_reason(reason)
    if in_use(posting):
        words = _("Somebody applied or has a tour of duty there. Stand down %(posting)s instead.")
        raise Refusal(words % {"posting": posting.reference}, code="in_use")
    return _move(posting, PostingVerb.UNPUBLISH, by, reason)


def missing(posting: Posting) -> list[str]:
    """What has to be there before the posting is open, in words; its texts and days are held by its form."""
    mission = posting.mission
    found = [] if mission.is_published else [_("its mission, which is not published")]
    return found if mission.operation.is_published else [*found, _("its operation, which is not published")]


def in_use(posting: Posting) -> bool:
    """Whether somebody applied, or has a tour of duty in the posting: then it is stood down, and no draft again."""
    applied = posting.applications.exclude(state=ApplicationState.DRAFT)
    return applied.exists() or Deployment.objects.consuming().filter(posting=posting).exists()


@requires(MAY_MANAGE)
@locked_transaction
def stand_down(posting: Posting, *, by: Actor, reason: str, today: datetime.date | None = None) -> Posting:
    """Open -> stood down: nobody new is taken, open applications end with that reason; tours that stand run on.

    Raises NotPermitted, and Refusal from another status or without a reason.
    """
    check_reason(reason)
    posting = _move(posting, PostingVerb.STAND_DOWN, by, reason)
    end_for_stand_down(posting, by=by, reason=reason)
    return posting


@requires(MAY_MANAGE)
@locked_transaction
def reopen_posting(posting: Posting, *, by: Actor, reason: str, today: datetime.date | None = None) -> Posting:
    """Stood down -> open again. Raises as ``stand_down``, and while something is missing; applications that ended stay ended."""
    check_reason(reason)
    return _move(posting, PostingVerb.REOPEN, by, reason)


def _move(posting: Posting, verb: PostingVerb, by: Actor, reason: str) -> Posting:
    posting = Posting.objects.select_related("mission__operation").get(pk=posting.pk)
    if not verb.facts.allows(posting.status):
        raise Refusal(
            _("The posting %(posting)s is in the status “%(status)s”: this is not possible from there.")
            % {"posting": posting.reference, "status": posting.get_status_display()},
            code="impossible_transition",
        )
    lacking = missing(posting) if verb.facts.target == PostingStatus.OPEN else []
    if lacking:
        words = _("Before %(record)s is open, add: %(list)s.") % {
            "record": posting.reference,
            "list": "; ".join(lacking),
        }
        raise Refusal(words, code="incomplete")
    before, posting.status = posting.status, verb.facts.target
    posting.stood_down_at = timezone.now() if posting.status == PostingStatus.STOOD_DOWN else None
    if posting.status == PostingStatus.OPEN:
        _check_title(posting)
    posting.save()
    record_act(posting, verb, by=by, reason=reason, from_state=before, to_state=posting.status)
    return posting


def _check_title(posting: Posting) -> None:
    try:
        posting.clean()
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), code="title_taken") from error
