"""Events of security in the log: who, what, from where; never a name, and the network address only as a keyed hash."""

from collections.abc import Callable
from typing import Any

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.signals import email_changed, password_changed, password_reset
from allauth.core import context
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from officers.models import Coordinator, User

RIGHTS = ("is_active", "is_staff", "is_superuser")
# Accounts that one line of the log names: a list gives a role to thousands.
TARGETS = 100
log = structlog.get_logger("security")
EVENTS = {
    "signed_in": user_logged_in,
    "signed_out": user_logged_out,
    "sign_in_failed": user_login_failed,
    "second_factor_failed": authentication_failed,
    "second_factor_added": authenticator_added,
    "second_factor_removed": authenticator_removed,
    "password_changed": password_changed,
    "password_reset": password_reset,
    "address_changed": email_changed,
}


class SecurityLogMiddleware:
    """Writes down refusals of access and what was taken along as a file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in {403, 429}:
            write("access_refused" if response.status_code == 403 else "too_many_attempts", request)
        elif response.headers.get("Content-Disposition", "").startswith("attachment") and request.user.is_authenticated:
            write("exported", request)
        return response


def write(event: str, request: HttpRequest | None, **more: Any) -> None:
    """One line: the event, the account's number, the path, and where from."""
    person = getattr(request, "user", None)
    if request is not None:
        more = {"path": request.path, "method": request.method, "from": hashed_address(request), **more}
    more.setdefault("actor", getattr(person, "pk", None))
    log.info(event, **more)


def hashed_address(request: HttpRequest) -> str:
    """The same for the same network address, and nothing to anybody without the portal's key."""
    try:
        address = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        address = "unknown"
    return salted_hmac("portal.security-log", address).hexdigest()[:16]


def connect() -> None:
    """Called once, when the apps are ready."""
    for event, signal in EVENTS.items():
        signal.connect(_writer(event), weak=False, dispatch_uid=f"officers.security_log.{event}")
    m2m_changed.connect(_note_roles, sender=User.groups.through, dispatch_uid="officers.security_log.roles")
    post_save.connect(_note_coordinator, sender=Coordinator, dispatch_uid="officers.security_log.coordinator")
    pre_save.connect(_note_rights, sender=User, dispatch_uid="officers.security_log.rights")


def _note_roles(sender: Any, instance: Any, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Roles that an account, or accounts that a role, is given or loses."""
    event = {"post_add": "roles_given", "post_remove": "roles_taken", "pre_clear": "roles_taken"}.get(action)
    if event and (pk_set or action == "pre_clear"):
        is_account = isinstance(instance, User)
        of_all = list(instance.groups.values_list("pk", flat=True)) if is_account and pk_set is None else []
        others = sorted(pk_set or of_all)
        accounts, groups = ([instance.pk], others) if is_account else (others, [instance.pk])
        roles = list(Group.objects.filter(pk__in=groups).order_by("name").values_list("name", flat=True))
        for start in range(0, len(accounts) or 1, TARGETS):
            write(event, _request(), target=accounts[start : start + TARGETS], roles=roles)


def _note_coordinator(sender: Any, instance: Coordinator, created: bool, **kwargs: Any) -> None:
    write(
        "coordinator_named" if created else "coordinator_changed",
        _request(),
        target=instance.user_id,
        service=instance.police_service_id,
        last_day=str(instance.last_day or ""),
    )


def _note_rights(sender: Any, instance: User, update_fields: Any = None, **kwargs: Any) -> None:
    """Whether an account is open, works at the desk, or may do everything."""
    watched = set(RIGHTS) if update_fields is None else set(RIGHTS) & set(update_fields)
    if not instance.pk or not watched:
        return
    before = User.objects.filter(pk=instance.pk).values(*watched).first()
    changed = {name: getattr(instance, name) for name in watched if before and before[name] != getattr(instance, name)}
    if changed:
        write("rights_changed", _request(), target=instance.pk, **changed)


def _request() -> HttpRequest | None:
    """The request under way; None in commands."""
    return getattr(context, "request", None)


def _writer(event: str) -> Callable[..., None]:
    def written(request: HttpRequest | None = None, user: Any = None, **kwargs: Any) -> None:
        write(event, request, target=getattr(user, "pk", None))

    return written
