"""The command line's composition root: settings, sessions, clock, and how results are printed."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import orjson
import typer

from infoscreen_core import settings as configuration
from infoscreen_core.clock import to_zulu
from infoscreen_core.db import engine as engines
from infoscreen_core.db import transactions
from infoscreen_core.domain.text.wording import printable

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from infoscreen_core.settings import Settings

T = TypeVar("T")

JsonFlag = Annotated[
    bool, typer.Option("--json", help="Print JSON: one object, or an array for a list.")
]

Row = Mapping[str, Any]

MAX_ID: Final = 2**31 - 1
"""The largest number that the databases take for a row's id."""
_WIDEST: Final = 60
"""Columns get no wider; a longer cell is not cut, but only shifts the rest of its own line."""


@contextmanager
def cli_session() -> "Iterator[tuple[Session, Settings]]":
    """Open one transaction on the configured database, to read; `cli_change` is for writing."""
    with _cli_sessions() as (sessions, settings), sessions.begin() as session:
        yield session, settings


def cli_change(work: "Callable[[Session, Settings], T]") -> T:
    """Do the work in one transaction on the configured database and return its result.

    It is committed when the work ends well. After a collision with somebody else's it is done again
    from its beginning, so it may do nothing but read and write with its session.
    """
    with _cli_sessions() as (sessions, settings):
        return transactions.in_transaction(sessions, lambda session: work(session, settings))


@contextmanager
def _cli_sessions() -> "Iterator[tuple[sessionmaker[Session], Settings]]":
    settings = configuration.load_settings()
    engine = open_engine(settings)
    try:
        yield engines.make_session_factory(engine), settings
    finally:
        engine.dispose()


@contextmanager
def cli_read_session() -> "Iterator[tuple[Session, Settings]]":
    """Open a session that only reads: it works on a full or read-only disk as well."""
    settings = configuration.load_settings()
    engine = open_engine(settings)
    try:
        with engines.make_read_session_factory(engine)() as session:
            yield session, settings
    finally:
        engine.dispose()


def open_engine(settings: "Settings") -> "Engine":
    """Return the configured database's engine; raise `SettingsError` if it cannot be created."""
    try:
        return engines.make_engine(settings.database_url)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        sentence = (
            f"The directory {error.filename} of the database cannot be made: {problem}. "
            "Name another one in INFOSCREEN_DATA_DIR or DB_CONN."
        )
        raise configuration.SettingsError("{problems}", problems=sentence) from None


def emit(
    result: Row | Sequence[Row], *, as_json: bool, columns: Sequence[str] | None = None
) -> None:
    """Print one row or a list of rows, as JSON or as text with the given `columns`."""
    if as_json:
        sys.stdout.write(orjson.dumps(_plain(result), option=orjson.OPT_INDENT_2).decode() + "\n")
    elif isinstance(result, Mapping):
        width = max((len(name) for name in result), default=0)
        for name, value in result.items():
            sys.stdout.write(f"{name:<{width}}  {_text(value)}\n")
    else:
        _print_table(result, columns)


def _print_table(rows: Sequence[Row], columns: Sequence[str] | None) -> None:
    if not rows:
        sys.stdout.write("(none)\n")
        return
    names = list(columns or rows[0])
    table = [names, *([_text(row.get(name)) for name in names] for row in rows)]
    widths = [min(max(len(line[i]) for line in table), _WIDEST) for i in range(len(names))]
    for line in table:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _text(value: object) -> str:
    plain = _plain(value)
    if isinstance(plain, dict | list):
        return orjson.dumps(plain).decode()
    return "-" if plain is None else printable(str(plain))


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON-like value
    if isinstance(value, datetime):
        return to_zulu(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(item) for item in value]
    return value
