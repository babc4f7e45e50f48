"""Acts on numbers and terms of programmes, operations and missions."""

from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.desk.act_forms import ActForm, ReasonForm
from core.desk.acts import Act
from core.desk.site import desk_site
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain import authority
from deployments.domain.verbs.authority import StrengthVerb, TermsVerb
from deployments.forms.levels import (
    AcknowledgedForm,
    ExplainedFromDayForm,
    FromDayForm,
    LaterForm,
    LaterFromDayForm,
    MissionTermsForm,
    OperationTermsForm,
    RecordsDayForm,
    StrengthForm,
    WithdrawStrengthForm,
)
from deployments.limits.levels import level_of
from deployments.limits.rule import headroom
from deployments.models import Deployment
from missions.models import (
    AuthorizedStrength,
    Mission,
    MissionTerms,
    Operation,
    OperationTerms,
    Programme,
    TermsStatus,
)


def preview_strength(level: Programme | Operation | Mission, form: AcknowledgedForm) -> authority.StrengthPreview:
    typed = form.cleaned_data
    return authority.preview_strength(
        level,
        effective_from=typed["effective_from"],
        maximum=typed["maximum"],
        withdraw_later=typed["later"] == "withdraw",
    )


class PlannedLater(Refusal):
    """Something is planned for later days than those of the act: whether it stays is for a person to say."""

    code = "planned_later"


def later_terms_stay(record: Operation | Mission, form: ActForm) -> Refusal | None:
    """The question whether terms of later days stay, until it is answered."""
    later = authority.later_terms(record, form.cleaned_data["effective_from"])
    planned = ", ".join(
        gettext("“%(status)s” from %(day)s")
        % {"status": each.get_status_display(), "day": date_format(each.effective_from)}
        for each in later
    )
    return _question(planned, form)


def later_numbers_stay(level: Programme | Operation | Mission, form: ActForm) -> Refusal | None:
    """The question whether numbers of later days stay, until it is answered."""
    later = authority.later_numbers(level, form.cleaned_data["effective_from"])
    planned = ", ".join(
        gettext("%(number)s from %(day)s")
        % {
            "number": gettext("no number") if each.maximum is None else each.maximum,
            "day": date_format(each.effective_from),
        }
        for each in later
    )
    return _question(planned, form)


def _question(planned: str, form: ActForm) -> Refusal | None:
    if not planned or form.cleaned_data["later"]:
        return None
    return PlannedLater(
        _("Planned for later days: %(planned)s. Say whether it stays.") % {"planned": planned}, field="later"
    )


def replacement_in(typed: dict[str, Any]) -> authority.NewNumber | None:
    if typed["maximum"] is None:
        return None
    return authority.NewNumber(
        maximum=typed["maximum"], instrument=typed["instrument"], instrument_fr=typed["instrument_fr"]
    )


def preview_withdrawal(version: AuthorizedStrength, form: AcknowledgedForm) -> authority.StrengthPreview:
    return authority.preview_withdrawal(version, replacement=replacement_in(form.cleaned_data))


def withdraw(version: AuthorizedStrength, *, by: Actor, **typed: Any) -> AuthorizedStrength:
    return authority.withdraw_strength(
        version,
        by=by,
        reason=typed["reason"],
        acknowledge_lowering=typed["acknowledge_lowering"],
        replacement=replacement_in(typed),
    )


def is_standing(version: Any) -> bool:
    return version.withdrawn_at is None


def is_active(record: Operation | Mission) -> bool:
    """Whether the terms in force today, or none at all, let people go."""
    now = authority.terms_in_force(record, today_here())
    return now is None or now.status == TermsStatus.ACTIVE


def is_halted(record: Operation | Mission) -> bool:
    return not is_active(record)


def is_not_closed(record: Operation | Mission) -> bool:
    now = authority.terms_in_force(record, today_here())
    return now is None or now.status != TermsStatus.CLOSED


def from_today(record: Any) -> dict[str, Any]:
    return {"effective_from": today_here()}


def as_it_stands(record: Operation | Mission) -> dict[str, Any]:
    """The terms in force today, to begin a change of terms with."""
    now = authority.terms_in_force(record, today_here())
    if now is None:
        return from_today(record)
    armed = {True: "yes", False: "no", None: ""}[getattr(now, "is_armed", None)]
    stands = {"status": now.status, "is_armed": armed, "languages": getattr(now, "languages", [])}
    return from_today(record) | stands


def number_now(level: Programme | Operation | Mission) -> list[tuple[Any, Any]]:
    """What the new number is set against: the one in force today, and how many it counts."""
    today = today_here()
    now = headroom(level_of(level, today), today, today)[0]
    none = _("no limit of its own") if isinstance(level, Mission | Programme) else _("no number")
    is_numbered = now.number is not None and (now.number or level.strengths.on(today).exists())
    return [(_("Authorized today"), now.number if is_numbered else none), (_("Committed today"), now.committed)]


def who_is_there(record: Operation | Mission) -> list[tuple[Any, Any]]:
    """How many the act is about: those there today, with the way to their roll-call, and those who have yet to depart."""
    today = today_here()
    there = len(authority.on_the_roll(record, today))
    departing = Deployment.objects.within(record).consuming().filter(first_day__gt=today).count()
    roll = reverse("roll-call", args=[record._meta.model_name, record.pk])
    words = ngettext("%(number)s person", "%(number)s people", there) % {"number": there}
    return [
        (_("There today"), format_html('<a href="{}">{}</a>', roll, words)),
        (_("Still to depart"), departing),
    ]


def roll_call(record: Operation | Mission, result: authority.Evacuation, form: FromDayForm) -> str:
    return f"{reverse('roll-call', args=[record._meta.model_name, record.pk])}?on={form.cleaned_data['effective_from']}"


def records_now(operation: Operation) -> dict[str, Any]:
    """The present first day of the records; where none is set, that of the first number, which is mostly meant."""
    number = operation.strengths.standing().first()
    return {"records_from": operation.records_from or (number and number.effective_from)}


def first_number(operation: Operation) -> list[tuple[Any, Any]]:
    """What the first day of the records is measured by: the first number, and the first tour."""
    number = operation.strengths.standing().first()
    tour = Deployment.objects.consuming().within(operation).order_by("first_day").first()
    return [
        (_("First number"), date_format(number.effective_from) if number else _("none")),
        (_("First tour"), date_format(tour.first_day) if tour else _("none")),
    ]


SET_EXPLANATION = _(
    "The number holds from the day you name until the next one. Numbers of the missions and operations below that would"
    " be higher come down with it. If somebody would be over, you see who and when, and nothing is saved before you"
    " confirm."
)


def dated(
    model: type[Operation] | type[Mission],
    verb: TermsVerb,
    do: Any,
    explanation: Any,
    form: type[ActForm] = LaterFromDayForm,
    **more: Any,
) -> Act:
    """An act that changes the status from a day on, with a reason."""
    asks = {"question": later_terms_stay} if issubclass(form, LaterForm) else {}
    return Act.of(model, verb, form, do, explanation, initial=from_today, facts=who_is_there, **asks, **more)


CHANGE = _("The new terms hold from the day you name until the next ones; earlier days keep theirs.")
SUSPEND = _("From the day you name nobody new may go. The number stays published, and tours under way run on.")
EVACUATE = _(
    "Suspends from the day you name and lists everybody there, for the roll-call. Tours run on until each is ended."
)
CLOSE = _("From the day you name nobody new may go, and it leaves the public table.")
REOPEN = _("From the day you name it is active again, and people may go as far as the number allows.")


def terms_acts(model: type[Operation] | type[Mission], form: type[ActForm], change: Any) -> list[Act]:
    """Change terms, suspend, evacuate, close, reopen."""
    return [
        Act.of(model, TermsVerb.SET, form, change, CHANGE, initial=as_it_stands, question=later_terms_stay),
        dated(model, TermsVerb.SUSPEND, authority.suspend, SUSPEND, ExplainedFromDayForm, possible=is_active),
        dated(
            model,
            TermsVerb.EVACUATE,
            authority.evacuate,
            EVACUATE,
            FromDayForm,
            possible=is_not_closed,
            landing=roll_call,
        ),
        dated(model, TermsVerb.CLOSE, authority.close, CLOSE, possible=is_not_closed),
        dated(model, TermsVerb.REOPEN, authority.reopen, REOPEN, possible=is_halted),
    ]


desk_site.register_acts(
    [
        Act.of(
            model,
            StrengthVerb.SET,
            StrengthForm,
            authority.set_strength,
            SET_EXPLANATION,
            prefix=f"strength/{model._meta.model_name}-",
            preview=preview_strength,
            preview_template="admin/deployments/preview.html",
            facts=number_now,
            question=later_numbers_stay,
        )
        for model in (Programme, Operation, Mission)
    ]
)
desk_site.register_acts(
    [
        Act.of(
            AuthorizedStrength,
            StrengthVerb.WITHDRAW,
            WithdrawStrengthForm,
            withdraw,
            _("The version stays visible as withdrawn. The one before it holds on, unless you give the right number."),
            prefix="strength/",
            preview=preview_withdrawal,
            preview_template="admin/deployments/preview.html",
            possible=is_standing,
            subject=attrgetter("level"),
        )
    ]
)
desk_site.register_acts(
    [
        Act.of(
            model,
            TermsVerb.WITHDRAW,
            ReasonForm,
            authority.withdraw_terms,
            _("The terms stay visible as withdrawn; those before them hold on."),
            possible=is_standing,
            subject=attrgetter(owner),
        )
        for model, owner in ((OperationTerms, "operation"), (MissionTerms, "mission"))
    ]
)
desk_site.register_acts(terms_acts(Operation, OperationTermsForm, authority.set_terms))
desk_site.register_acts(terms_acts(Mission, MissionTermsForm, authority.set_mission_terms))
desk_site.register_acts(
    [
        Act.of(
            Operation,
            TermsVerb.SET_RECORDS_DAY,
            RecordsDayForm,
            authority.set_records_day,
            _(
                "From this day on every rule holds. Tours on earlier days are kept as they were, whatever the numbers: they"
                " only keep to one officer, one tour a day, and public pages say that there is no record."
            ),
            initial=records_now,
            facts=first_number,
        )
    ]
)
