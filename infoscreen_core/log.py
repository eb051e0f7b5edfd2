"""Structured logging to standard error, for people or as JSON lines.

Events are dotted and in the past tense, with fields: `command.expired`.
"""

import logging
import sys
from typing import TYPE_CHECKING, cast

import structlog

if TYPE_CHECKING:
    from infoscreen_core.settings import Settings

_SECRET_WORDS = ("password", "secret", "token", "cookie")


def configure_logging(settings: "Settings", *, program: str) -> None:
    """Set up structlog for one program; every line carries its name."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _hide_secrets,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelName(settings.log_level.upper())
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(program=program)


def get_logger() -> structlog.types.FilteringBoundLogger:
    """Return the logger; `log.info("command.expired", command_id=...)`."""
    return cast("structlog.types.FilteringBoundLogger", structlog.get_logger())


def _hide_secrets(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    for name in event:
        if any(word in name for word in _SECRET_WORDS):
            event[name] = "***"
    return event
