"""The desk keeps an officer's record in the officer's place: every change is an act, and the officer is told what changed.

The history says which fields changed, never their values; the mail says both, but for what is nobody else's to read.
"""

from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.actors import Actor
from core.generics import AnyField, Upload
from core.history.acts import record_act
from core.history.story import field_words, latest_version
from core.mail.outbox import queue_mail
from core.refusals import NotPermitted, Refusal, StalePage, require
from core.text.dates import in_words
from officers.domain.evidence import discard_evidence, put_evidence
from officers.domain.profile import changes_what_was_verified
from officers.domain.verbs import MAY_KEEP, OfficerVerb
from officers.models import LanguageRating, Officer, Qualification, QualificationGrant

RECORD_FIELDS = (
    "police_service",
    "service_number",
    "rank",
    "member_since",
    "retired_on",
    "birth_date",
    "telephone",
)
# Values that no mail repeats.
UNSAID = {"birth_date", "telephone"}


@dataclass(frozen=True)
class Changed:
    """A field in the officer's language, from what ("" for nothing or unsaid) to what."""

    label: str
    before: str = ""
    after: str = ""


@transaction.atomic
def change_record(officer: Officer, *, by: Actor, reason: str, seen: str = "", **values: Any) -> Officer:
    """Change what the record says of the officer's service and person; ``values`` are any of RECORD_FIELDS.

    ``seen`` is the version of the record that the page showed.

    Raises:
        NotPermitted: the actor keeps no records, or it is the own one.
        StalePage: somebody changed the record since.
        Refusal: no reason, nothing changes, or a value that the record does not take, named by its field.

    """
    standing = _locked(officer, by, reason)
    if seen and latest_version(standing) != seen:
        raise StalePage(_("Somebody changed this record after the page was shown. Look at it again."))
    assert set(values) <= set(RECORD_FIELDS)
    before = {name: getattr(standing, name) for name in values}
    names = [name for name in RECORD_FIELDS if name in values and before[name] != values[name]]
    if not names:
        raise Refusal(_("Nothing was changed."), code="nothing_changes")
    for name in names:
        setattr(standing, name, values[name])
    if "police_service" in names and not standing.police_service.accepts_address(standing.user.email):
        words = standing.police_service.address_refusal()
        raise Refusal(words, code="foreign_address", field="police_service")
    _check(standing, names)
    standing.save()
    record_act(standing, OfficerVerb.CHANGE_RECORD, by=by, reason=reason, fields=names)
    _tell(standing, _changes(standing, names, before))
    return standing


@transaction.atomic
def rate_language(
    officer: Officer, *, by: Actor, reason: str, language: str, reading: int, writing: int, speaking: int
) -> LanguageRating:
    """Rate the officer in ``language``, anew or for the first time.

    Raises: NotPermitted, and Refusal without a reason, where nothing changes, or for a level that there is not.
    """
    standing = _locked(officer, by, reason)
    rating = LanguageRating.objects.filter(officer=standing, language=language).first()
    before = " ".join(rating.letters()) if rating else ""
    rating = rating or LanguageRating(officer=standing, language=language)
    rating.reading, rating.writing, rating.speaking = reading, writing, speaking
    after = " ".join(rating.letters())
    if before == after:
        raise Refusal(_("Nothing was changed."), code="nothing_changes")
    _check(rating, ["language", "reading", "writing", "speaking"])
    rating.save()
    record_act(standing, OfficerVerb.RATE_LANGUAGE, by=by, reason=reason, rated=language)
    _tell(standing, [Changed(_named(standing, rating), before, after)])
    return rating


@transaction.atomic
def remove_language(officer: Officer, *, by: Actor, reason: str, rating: LanguageRating) -> None:
    """Take a language out of the record. Raises NotPermitted, and Refusal without a reason."""
    standing = _locked(officer, by, reason)
    rating = LanguageRating.objects.get(pk=rating.pk, officer=standing)
    words = Changed(_named(standing, rating), " ".join(rating.letters()), "")
    language = rating.language
    rating.delete()
    record_act(standing, OfficerVerb.REMOVE_LANGUAGE, by=by, reason=reason, rated=language)
    _tell(standing, [words])


@transaction.atomic
def add_qualification(
    officer: Officer,
    *,
    by: Actor,
    reason: str,
    qualification: Qualification,
    document: Upload | None = None,
    **values: Any,
) -> QualificationGrant:
    """Record what the officer holds: ``grade``, ``valid_from``, ``valid_until``, ``evidence_note``; not yet verified.

    Raises: NotPermitted, and Refusal without a reason or for a value that the record does not take.
    """
    standing = _locked(officer, by, reason)
    grant = QualificationGrant(officer=standing, qualification=qualification)
    _keep_grant(grant, by, document, values)
    record_act(standing, OfficerVerb.ADD_QUALIFICATION, by=by, reason=reason, qualification=qualification.code)
    _tell(standing, [Changed(_named(standing, qualification), "", _validity(standing, grant))])
    return grant


@transaction.atomic
def change_qualification(
    grant: QualificationGrant, *, by: Actor, reason: str, document: Upload | None = None, **values: Any
) -> QualificationGrant:
    """Change what the officer holds; a verification was of the values before, and ends.

    Raises: NotPermitted, and Refusal without a reason, where nothing changes, or for a value that is not taken.
    """
    standing = _locked(grant.officer, by, reason)
    grant = QualificationGrant.objects.select_related("qualification").get(pk=grant.pk, officer=standing)
    before = _validity(standing, grant)
    if document is None and all(getattr(grant, name) == value for name, value in values.items()):
        raise Refusal(_("Nothing was changed."), code="nothing_changes")
    _keep_grant(grant, by, document, values)
    code = grant.qualification.code
    record_act(standing, OfficerVerb.CHANGE_QUALIFICATION, by=by, reason=reason, qualification=code)
    _tell(standing, [Changed(_named(standing, grant.qualification), before, _validity(standing, grant))])
    return grant


@transaction.atomic
def remove_qualification(grant: QualificationGrant, *, by: Actor, reason: str) -> None:
    """Take what was recorded wrongly out of the record, with its evidence; its history stays.

    Raises: NotPermitted, and Refusal without a reason.
    """
    standing = _locked(grant.officer, by, reason)
    grant = QualificationGrant.objects.select_related("qualification").get(pk=grant.pk, officer=standing)
    code, words = grant.qualification.code, Changed(_named(standing, grant.qualification), _validity(standing, grant))
    discard_evidence(grant)
    grant.delete()
    record_act(standing, OfficerVerb.REMOVE_QUALIFICATION, by=by, reason=reason, qualification=code)
    _tell(standing, [words])


def _locked(officer: Officer, by: Actor, reason: str) -> Officer:
    """The officer's record, locked, for a desk that may keep it; nobody keeps the own one here."""
    require(by, MAY_KEEP)
    if by.pk == officer.user_id:
        raise NotPermitted
    if not reason.strip():
        raise Refusal(_("Give the reason."), code="reason_required", field="reason")
    found = Officer.objects.select_for_update(of=("self",)).select_related("user", "police_service")
    return found.get(pk=officer.pk)


def _check(record: models.Model, names: list[str]) -> None:
    """Raise Refusal at the first field that the record's own rules refuse."""
    others = {field.name for field in record._meta.fields} - set(names)
    try:
        record.clean_fields(exclude=others)
        record.validate_constraints()
    except ValidationError as error:
        named = next((name for name in names if name in getattr(error, "error_dict", {})), names[-1])
        raise Refusal(" ".join(error.messages), code="bad_value", field=named) from error


def _keep_grant(grant: QualificationGrant, by: Actor, document: Upload | None, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(grant, name, value)
    grades = grant.qualification.grade_list()
    if grant.grade not in (grades or [""]):
        words = _("Give one of its grades: %(grades)s.") if grades else _("This qualification has no grades.")
        raise Refusal(words % {"grades": ", ".join(grades)}, code="bad_value", field="grade")
    if grant.qualification.expires and grant.valid_until is None:
        raise Refusal(_("Give the last day of its validity."), code="bad_value", field="valid_until")
    _check(grant, [*values])
    if grant.pk and changes_what_was_verified(grant):
        grant.verified_by = grant.verified_at = None
    grant.save()
    if document is not None:
        put_evidence(grant, by=by, upload=document)


def _changes(officer: Officer, names: list[str], before: dict[str, Any]) -> list[Changed]:
    """The changed fields for the mail, in the officer's language."""
    with translation.override(officer.user.language):
        return [_changed(name, before[name], getattr(officer, name)) for name in names]


def _changed(name: str, before: Any, after: Any) -> Changed:
    field = cast(AnyField, Officer._meta.get_field(name))
    label = str(field.verbose_name)
    label = label[:1].upper() + label[1:]
    if name in UNSAID:
        return Changed(label)
    was, now = ("" if value in (None, "") else field_words(value, field) for value in (before, after))
    return Changed(label, was, now)


def _named(officer: Officer, record: models.Model) -> str:
    with translation.override(officer.user.language):
        return str(record)[:1].upper() + str(record)[1:]


def _validity(officer: Officer, grant: QualificationGrant) -> str:
    """The grade and the days of a qualification, in the officer's language."""
    with translation.override(officer.user.language):
        until = in_words(grant.valid_until) if grant.valid_until else _("without end")
        days = _("%(first)s to %(last)s") % {"first": in_words(grant.valid_from), "last": until}
        return f"{grant.grade}, {days}" if grant.grade else days


def _tell(officer: Officer, changes: list[Changed]) -> None:
    if officer.user.is_active:
        queue_mail(to=officer.user, template="officers/record_kept", context={"changes": changes})


FIELD_WORDS = {name: cast(AnyField, Officer._meta.get_field(name)).verbose_name for name in RECORD_FIELDS}
