"""Officers who did not sign up themselves: entered by the desk, or brought by a list. Their accounts have no password."""

import datetime
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.actors import Actor
from core.database.holds import check_constraints
from core.history.acts import record_act
from core.mail.outbox import queue_mail
from core.refusals import NotPermitted, Refusal, requires
from core.text.dates import today_here
from officers.domain.verbs import MAY_KEEP, OfficerVerb
from officers.models import Officer, PoliceService, User

ROLE = "Officer"
SECONDS_OF_A_DAY = 86_400


@requires(MAY_KEEP)
@transaction.atomic
def add_officer(
    police_service: PoliceService,
    *,
    by: Actor,
    email: str,
    service_number: str,
    reason: str,
    given_name: str = "",
    family_name: str = "",
    language: str = "en",
    rank: str = "",
    member_since: datetime.date | None = None,
) -> Officer:
    """Enter an officer of ``police_service`` in the officer's place, and invite the person by mail to set a password.

    An account of that address that has no profile yet gets one, and keeps its name and language. Nobody enters oneself.

    Raises: NotPermitted, and Refusal without a reason, for an account of the desk, an officer who is there already, an
    address or a number that the police service does not take, or a value that the record does not take.
    """
    if not reason.strip():
        raise Refusal(_("Give the reason."), code="reason_required", field="reason")
    if member_since is not None and member_since > today_here():
        raise Refusal(_("This day is in the future."), code="bad_value", field="member_since")
    account = _account(email, by)
    names: dict[str, str] = {"given_name": given_name, "family_name": family_name} if account.pk is None else {}
    if account.pk is None:
        if not (given_name or family_name):
            raise Refusal(_("Give a name: one is enough."), code="bad_value", field="family_name")
        account.language = language
    officer = Officer()
    own = {"rank": rank, "member_since": member_since}
    try:
        put_in(account, officer, police_service=police_service, service_number=service_number, names=names, own=own)
        officer.validate_constraints(exclude=["user"])
    except ValidationError as error:
        raise _at_field(error) from error
    account.save()
    officer.user = account
    officer.save()
    record_act(officer, OfficerVerb.ADD_OFFICER, by=by, reason=reason, service=police_service.code)
    give_role([account])
    _invite(officer)
    return officer


def _account(email: str, by: Actor) -> User:
    """The account with that address, locked, or a new one, unsaved. Raises NotPermitted, Refusal."""
    address = email.strip().lower()
    account = User.objects.select_for_update().filter(email__iexact=address).first() or User(email=address)
    if account.pk is not None and account.pk == by.pk:
        raise NotPermitted
    if account.is_staff:
        raise Refusal(_("This is an account of the desk: its owner makes the profile."), code="desk", field="email")
    if Officer.objects.filter(user=account.pk).exists():
        raise Refusal(_("There is an officer with this address already."), code="joined", field="email")
    return account


def _invite(officer: Officer) -> None:
    """Queue the mail with which the person sets the first password, or looks at the record with the one that is there."""
    account = officer.user
    context = {
        "officer": officer,
        "link": _link(account),
        "days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_OF_A_DAY,
        "has_password": account.has_usable_password(),
    }
    queue_mail(to=account, template="officers/added", context=context, confidential=True)


def put_in(
    account: User,
    officer: Officer,
    *,
    police_service: PoliceService,
    service_number: str,
    names: Mapping[str, str],
    own: Mapping[str, Any],
) -> None:
    """Put what was typed, or stands in a list, into the account and the profile, unsaved, checked as a form would.

    ``names`` are what changes of the account's names, ``own`` of the profile's other fields. A new account has no
    password, and an account of the desk is never touched: nobody becomes one by a list, nor loses it.

    Raises: Refusal for an account of the desk, or an address that the police service does not accept; ValidationError.
    """
    if account.is_staff and (officer.pk is None or names):
        raise Refusal(_("This is an account of the desk: a list does not change it."), code="desk", field="email")
    if account.pk is None:
        if not police_service.accepts_address(account.email):
            raise Refusal(police_service.address_refusal(), code="foreign_address", field="email")
        account.set_unusable_password()
    for name, value in names.items():
        setattr(account, name, value)
    account.clean_fields(exclude=["password", "signup_service"])
    officer.police_service, officer.service_number = police_service, service_number
    for name, value in own.items():
        setattr(officer, name, value)
    officer.clean_fields(exclude=["user", "police_service"])
    check_constraints(officer, exclude=["user", "police_service", "service_number"])


def give_role(accounts: list[User]) -> None:
    """Make the accounts members of the officers' group."""
    for group in Group.objects.filter(name=ROLE):
        group.user_set.add(*accounts)


def _at_field(error: ValidationError) -> Refusal:
    """The first thing that the record does not take, at its field."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"service_number": error.messages}
    field, words = next(iter(by_field.items()))
    return Refusal(" ".join(words), code="bad_value", field="service_number" if field == NON_FIELD_ERRORS else field)


def _link(account: User) -> str:
    """The path at which the owner of the account sets the first password; it lets in whoever has it."""
    key = f"{user_pk_to_url_str(account)}-{default_token_generator.make_token(account)}"
    with override(account.language):
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return path.replace("UID-KEY", quote(key))
