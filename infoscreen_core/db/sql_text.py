"""Texts as they are compared, which each database writes in its own words, and rows as texts."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import ColumnElement, SQLColumnExpression, String, func, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Folded(FunctionElement[str]):
    """A text folded for comparison, as `str.casefold` does it.

    SQLite's own functions know no letters but those of ASCII; `db.engine` gives it this one.
    """

    name = "casefold"
    type = String()
    inherit_cache = True


@compiles(Folded, "sqlite")
def _on_sqlite(element: Folded, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"casefold({compiler.process(element.clauses, **options)})"


@compiles(Folded, "mysql")
@compiles(Folded, "mariadb")
def _on_mariadb(element: Folded, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"REPLACE(LOWER({compiler.process(element.clauses, **options)}), 'ß', 'ss')"


def has_text(
    column: ColumnElement[str] | SQLColumnExpression[str], text: str
) -> ColumnElement[bool]:
    """Return whether a column's text holds another, in capitals or small letters.

    `LIKE` heeds the case of no ASCII letter on either database, in a fraction of the time that
    folding takes.
    """
    if text.isascii():
        return column.contains(text, autoescape=True)
    return Folded(column).contains(text.casefold(), autoescape=True)


def row_text(*columns: ColumnElement[Any] | SQLColumnExpression[Any]) -> ColumnElement[str]:
    """Return what makes a row one text, for `read_row_texts`: PyMySQL is slow for many values."""
    return type_coerce(func.json_array(*columns), String)


def read_row_texts(texts: Iterable[str]) -> list[list[Any]]:
    """Return the values of rows that came as texts: numbers, texts and None; days as texts."""
    rows: list[list[Any]] = orjson.loads(f"[{','.join(texts)}]")
    return rows
