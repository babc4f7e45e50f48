"""Help pages and the contact form: what a page says, and what happens to a message."""

import datetime

from allauth.core import ratelimit
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.history.acts import record_act
from core.history.verbs import Verb, VerbFacts
from core.refusals import Refusal, require
from core.text.markdown import sections
from core.text.validators import refuse_disguises
from missions.help_words import filled
from missions.models import Enquiry, EnquiryTopic, HelpPage, HelpTopic

LONGEST_PAGE = 200
KEPT = datetime.timedelta(days=365)


def help_menu() -> list[tuple[str, str]]:
    """Every page of help by its code and its name, in the order of the menu."""
    return [(topic.value, str(topic.label)) for topic in HelpTopic]


def parts_of(page: HelpPage) -> list[dict[str, str]]:
    """The page's sections in the reader's language, each with a name for links within the page."""
    return [
        {"id": f"part-{number}", "title": title, "text": text}
        for number, (title, text) in enumerate(sections(filled(page.body)))
    ]


class EnquiryForm(forms.Form):
    """A message to the desk. ``website`` is a trap: people do not see it, and what fills it in is no person."""

    topic = forms.ChoiceField(
        label=_("Subject"),
        choices=[("", _("Choose")), *EnquiryTopic.choices],
        error_messages={"required": _("Choose a subject.")},
    )
    message = forms.CharField(
        label=_("Your message"),
        error_messages={"required": _("Write your message.")},
        max_length=Enquiry.LONGEST,
        validators=[ProhibitNullCharactersValidator(), refuse_disguises],
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("At most 4,000 characters. Leave out medical details and passwords."),
    )
    reply_to = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Only if you would like an answer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    page = forms.CharField(required=False, max_length=LONGEST_PAGE, widget=forms.HiddenInput)
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def is_from_a_machine(self) -> bool:
        return bool(self.cleaned_data.get("website"))


def is_flood(request: HttpRequest) -> bool:
    """More messages than the limits allow (config.accounts), by network address and for everybody together."""
    return not ratelimit.consume(request, action="contact", key="everybody")


def take(form: EnquiryForm) -> Enquiry | None:
    """Put the message into the desk's queue; one from a machine is dropped without a word."""
    if form.is_from_a_machine():
        return None
    typed = {name: form.cleaned_data[name] for name in ("topic", "message", "reply_to", "page")}
    return Enquiry.objects.create(language="fr" if get_language() == "fr" else "en", **typed)


class EnquiryVerb(Verb):
    HANDLE = (
        "handle",
        VerbFacts(_("Message handled"), _("Mark as handled"), "missions.handle_enquiry"),
    )


@transaction.atomic
def handle(enquiry: Enquiry, *, by: Actor) -> Enquiry:
    """Take the message out of the queue. Raises NotPermitted, and Refusal where somebody did so already."""
    require(by, EnquiryVerb.HANDLE.facts.who)
    enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    if enquiry.handled_at is not None:
        raise Refusal(gettext("This message was handled already."), code="nothing_changes")
    enquiry.handled_at, enquiry.handled_by_id = timezone.now(), by.pk
    enquiry.save(update_fields=["handled_at", "handled_by"])
    record_act(enquiry, EnquiryVerb.HANDLE, by=by)
    return enquiry


def answered_long_ago(today: datetime.date) -> QuerySet[Enquiry]:
    """Messages that retention no longer needs: handled more than a year before ``today``."""
    return Enquiry.objects.filter(handled_at__date__lt=today - KEPT)
