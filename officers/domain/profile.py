"""An officer's profile: joining a police service, and keeping the parts of the profile. Only the officer writes it."""

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import NotPermitted, Refusal
from officers.domain.evidence import discard_evidence
from officers.domain.ownership import require_self
from officers.domain.verbs import OfficerVerb
from officers.models import LanguageRating, Officer, PoliceService, QualificationGrant, Unavailability, User

Part = LanguageRating | QualificationGrant | Unavailability
# What a verification was about: a change of any of these takes it away.
VERIFIED = ("qualification_id", "grade", "valid_from", "valid_until", "evidence_note")


@dataclass(frozen=True)
class Completeness:
    """Which parts of a profile say what applying takes, by their code."""

    service: bool
    person: bool
    declarations: bool
    languages: bool
    qualifications: bool

    @property
    def missing(self) -> list[str]:
        return [code for code, complete in vars(self).items() if not complete]


def completeness(officer: Officer) -> Completeness:
    """What the profile holds; reads the prefetched lists where there are any."""
    return Completeness(
        service=bool(officer.rank and officer.member_since),
        person=officer.birth_date is not None,
        declarations=officer.has_convictions is not None and officer.has_open_investigations is not None,
        languages=bool(officer.language_ratings.all()),
        qualifications=bool(officer.grants.all()),
    )


@transaction.atomic
def join(
    user: User,
    *,
    by: Actor,
    police_service: PoliceService,
    service_number: str,
    rank: str = "",
    member_since: datetime.date | None = None,
) -> Officer:
    """Make the officer's profile beside the account ``user``.

    Raises NotPermitted for anybody else's account, and Refusal where there is a profile already, the service number is
    taken, or the police service does not accept the account's e-mail address.
    """
    if by.pk != user.pk or not by.is_active:
        raise NotPermitted
    if not police_service.accepts_address(user.email):
        raise Refusal(police_service.address_refusal(), code="foreign_address", field="police_service")
    officer = Officer(
        user=user, police_service=police_service, service_number=service_number, rank=rank, member_since=member_since
    )
    if Officer.objects.filter(user=user).exists():
        raise Refusal(_("You have a profile already."), code="joined")
    try:
        officer.validate_constraints()
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), code="invalid", field="service_number") from error
    officer.save()
    user.groups.add(*Group.objects.filter(name="Officer"))
    record_act(officer, OfficerVerb.JOIN, by=by, service=police_service.code)
    return officer


@transaction.atomic
def save_officer(officer: Officer, *, by: Actor) -> None:
    """Keep the officer's changes of the own service data or person. Raises NotPermitted for anybody else."""
    require_self(by, officer)
    officer.save()


@transaction.atomic
def declare(officer: Officer, *, by: Actor, has_convictions: bool, has_open_investigations: bool) -> None:
    """Keep what the officer declares, with the time. Raises NotPermitted for anybody else."""
    require_self(by, officer)
    officer.has_convictions, officer.has_open_investigations = has_convictions, has_open_investigations
    officer.declared_at = timezone.now()
    officer.save()
    record_act(officer, OfficerVerb.DECLARE, by=by)


@transaction.atomic
def save_part(part: Part, *, by: Actor) -> None:
    """Keep a language, a qualification held or a period; a changed qualification has to be verified again.

    Raises NotPermitted for anybody but the officer.
    """
    require_self(by, part.officer)
    if isinstance(part, QualificationGrant) and part.pk and changes_what_was_verified(part):
        part.verified_by = part.verified_at = None
    part.save()


@transaction.atomic
def remove_part(part: Part, *, by: Actor) -> None:
    """Take a part out of the profile, with its evidence; its history stays.

    Raises NotPermitted for anybody but the officer.
    """
    require_self(by, part.officer)
    if isinstance(part, QualificationGrant):
        discard_evidence(part)
    part.delete()


def changes_what_was_verified(grant: QualificationGrant) -> bool:
    """Compare with the row read anew, locked so that no verification comes in between."""
    standing = QualificationGrant.objects.select_for_update().get(pk=grant.pk)
    grant.verified_by_id, grant.verified_at = standing.verified_by_id, standing.verified_at
    return any(getattr(standing, name) != getattr(grant, name) for name in VERIFIED)
