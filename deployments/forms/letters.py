"""The form of the acts that issue a letter."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import PreviewedForm
from core.text.fields import CleanField


class LetterForm(PreviewedForm):
    """The language, a paragraph of the desk's own, and that the letter was read as shown."""

    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)
    paragraph = CleanField(
        label=_("Paragraph of your own"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In the language of the letter; an empty line begins another paragraph."),
    )
    confirmed = forms.BooleanField(label=_("I have read the letter as it is shown, and issue it."), required=False)
    confirmations = ("confirmed",)
    acknowledgement = "confirmed"

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in super().arguments().items() if name != "confirmed"}

    def typed(self) -> dict[str, Any]:
        """Language and paragraph as typed, or as the page begins."""
        if self.is_bound and self.is_valid():
            return self.arguments()
        return {"language": self.initial.get("language") or "en", "paragraph": self.initial.get("paragraph") or ""}
