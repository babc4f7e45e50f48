"""Letters out at the desk: the acts that issue them, with a preview, and those issued, on the record's page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.actors import SYSTEM
from core.desk.act_forms import ActForm
from core.desk.acts import Act, Aside
from core.desk.site import Panel, desk_site
from core.files.pdf import can_make_pdf
from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain import letters
from deployments.domain.verbs.letters import LetterVerb
from deployments.forms.letters import LetterForm
from deployments.models import Application, Deployment, IssuedLetter
from deployments.models.letter import letters_about

VIEW: dict[type, str] = {Application: "deployments.view_application", Deployment: "deployments.view_deployment"}


def letters_panel(record: Application | Deployment) -> list[Panel]:
    """The letters that were issued about the record; nothing where there are none."""
    issued = list(letters_about(record))
    return [Panel("letters", _("Letters"), "admin/deployments/letters.html", {"letters": issued})] if issued else []


@require_safe
def issued_letter(request: HttpRequest, pk: int) -> FileResponse:
    """The letter as it was issued, as an attachment; the history of its record says who took it."""
    found = _readable(request, pk)
    answer = download(found)
    record_act(found.record, CoreVerb.VIEW, by=request.user, letter=found.reference)
    return answer


@require_safe
def issued_letter_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of the letter as it was issued, as an attachment; logged as the letter itself."""
    found = _readable(request, pk)
    record_act(found.record, CoreVerb.VIEW, by=request.user, letter=found.reference, format="text")
    headers = {
        "Content-Disposition": f'attachment; filename="{found.reference}.txt"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8", headers=headers)


def _readable(request: HttpRequest, pk: int) -> IssuedLetter:
    chain = ("application__officer", "deployment__officer")
    found = get_object_or_404(IssuedLetter.objects.select_related(*chain), pk=pk)
    if not request.user.has_perm(VIEW[type(found.record)]):
        raise PermissionDenied
    return found


@dataclass(frozen=True)
class LetterPreview:
    """The letter that would be issued: nobody confirms another one than the page showed."""

    fingerprint: str
    unasked: str = ""


def letter_act(
    model: type[Application | Deployment],
    verb: LetterVerb,
    do: Any,
    explanation: Any,
    offered: Callable[[Any], bool] = lambda record: True,
) -> Act:
    """The act that issues a letter of the verb's kind, with the letter itself on its page.

    The record's page offers it in the states of the verb, where ``offered`` says so too.
    """

    def drafted(record: Any, form: ActForm, **more: Any) -> letters.Letter:
        assert isinstance(form, LetterForm)
        return letters.draft(verb.kind, record, **{"by": SYSTEM, "today": today_here(), **form.typed(), **more})

    def shown(request: HttpRequest, record: Any, form: ActForm) -> Aside | None:
        try:
            letters.check_state(verb, record)
            letter = drafted(record, form, by=request.user)
        except Refusal:
            return None
        context = {"letter": letter, "can_make_pdf": can_make_pdf()}
        return Aside("admin/deployments/letter_preview.html", context)

    return Act.of(
        model,
        verb,
        LetterForm,
        do,
        explanation,
        possible=lambda record: verb.facts.allows(record.state) and offered(record),
        initial=lambda record: {"language": letters.usual_language(verb.kind, record, today=today_here())},
        preview=lambda record, form: LetterPreview(drafted(record, form).content_sha256),
        preview_template="admin/deployments/letter_confirm.html",
        question=unconfirmed,
        asides=(shown,),
    )


def unconfirmed(record: Any, form: ActForm) -> Refusal | None:
    """Ask a person to read the letter first."""
    if form.cleaned_data.get("confirmed"):
        return None
    return Refusal(
        gettext("Read the letter as it is shown, then confirm that it is issued."), code="confirm", field="confirmed"
    )


desk_site.register_acts(
    [
        letter_act(
            Application,
            LetterVerb.NOMINATION,
            letters.issue_nomination,
            _("Proposes the applicant to the receiving organization. The letter gets a number and is kept as issued."),
        ),
        letter_act(
            Application,
            LetterVerb.RELEASE_REQUEST,
            letters.issue_release_request,
            _("Asks the police service to release the applicant. The letter gets a number and is kept as issued."),
            offered=lambda application: application.officer.police_service.needs_release,
        ),
        letter_act(
            Deployment,
            LetterVerb.TOUR_ORDER,
            letters.issue_tour_order,
            _("Sends the officer on the tour. The letter gets a number and is kept as issued."),
        ),
        letter_act(
            Deployment,
            LetterVerb.EXTENSION_AGREEMENT,
            letters.issue_extension_agreement,
            _("Confirms the extension that was granted. The letter gets a number and is kept as issued."),
            offered=lambda tour: letters.granted_extension(tour) is not None,
        ),
        letter_act(
            Deployment,
            LetterVerb.CERTIFICATE,
            letters.issue_certificate,
            _("Certifies the tour that was served. The letter gets a number and is kept as issued."),
        ),
    ]
)
