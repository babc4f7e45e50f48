"""JSON logs with a request id and no personal data: the user's number, never the name or the address."""

import re
from typing import Any

import structlog

ADDRESS = re.compile(r"[^\s@\"'<>()=&?/:,;]+(?:@|%40)[\w.-]+", re.IGNORECASE)
KEY = re.compile(r"(/accounts/(?:confirm-email|password/reset/key)/|/alerts/)[^/\s'\"]+")
SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]


def logging_for(*, debug: bool, level: str = "INFO") -> dict[str, Any]:
    """Django's LOGGING: one JSON line an event on standard error, or plain text while debugging."""
    renderer = structlog.dev.ConsoleRenderer() if debug else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    without_persons,
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django.server": {"handlers": ["console"], "propagate": False}},
    }


def without_persons(_logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Take e-mail addresses and keys to accounts out of every text, and what was searched for out of the request."""
    if "request" in event:
        event["request"] = str(event["request"]).partition("?")[0]
    return {name: _clean(value) if isinstance(value, str) else value for name, value in event.items()}


def _clean(text: str) -> str:
    return KEY.sub(r"\1(key)", ADDRESS.sub("(address)", text))


def configure_structlog() -> None:
    """Send structlog's events through the standard library's handlers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
