"""What a help page says by its settings: editors write "{national_police}", readers read the name."""

from django.conf import settings
from django.utils.translation import get_language, ngettext


def filled(text: str) -> str:
    """``text`` with the names below as the settings give them, in the reader's language; any other brace stays."""
    for name, words in _words().items():
        text = text.replace(f"{{{name}}}", words)
    return text


def _words() -> dict[str, str]:
    code = "FR" if get_language() == "fr" else "EN"
    return {
        "national_police": getattr(settings, f"NATIONAL_POLICE_{code}"),
        "publisher": getattr(settings, f"PUBLISHER_{code}"),
        "retention": _years(settings.RETENTION_YEARS),
        "documents_kept": _years(settings.DOCUMENT_YEARS),
        "closed_accounts": ngettext("%(n)s day", "%(n)s days", settings.CLOSED_DAYS) % {"n": settings.CLOSED_DAYS},
    }


def _years(count: int) -> str:
    return ngettext("%(n)s year", "%(n)s years", count) % {"n": count}
