"""New openings, and changes of numbers and terms, by mail without an account: asking, confirming, ending."""

from urllib.parse import urlencode

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from deployments.domain import alerts
from deployments.models import AlertSubject, OpeningAlert
from deployments.openings.searches import kept_query, search_of

READ_AND_POST = ["GET", "HEAD", "POST"]
private = cache_control(private=True, no_store=True)


class AlertForm(forms.Form):
    """The address that hears of news."""

    address = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send one message to confirm it, then at most one a day."),
    )


@private
@require_http_methods(READ_AND_POST)
def ask(request: HttpRequest) -> HttpResponse:
    """What the alert is about, and a form for the e-mail address. 400 for a filter or an address that is wrong.

    The address of the page names it: the filters of openings, or ``about=changes``.
    """
    about = request.GET.get("about", AlertSubject.OPENINGS)
    query = kept_query(request.GET) if about == AlertSubject.OPENINGS else ""
    is_right = about in AlertSubject.values and search_of(QueryDict(query)).is_right()
    form = AlertForm(request.POST if request.method == "POST" else None)
    status = 400 if not is_right or form.errors else 200
    if request.method == "POST" and status == 200:
        if ratelimit.consume(request, action="alert", key="everybody"):
            language = "fr" if get_language() == "fr" else "en"
            alerts.ask(address=form.cleaned_data["address"], language=language, about=about, query=query)
            return redirect(f"{reverse('alerts')}?{urlencode({'asked': 1, 'about': about})}")
        status = 429
    context = {
        "form": form,
        "is_right": is_right,
        "about": about,
        "words": alerts.words_of(about=about, query=query) if is_right else "",
        "is_asked": "asked" in request.GET,
        "is_flood": status == 429,
        "query": urlencode({"about": about}) if about != AlertSubject.OPENINGS else query,
    }
    return render(request, "deployments/alert.html", context, status=status)


@private
@require_http_methods(READ_AND_POST)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the first mail; the button confirms."""
    alert = get_object_or_404(OpeningAlert, token=token)
    if request.method == "POST":
        alert = alerts.confirm(alert)
    return _page(request, alert, "confirm", done=alert.confirmed_at is not None)


@private
@require_http_methods(READ_AND_POST)
def end(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the foot of every mail; one click on the button ends it. A second visit finds it ended."""
    alert = OpeningAlert.objects.filter(token=token).first()
    if alert and request.method == "POST":
        alerts.end(alert)
    return _page(request, alert, "end", done=alert is None or request.method == "POST")


def _page(request: HttpRequest, alert: OpeningAlert | None, act: str, *, done: bool) -> HttpResponse:
    words = alerts.words_of(about=alert.about, query=alert.query) if alert else ""
    context = {"alert": alert, "act": act, "done": done, "words": words}
    return render(request, "deployments/alert_link.html", context)
