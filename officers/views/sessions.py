"""Where one is signed in. As allauth's page, in the same number of queries however many sessions there are."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from core.generics import AnyFormView
from officers.accounts.browsers import browser_in_words
from officers.models import User
from officers.signed_in import SignedInRequest


def living_sessions(user: User) -> list[UserSession]:
    """The sessions in which ``user`` is signed in, oldest first; forgets those that ran out or that a new password ended."""
    listed = list(UserSession.objects.filter(user=user).order_by("created_at", "pk"))
    stored = Session.objects.filter(
        session_key__in=[each.session_key for each in listed], expire_date__gt=timezone.now()
    )
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    living = {each.session_key for each in stored if _lets_in(each.get_decoded(), user, hashes)}
    dead = [each.pk for each in listed if each.session_key not in living]
    if dead:
        UserSession.objects.filter(pk__in=dead).delete()
    return [each for each in listed if each.session_key in living]


def _lets_in(content: dict[str, Any], user: User, hashes: list[str]) -> bool:
    own = content.get(SESSION_KEY) == str(user.pk)
    return own and any(constant_time_compare(content.get(HASH_SESSION_KEY, ""), each) for each in hashes)


@method_decorator(reauthentication_required(allow_get=True), name="dispatch")
class SessionsPage(LoginRequiredMixin, AnyFormView):
    """Lists the sessions; POST ends all but this one."""

    request: SignedInRequest
    template_name = "usersessions/usersession_list.html"
    form_class = ManageUserSessionsForm
    success_url = reverse_lazy("usersessions_list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        living = living_sessions(self.request.user)
        named = [(session, browser_in_words(session.user_agent)) for session in living]
        return super().get_context_data(sessions=named, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: ManageUserSessionsForm) -> HttpResponse:
        form.save(self.request)
        messages.success(self.request, _("Every other session was ended."))
        return super().form_valid(form)
