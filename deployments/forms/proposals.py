"""The forms of proposing and confirming a higher number."""

from deployments.forms.levels import AcknowledgedForm, StrengthForm


class ProposeStrengthForm(StrengthForm):
    """As for setting a number; nothing is confirmed here, and what is proposed has a first day."""

    # Django leaves out the field of a class above whose name says None.
    on_record_only = None  # type: ignore[assignment]
    acknowledge_lowering = None  # type: ignore[assignment]
    later = None  # type: ignore[assignment]
    shown = None  # type: ignore[assignment]
    confirmations = ()


class ConfirmProposalForm(AcknowledgedForm):
    """What was proposed is shown; over-strength that stays is accepted by whoever confirms."""
