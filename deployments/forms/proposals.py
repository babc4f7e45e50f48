"""The forms of proposing and confirming a higher number."""

from deployments.forms.levels import AcknowledgedForm, StrengthForm


class ProposeStrengthForm(StrengthForm):
    """As for setting a number; nothing is confirmed here, and what is proposed has a first day."""

    on_record_only = None
    acknowledge_lowering = None
    shown = None
    confirmations = ()


class ConfirmProposalForm(AcknowledgedForm):
    """What was proposed is shown; over-strength that stays is accepted by whoever confirms."""
