"""Arithmetic on stored instants that each database writes in its own words."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class EpochSeconds(FunctionElement[int]):
    """Whole seconds from 1970-01-01 00:00 UTC to the instant in a column."""

    name = "epoch_seconds"
    type = BigInteger()
    inherit_cache = True


@compiles(EpochSeconds, "sqlite")
def _on_sqlite(element: EpochSeconds, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(EpochSeconds, "mysql")
@compiles(EpochSeconds, "mariadb")
def _on_mariadb(element: EpochSeconds, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    # Not UNIX_TIMESTAMP: that reads the column in the connection's time zone.
    return f"TIMESTAMPDIFF(SECOND, '1970-01-01', {compiler.process(element.clauses, **options)})"


class OwnMinute(FunctionElement[int]):
    """The minute that the instant in a column lies in, counted from 1970; takes a key as well.

    On MariaDB each key's minutes begin at a second of its own: what is kept by the minute does not
    change for all rows at once. So it may be a minute more than by the clock, and never less.
    """

    name = "own_minute"
    type = BigInteger()
    inherit_cache = True


@compiles(OwnMinute, "sqlite")
def _minute_on_sqlite(element: OwnMinute, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    at, _key = (compiler.process(one, **options) for one in element.clauses)
    return f"CAST(strftime('%s', {at}) AS INTEGER) / 60"


@compiles(OwnMinute, "mysql")
@compiles(OwnMinute, "mariadb")
def _minute_on_mariadb(element: OwnMinute, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    at, key = (compiler.process(one, **options) for one in element.clauses)
    return f"(TO_SECONDS({at}) - 62167219200 + CRC32({key}) MOD 60) DIV 60"
