"""How the desk asks for a day and for several of many: without JavaScript."""

from typing import Any

from django import forms

from core.text.folded import fold


class DayInput(forms.DateInput):
    """A day as browsers ask for it, kept as 2027-03-01 whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and a time of the portal's time zone, as browsers ask for them."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class NumberBox(forms.TextInput):
    """A whole number as text: unlike a browser's number box, scrolling over it changes nothing."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", **(attrs or {})})


def without_wheel(field: Any) -> Any:
    """The form field, its number typed in a NumberBox."""
    if isinstance(getattr(field, "widget", None), forms.NumberInput):
        kept = {name: value for name, value in field.widget.attrs.items() if name == "class"}
        is_required, field.widget = field.widget.is_required, NumberBox(kept)
        field.widget.is_required = is_required
    return field


class CheckList(forms.CheckboxSelectMultiple):
    """A long list of check boxes: what is chosen comes first, then the others by name, accents aside."""

    template_name = "admin/widgets/checklist.html"

    def __init__(self, label: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.label = label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "label": self.label}

    def optgroups(self, name: str, value: list[Any], attrs: dict[str, Any] | None = None) -> list[Any]:
        def place(group: tuple[Any, ...]) -> tuple[Any, ...]:
            return not group[1][0]["selected"], fold(str(group[1][0]["label"]))

        return sorted(super().optgroups(name, value, attrs), key=place)
