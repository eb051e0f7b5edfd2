"""Structured logging to standard error, for people or as JSON lines.

Events are dotted and in the past tense, with fields: `command.expired`. What cannot be written,
because the disk is full or the reader is gone, is lost: a line of a log never ends a program.
"""

import io
import logging
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO, cast

import structlog

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from infoscreen_core.settings import Settings

_SECRET_WORDS = ("password", "secret", "token", "cookie")


def configure_logging(settings: "Settings", *, program: str) -> None:
    """Set up structlog for one program that runs on; every line carries its name."""
    sys.stdout, sys.stderr = _forgiving(sys.stdout), _forgiving(sys.stderr)
    # A connection that broke while it was put back: who needs the next one is told, and says so.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=_has_colors())
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


def _has_colors() -> bool:
    # https://no-color.org: the variable counts when it is not empty.
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stderr.isatty() and not is_plain


def _hide_secrets(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    for name in event:
        if any(word in name for word in _SECRET_WORDS):
            event[name] = "***"
    return event


class _ForgivingFile(io.FileIO):
    """A file that takes what cannot be written as written, and begins anew on a line of its own.

    It sits beneath the stream, so that whoever uses that one is safe: our log, other libraries',
    and the interpreter, which would end with code 120 when its last flush fails.
    """

    _is_cut = False

    def write(self, data: "ReadableBuffer") -> int:
        """Write what can be; return that all was."""
        rest = memoryview((b"\n" if self._is_cut else b"") + bytes(data))
        with suppress(OSError):
            while rest and (written := super().write(rest)):
                rest = rest[written:]
                self._is_cut = bool(rest)
        return memoryview(data).nbytes


def _forgiving(stream: TextIO) -> TextIO:
    """Return the standard stream with a forgiving file beneath; others (of tests) as they are."""
    if stream not in {sys.__stdout__, sys.__stderr__} or not isinstance(stream, io.TextIOWrapper):
        return stream
    with suppress(OSError):
        stream.flush()
    file = _ForgivingFile(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(file),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=True,
    )
