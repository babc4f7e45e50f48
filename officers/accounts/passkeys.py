"""What allauth leaves out of passkeys: a counter that goes back, and one credential in two accounts (WebAuthn 7.1, 7.2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import parse_authentication_response, parse_registration_response
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_encode

COUNTER = "sign_count"
COPIED = _(
    "This passkey's counter went back, as that of a copy does. Use a code, then remove the passkey and add it anew."
)
REMOVED = _("This passkey was removed a moment ago.")
IN_USE = _("This passkey is in use by an account already. Use another one.")


@transaction.atomic
def keep_counter(authenticator: Authenticator, answer: dict[str, Any]) -> None:
    """Keep the counter of an answer that was found right.

    Raises ValidationError where it has not grown since the last one: somebody may have copied the passkey. Passkeys that
    do not count say 0 for ever.
    """
    kept = Authenticator.objects.select_for_update().filter(pk=authenticator.pk).first()
    if kept is None:
        raise ValidationError(REMOVED, code="removed")
    before = kept.data[COUNTER] if COUNTER in kept.data else kept.wrap().authenticator_data.counter
    counter = parse_authentication_response(answer).response.authenticator_data.counter
    if (counter or before) and counter <= before:
        raise ValidationError(COPIED, code="passkey_copied")
    kept.data[COUNTER] = counter
    kept.save(update_fields=["data"])
    authenticator.data = kept.data


@contextmanager
def one_after_the_other() -> Iterator[None]:
    """A transaction in which nobody else adds a passkey, so that none comes between ``check_unused`` and the saving.

    They wait for the row of their kind; SQLite lets one write at a time anyway.
    """
    with transaction.atomic():
        ContentType.objects.select_for_update(no_key=True).get(app_label="mfa", model="authenticator")
        yield


def check_unused(credential: dict[str, Any]) -> dict[str, Any]:
    """Return ``credential`` under the one name by which it is compared. Raises ValidationError where an account has it."""
    attested = parse_registration_response(credential).response.attestation_object.auth_data.credential_data
    number = websafe_encode(attested.credential_id)
    if Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, data__credential__rawId=number).exists():
        raise ValidationError(IN_USE, code="in_use")
    return {**credential, "id": number, "rawId": number}
