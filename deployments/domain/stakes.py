"""Nobody decides on an own matter: neither about oneself, nor on whom else a posting takes for which one has applied.

A stake is an application that is open or may come back, a draft included, or a tour that is not over. It depends on the
posting alone, never on who else applied, so that no refusal tells of a rival's application. The portal itself has none.

Nor the other way round: whoever has decided on somebody's application or release for a posting does not apply for it.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.database.compiled import KEY, Compiled
from core.history.verbs import Verb
from core.models import HistoryEntry
from core.refusals import NotPermitted, Refusal
from deployments.domain.verbs.applications import OFFICER, ApplicationVerb
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.models import Application, ApplicationState, Deployment, DeploymentState, Posting, PostingStatus
from officers.models import Officer, User

S = ApplicationState
# What happens to applications by a deadline or with their posting, whoever notices it: no decision on one of them.
BY_ITSELF = frozenset({ApplicationVerb.EXPIRE, ApplicationVerb.STAND_DOWN})
DECISIONS: list[Verb] = [each for each in ApplicationVerb if each.facts.who != OFFICER and each not in BY_ITSELF]
AN_OFFICER = Compiled(Officer.objects.filter(user=KEY).values_list("pk"))
RELEASES: list[Verb] = [CandidateVerb.GIVE_RELEASE, CandidateVerb.WITHDRAW_RELEASE]


class OwnMatter(NotPermitted):
    """The actor is concerned by the decision: a rule, not the role, is against it."""

    code = "own_matter"
    status = 409

    def __init__(self, *, field: str = "") -> None:
        super().__init__()
        self.field = field

    def __str__(self) -> str:
        return _(
            "This concerns you: nobody decides about oneself, nor on a posting for which one has applied. Somebody else does."
        )


class DecidedThere(Refusal):
    """The applicant has decided on a rival for the posting."""

    code = "decided_there"


def postings_at_stake(user: Actor | User) -> QuerySet[Posting]:
    """The postings for which ``user`` has applied, or in which ``user`` has a tour that is not over."""
    if user.pk is None:
        return Posting.objects.none()
    applied, tours = _applications().filter(officer__user=user.pk), _tours().filter(officer__user=user.pk)
    return Posting.objects.filter(Q(pk__in=applied.values("posting")) | Q(pk__in=tours.values("posting")))


def concerned_by(posting: Posting) -> QuerySet[User]:
    """The accounts with a stake in ``posting``."""
    applied, tours = _applications().filter(posting=posting), _tours().filter(posting=posting)
    people = Q(pk__in=applied.values("officer__user")) | Q(pk__in=tours.values("officer__user"))
    return User.objects.filter(people)


def has_stake(by: Actor, posting: Posting | int) -> bool:
    """Whether ``by`` has a stake in ``posting``. Who is no officer has none, which is asked first: it costs a tenth."""
    pk = posting.pk if isinstance(posting, Posting) else posting
    is_officer = by.pk is not None and AN_OFFICER.rows({KEY: by.pk})
    return bool(is_officer) and postings_at_stake(by).filter(pk=pk).exists()


def require_another(by: Actor, officer: Officer) -> None:
    """Raise OwnMatter where ``by`` is the officer."""
    if by.pk is not None and by.pk == officer.user_id:
        raise OwnMatter


def require_no_stake(by: Actor, record: Application | Deployment) -> None:
    """Raise OwnMatter where the record is the actor's own, or of a posting in which the actor has a stake."""
    if by.pk is None:
        return
    if by.pk == record.officer.user_id or has_stake(by, record.posting_id):
        raise OwnMatter


def has_decided(officer: Officer, posting: Posting) -> bool:
    """Whether the officer, as a coordinator or at the desk, decided on somebody else's application or release for it."""
    others = Application.objects.filter(posting=posting).exclude(officer=officer).values("pk")
    on_applications = Q(content_type=_kind(Application), object_id__in=others, verb__in=DECISIONS)
    on_releases = Q(content_type=_kind(Officer), verb__in=RELEASES, detail__for_posting=posting.reference)
    decided = on_applications | on_releases & ~Q(object_id=officer.pk)
    return HistoryEntry.objects.filter(decided, actor=officer.user_id).exists()


def require_undecided(officer: Officer, posting: Posting) -> None:
    """Raise DecidedThere where the officer has decided on a rival for ``posting``."""
    if has_decided(officer, posting):
        raise DecidedThere(
            _(
                "You have decided on an application or a release for this posting: whoever does so does not apply for it. "
                "If you want to serve there, write to the desk."
            )
        )


class Stakes:
    """What an actor is concerned by, read once for the many records of a list."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.postings = set(postings_at_stake(by).values_list("pk", flat=True))

    def check(self, record: Application | Deployment) -> None:
        """Raise OwnMatter as ``require_no_stake`` does."""
        if self.by.pk is not None and (self.by.pk == record.officer.user_id or record.posting_id in self.postings):
            raise OwnMatter(field="officer")

    def check_release(self, posting: Posting | None) -> None:
        """Raise OwnMatter as ``require_no_stake_in_release`` does."""
        if self.postings and (posting is None or posting.pk in self.postings):
            raise OwnMatter(field="posting")


def require_no_stake_in_release(by: Actor, posting: Posting | None) -> None:
    """Raise OwnMatter for a release for a posting at stake; one for any posting counts for each that is."""
    if by.pk is None:
        return
    at_stake = postings_at_stake(by)
    if (at_stake.filter(pk=posting.pk) if posting else at_stake).exists():
        raise OwnMatter(field="posting")


def _applications() -> QuerySet[Application]:
    """Applications whose outcome is open, or that may come back: their posting still takes people."""
    may_come_back = Q(state__in=S.ended_states(), submitted_at__isnull=False, posting__status=PostingStatus.OPEN)
    still_open = Q(posting__closes_at=None) | Q(posting__closes_at__gte=timezone.now())
    return Application.objects.filter(Q(state__in=[S.DRAFT, *S.open_states()]) | (may_come_back & still_open))


def _kind(model: type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)


def _tours() -> QuerySet[Deployment]:
    return Deployment.objects.filter(state__in=DeploymentState.live_states())
