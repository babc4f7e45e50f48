"""Text in two languages, folded for search, and checked; landed migrations take ``FoldedTextField`` from here."""

from core.text.folded import FoldedTextField

__all__ = ["FoldedTextField"]
