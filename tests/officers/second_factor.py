"""A second factor in tests: a session in which it was shown a moment ago."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from django.test import Client

from officers.accounts.middleware import PASSED
from officers.models import User


def shown_the_factor(client: Client, person: User) -> None:
    """As after a code or a passkey: the pages of staff open, and nothing asks again for some minutes."""
    session = client.session
    session[PASSED] = person.pk
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session.save()
