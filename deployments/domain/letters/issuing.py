"""Issuing a letter: it gets the next number of its kind and year, and is kept as it was issued.

The PDF is made before the transaction: it takes its time, and all would wait. Where somebody else took the number
meanwhile, it is made again with the next one.
"""

import datetime
import hashlib
from dataclasses import replace

from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.db.models import Max
from django.utils.translation import gettext as _

from core.actors import Actor
from core.files.pdf import can_make_pdf, make_pdf
from core.files.uploads import files_with_rows
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.dates import today_here
from deployments.domain.application_moves import lock
from deployments.domain.letters.contents import Letter, draft
from deployments.domain.stakes import require_no_stake
from deployments.domain.tours.records import locked_tour
from deployments.domain.verbs.applications import MAY_ASSESS
from deployments.domain.verbs.letters import LetterVerb
from deployments.domain.verbs.refusals import ImpossibleTransition
from deployments.domain.verbs.tours import MAY_DEPLOY
from deployments.models import Application, ApplicationState, Deployment, DeploymentState, IssuedLetter
from deployments.models.letter import letters_about, reference

__all__ = [
    "check_state",
    "issue_certificate",
    "issue_extension_agreement",
    "issue_nomination",
    "issue_release_request",
    "issue_tour_order",
]

TRIES = 5
STYLESHEET = "css/letter.css"


@requires(MAY_ASSESS)
def issue_nomination(
    application: Application, *, by: Actor, language: str, paragraph: str = "", today: datetime.date | None = None
) -> IssuedLetter:
    """Issue the letter that proposes the applicant to the receiving organization.

    Raises: NotPermitted, ImpossibleTransition, and Refusal where the same letter was issued already, or while the server
    makes other PDFs.
    """
    return _issue(LetterVerb.NOMINATION, application, by, language, paragraph, today)


@requires(MAY_ASSESS)
def issue_release_request(
    application: Application, *, by: Actor, language: str, paragraph: str = "", today: datetime.date | None = None
) -> IssuedLetter:
    """Issue the letter that asks the applicant's police service for a release. Raises as ``issue_nomination``, and Refusal
    where no release is needed, or all days have one.
    """
    return _issue(LetterVerb.RELEASE_REQUEST, application, by, language, paragraph, today)


@requires(MAY_DEPLOY)
def issue_tour_order(
    deployment: Deployment, *, by: Actor, language: str, paragraph: str = "", today: datetime.date | None = None
) -> IssuedLetter:
    """Issue the letter that sends the officer on a tour that is firm. Raises as ``issue_nomination``."""
    return _issue(LetterVerb.TOUR_ORDER, deployment, by, language, paragraph, today)


@requires(MAY_DEPLOY)
def issue_extension_agreement(
    deployment: Deployment, *, by: Actor, language: str, paragraph: str = "", today: datetime.date | None = None
) -> IssuedLetter:
    """Issue the letter that confirms an extension that was granted. Raises as ``issue_nomination``, and Refusal without
    one.
    """
    return _issue(LetterVerb.EXTENSION_AGREEMENT, deployment, by, language, paragraph, today)


@requires(MAY_DEPLOY)
def issue_certificate(
    deployment: Deployment, *, by: Actor, language: str, paragraph: str = "", today: datetime.date | None = None
) -> IssuedLetter:
    """Issue the certificate of a tour that was served. Raises as ``issue_nomination``."""
    return _issue(LetterVerb.CERTIFICATE, deployment, by, language, paragraph, today)


def check_state(verb: LetterVerb, record: Application | Deployment) -> None:
    """Raise ImpossibleTransition where the letter makes no sense in the state of ``record``."""
    if verb.facts.allows(record.state):
        return
    if isinstance(record, Application):
        sentence = _("“%(act)s” is not possible: the application is in the state “%(state)s”.")
        raise ImpossibleTransition(verb, record.state, sentence, ApplicationState(record.state).label)
    sentence = _("“%(act)s” is not possible: the tour is in the state “%(state)s”.")
    raise ImpossibleTransition(verb, record.state, sentence, DeploymentState(record.state).label)


def _issue(
    verb: LetterVerb,
    record: Application | Deployment,
    by: Actor,
    language: str,
    paragraph: str,
    today: datetime.date | None,
) -> IssuedLetter:
    today = today or today_here()
    require_no_stake(by, record)
    check_state(verb, record)
    letter = draft(verb.kind, record, by=by, language=language, paragraph=paragraph, today=today)
    for _try in range(TRIES):
        _refuse_the_same(letter, record)
        given = IssuedLetter.objects.filter(kind=letter.kind, year=today.year).aggregate(last=Max("number"))["last"]
        number = (given or 0) + 1
        numbered = replace(letter, number=reference(letter.kind, today.year, number))
        made = IssuedLetter(kind=letter.kind, year=today.year, number=number, language=language, issued_on=today)
        try:
            return _keep(verb, record, by, numbered, made)
        except IntegrityError:
            continue  # somebody else took the number, or issued the same letter
    raise Refusal(_("Other letters are being issued at the moment. Try again in a few seconds."), code="busy")


def _keep(
    verb: LetterVerb, record: Application | Deployment, by: Actor, letter: Letter, made: IssuedLetter
) -> IssuedLetter:
    """Make the file, then write row, file and history together, on the record as it is by then."""
    text = letter.text()
    is_pdf = can_make_pdf()
    content = make_pdf(letter.page(), STYLESHEET) if is_pdf else text.encode()
    made.name = f"{letter.number}.{'pdf' if is_pdf else 'txt'}"
    made.media_type = "application/pdf" if is_pdf else "text/plain"
    made.size, made.sha256 = len(content), hashlib.sha256(content).hexdigest()
    made.issued_by_id = by.pk
    made.text, made.content_sha256 = text, letter.content_sha256
    made.file = ContentFile(content, name=made.name)
    with files_with_rows() as keep:
        if isinstance(record, Application):
            lock(record, by=by)
            made.application = record
        else:
            record = made.deployment = locked_tour(record, by=by)
        check_state(verb, record)
        keep(made)
        detail = {"letter": made.reference, "letter_language": letter.language, "sha256": made.sha256}
        record_act(record, verb, by=by, **detail)
    return made


def _refuse_the_same(letter: Letter, record: Application | Deployment) -> None:
    """Raise Refusal where this letter, word for word, was issued already."""
    same = letters_about(record).filter(kind=letter.kind, content_sha256=letter.content_sha256).first()
    if same is not None:
        words = _("This letter was issued already, with the number %(number)s.") % {"number": same.reference}
        raise Refusal(words, code="nothing_changes")
