"""A name that landed migrations import; it lives in core.text.validators."""

from core.text.validators import refuse_disguises

__all__ = ["refuse_disguises"]
