"""What a letter says: filled from the record in one language, with the wording of ``templates/letters/<kind>.txt``.

The first line of a template is the title; paragraphs follow, an empty line between them. What the desk adds is a
paragraph of its own.
"""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.actors import Actor
from core.refusals import Refusal
from core.text.dates import in_words
from deployments.limits.days import planned_tour
from deployments.limits.releases import asked_of, uncovered
from deployments.limits.rule import Span
from deployments.models import Application, Deployment, ExtensionRequest, ExtensionState, LetterKind, Posting
from missions.models import OperationTerms
from officers.models import Coordinator, Officer, User

__all__ = ["Letter", "draft", "granted_extension", "usual_language"]

Facts = list[tuple[str, Any]]


@dataclass(frozen=True)
class Letter:
    """A letter in one language; ``number`` is empty until it is issued."""

    kind: str
    language: str
    brand: str
    day: str
    title: str
    receiver: tuple[str, ...]
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    added: tuple[str, ...]
    signed: str
    number: str = ""

    def text(self) -> str:
        """The letter as plain text."""
        return self._rendered("letters/letter.txt").strip() + "\n"

    def page(self) -> str:
        """The letter as an HTML page, for the maker of PDFs."""
        return self._rendered("letters/paper.html")

    def fragment(self) -> str:
        """The letter as a part of a page."""
        return self._rendered("letters/fragment.html")

    @property
    def content_sha256(self) -> str:
        """The hash of what it says, whatever its number and whoever issues it."""
        return hashlib.sha256(replace(self, number="", signed="").text().encode()).hexdigest()

    def _rendered(self, template: str) -> str:
        with translation.override(self.language):
            if template.endswith(".txt"):
                return Engine.get_default().get_template(template).render(Context({"letter": self}, autoescape=False))
            return render_to_string(template, {"letter": self})


def draft(
    kind: str,
    record: Application | Deployment,
    *,
    by: Actor,
    language: str,
    paragraph: str = "",
    today: datetime.date,
) -> Letter:
    """The letter of ``kind`` about ``record``, dated ``today``, as it would be issued.

    Raises Refusal where it makes no sense: nothing to release, no extension agreed to.
    """
    with translation.override(language):
        contents = CONTENTS[kind](record, today)
        words = Context({**contents.words, "record": record}, autoescape=False)
        wording = Engine.get_default().get_template(f"letters/{kind}.txt").render(words)
        title, *paragraphs = in_paragraphs(wording)
        return Letter(
            kind=kind,
            language=language,
            brand=settings.BRAND_NAME_FR if language == "fr" else settings.BRAND_NAME_EN,
            day=in_words(today),
            title=title,
            receiver=contents.receiver,
            paragraphs=tuple(paragraphs),
            facts=tuple((label, str(value)) for label, value in contents.facts if value),
            added=tuple(in_paragraphs(paragraph)),
            signed=str(by) if by.pk is not None else "",
        )


def in_paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, an empty line between them; lines of one paragraph are joined."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def usual_language(kind: str, record: Application | Deployment, *, today: datetime.date) -> str:
    """The language of who receives it: of the operation, of the service's coordinator, or of the officer."""
    if kind == LetterKind.NOMINATION:
        mission = record.posting.mission
        terms = OperationTerms.objects.on(today).filter(operation=mission.operation_id).first()
        spoken = mission.languages or (terms.languages if terms else [])
        return "fr" if "fr" in spoken and "en" not in spoken else "en"
    user: User | None = record.officer.user
    if kind == LetterKind.RELEASE_REQUEST:
        named = Coordinator.objects.on(today).filter(police_service=record.officer.police_service_id)
        first = named.select_related("user").order_by("pk").first()
        user = first.user if first else user
    return user.language if user else "en"


# --- What each kind is filled with ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contents:
    receiver: tuple[str, ...]
    facts: Facts
    words: dict[str, Any]


def _about_officer(officer: Officer) -> Facts:
    return [
        (_("Officer"), officer),
        (_("Rank"), officer.rank),
        (_("Police service"), officer.police_service),
        (_("Service number"), officer.service_number),
    ]


def _about_posting(posting: Posting) -> Facts:
    return [
        (_("Role"), posting.title),
        (_("Reference"), posting.reference),
        (_("Mission"), posting.mission.name),
        (_("Operation"), posting.mission.operation.name),
        (_("Duty station"), posting.duty_station),
    ]


def _days(first_day: datetime.date, last_day: datetime.date) -> Facts:
    return [(_("First day"), in_words(first_day)), (_("Last day"), in_words(last_day))]


def _nomination(application: Application, today: datetime.date) -> Contents:
    posting, officer = application.posting, application.officer
    latest = application.nominations.select_related("organization").order_by("-pk").first()
    organization = (latest.organization if latest else None) or posting.mission.lead_organization
    tour = planned_tour(posting, today)
    facts = [*_about_officer(officer), *_about_posting(posting), *_days(tour.first_day, tour.last_day)]
    return Contents((str(organization or posting.mission.name),), facts, {})


def _release_request(application: Application, today: datetime.date) -> Contents:
    posting, officer = application.posting, application.officer
    own = application.deployment
    tour = Span(own.first_day, own.last_day) if own else planned_tour(posting, today)
    releases = officer.releases.in_force().filter(police_service=officer.police_service_id)
    given = [Span(each.first_day, each.last_day) for each in releases if each.posting_id in (None, posting.pk)]
    asked = asked_of(officer).within([tour])
    if not asked:
        raise Refusal(_("The officer needs no release for these days."), code="none_needed")
    missing = uncovered(asked, given)
    if not missing:
        raise Refusal(_("Releases cover all of these days already."), code="nothing_changes")
    days = _days(missing[0].first_day, missing[-1].last_day)
    return Contents((str(officer.police_service),), [*_about_officer(officer), *_about_posting(posting), *days], {})


def _to_officer(tour: Deployment) -> tuple[str, ...]:
    return (str(tour.officer), str(tour.officer.police_service))


def _tour_order(tour: Deployment, today: datetime.date) -> Contents:
    facts = [*_about_officer(tour.officer), *_about_posting(tour.posting), *_days(tour.first_day, tour.last_day)]
    return Contents(_to_officer(tour), facts, {})


def granted_extension(tour: Deployment) -> ExtensionRequest | None:
    """The request that was granted and to which the tour owes its last day."""
    granted = ExtensionRequest.objects.filter(deployment=tour, state=ExtensionState.GRANTED, last_day=tour.last_day)
    return granted.order_by("-pk").first()


def _extension_agreement(tour: Deployment, today: datetime.date) -> Contents:
    agreed = granted_extension(tour)
    if agreed is None:
        raise Refusal(
            _("No extension to the last day of the tour was asked for, agreed to and granted."), code="nothing_asked"
        )
    facts = [*_about_officer(tour.officer), *_about_posting(tour.posting), *_days(tour.first_day, tour.last_day)]
    return Contents(_to_officer(tour), facts, {"agreed": agreed})


def _certificate(tour: Deployment, today: datetime.date) -> Contents:
    served = (tour.last_day - tour.first_day).days + 1
    facts = [*_about_officer(tour.officer), *_about_posting(tour.posting), *_days(tour.first_day, tour.last_day)]
    facts.append((_("Days of service"), number_format(served, force_grouping=True)))
    return Contents(_to_officer(tour), facts, {})


CONTENTS: dict[str, Callable[[Any, datetime.date], Contents]] = {
    LetterKind.NOMINATION: _nomination,
    LetterKind.RELEASE_REQUEST: _release_request,
    LetterKind.TOUR_ORDER: _tour_order,
    LetterKind.EXTENSION_AGREEMENT: _extension_agreement,
    LetterKind.CERTIFICATE: _certificate,
}
