"""Releases: a police service lets an officer go for some days, and may take that back. Both enter the gate."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.database.bulk import create_rows
from core.files.uploads import checked
from core.generics import Upload
from core.history.acts import ActOn, record_act, record_acts
from core.refusals import NotPermitted, Refusal, require
from core.text.dates import today_here
from deployments.domain.stakes import require_no_stake_in_release
from deployments.domain.verbs.applications import MAY_ASSESS
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.limits.days import check_day, check_interval, check_reason
from deployments.limits.gate import locked_transaction
from deployments.models import Posting, Release, ReleaseLetter
from officers.domain.coordination import coordinates
from officers.models import Officer, PoliceService


def give(
    officer: Officer,
    *,
    by: Actor,
    first_day: datetime.date,
    last_day: datetime.date,
    posting: Posting | None = None,
    letter_number: str = "",
    letter_date: datetime.date | None = None,
    document: Upload | None = None,
    reason: str = "",
    today: datetime.date | None = None,
) -> Release:
    """The officer's service releases the officer from ``first_day`` to ``last_day``, for ``posting`` or for any.

    Its coordinator gives it; the desk records one that came by letter, with number, date and, where there is one, the
    document. Raises NotPermitted, OwnMatter, and Refusal for days out of order or out of reach, a service that releases nobody, a
    letter without number or date, and the same release once more.
    """
    today = today or today_here()
    letter = None
    if document is not None:
        _may_give(by, officer, today)
        letter = checked(document)  # before the gate: opening a document takes its time, and all would wait
    days = {"first_day": first_day, "last_day": last_day}
    of_letter = {"letter_number": letter_number, "letter_date": letter_date}
    return _give(officer, by, {"posting": posting, "reason": reason, **days, **of_letter}, letter, today)


@locked_transaction
def _give(
    officer: Officer, by: Actor, values: dict[str, Any], letter: dict[str, Any] | None, today: datetime.date
) -> Release:
    officer = Officer.objects.select_related("police_service", "user").get(pk=officer.pk)
    service = officer.police_service
    by_coordinator = _may_give(by, officer, today)
    require_no_stake_in_release(by, values["posting"])
    first_day, last_day = values["first_day"], values["last_day"]
    _check_days(service, first_day, last_day, today)
    is_letter_needed = not by_coordinator and by.pk is not None
    _check_letter(values["letter_number"], values["letter_date"], today, is_needed=is_letter_needed)
    same = {name: values[name] for name in ("posting", "first_day", "last_day")}
    if Release.objects.in_force().filter(officer=officer, police_service=service, **same).exists():
        raise Refusal(_("This release is recorded already."), code="nothing_changes", field="first_day")
    made = Release.objects.create(officer=officer, police_service=service, given_by_id=by.pk, **values)
    if letter is not None:
        ReleaseLetter.objects.create(release=made, **letter)
    _record(CandidateVerb.GIVE_RELEASE, made, by=by, reason=values["reason"])
    return made


def check_recorded(release: Release, *, by: Actor, today: datetime.date) -> None:
    """Whether the desk may record ``release``, as lists bring it. Raises as ``give``, but for the same once more."""
    _require_desk(by, release.officer)
    _check_days(release.police_service, release.first_day, release.last_day, today)
    _check_letter(release.letter_number, release.letter_date, today, is_needed=by.pk is not None)


def insert_releases(releases: Iterable[tuple[Release, str]], *, by: Actor) -> None:
    """Write releases that were checked, each with the note that its history keeps. Call it behind the gate."""
    releases = list(releases)
    for release, _note in releases:
        _require_desk(by, release.officer)
        release.given_by_id = by.pk
    create_rows(Release, [release for release, _note in releases])
    acts = (
        ActOn(release.officer, CandidateVerb.GIVE_RELEASE, note, detail=_detail(release)) for release, note in releases
    )
    record_acts(acts, by=by)


@locked_transaction
def withdraw(release: Release, *, by: Actor, reason: str, today: datetime.date | None = None) -> Release:
    """The release counts no more. Nothing ends by it: tours that it covered are listed until somebody decides.

    The service's coordinator withdraws, or the desk. Raises NotPermitted, OwnMatter, and Refusal without a reason or where it is
    withdrawn already.
    """
    release = Release.objects.select_related("officer__user", "police_service", "posting").get(pk=release.pk)
    is_own = by.pk is not None and by.pk == release.officer.user_id
    if is_own or not coordinates_release(by, release.police_service, today or today_here()):
        _require_desk(by, release.officer)
    require_no_stake_in_release(by, release.posting)
    check_reason(reason)
    if release.withdrawn_at is not None:
        raise Refusal(_("This release is withdrawn already."), code="nothing_changes")
    release.withdrawn_at, release.withdrawn_by_id, release.withdrawal_reason = timezone.now(), by.pk, reason
    release.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    _record(CandidateVerb.WITHDRAW_RELEASE, release, by=by, reason=reason)
    return release


def coordinates_release(by: Actor, service: PoliceService, today: datetime.date) -> bool:
    """Whether ``by`` speaks for the service today; the portal itself does not."""
    return by.pk is not None and coordinates(by, service, on=today)


def _may_give(by: Actor, officer: Officer, today: datetime.date) -> bool:
    """Whether ``by`` gives it as the service's coordinator; otherwise the desk records it. Raises NotPermitted."""
    if by.pk is not None and by.pk == officer.user_id:
        raise NotPermitted
    if coordinates_release(by, officer.police_service, today):
        return True
    _require_desk(by, officer)
    return False


def _require_desk(by: Actor, officer: Officer) -> None:
    """Raise NotPermitted unless ``by`` works on applications at the desk; nobody decides about oneself."""
    if by.pk is not None and by.pk == officer.user_id:
        raise NotPermitted
    require(by, MAY_ASSESS)


def _check_days(
    service: PoliceService, first_day: datetime.date, last_day: datetime.date, today: datetime.date
) -> None:
    check_interval(first_day, last_day, today)
    if not service.needs_release:
        raise Refusal(_("%(service)s releases nobody: none is needed.") % {"service": service}, code="none_needed")


def _check_letter(number: str, date: datetime.date | None, today: datetime.date, *, is_needed: bool) -> None:
    if not number and (date is not None or is_needed):
        raise Refusal(_("Give the number of the letter."), code="letter_required", field="letter_number")
    if number and date is None:
        raise Refusal(_("Give the date of the letter."), code="letter_required", field="letter_date")
    if date is not None:
        check_day(date, today, field="letter_date")
        if date > today:
            raise Refusal(_("The letter is dated after today."), code="bad_value", field="letter_date")


def _record(verb: CandidateVerb, release: Release, *, by: Actor, reason: str) -> None:
    """Record the act in the officer's history: a release is about the officer, whatever the posting."""
    record_act(release.officer, verb, by=by, reason=reason, **_detail(release))


def _detail(release: Release) -> dict[str, Any]:
    return {
        "release": release.pk,
        "first_day": release.first_day.isoformat(),
        "last_day": release.last_day.isoformat(),
        "for_posting": release.posting.reference if release.posting else "",
        "letter_number": release.letter_number,
        "service": release.police_service.code,
    }
