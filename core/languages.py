"""A name that landed migrations import; it lives in core.text.languages."""

from core.text.languages import LanguageCodesField

__all__ = ["LanguageCodesField"]
