"""Texts as they are compared, which each database writes in its own words, and rows as texts."""

from collections.abc import Iterable
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, SQLColumnExpression, String, func, type_coerce

from infoscreen_core.db.sql_words import OwnWords

PORTION: Final = 64
"""As many groups of screens come in one text: each has a line or a few."""


class Folded(OwnWords[str]):
    """A text folded for comparison, as `str.casefold` does it.

    SQLite's own functions know no letters but those of ASCII; `db.engine` gives it this one.
    """

    name = "casefold"
    type = String()
    inherit_cache = True
    sqlite = "casefold({0})"
    mariadb = "REPLACE(LOWER({0}), 'ß', 'ss')"


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


class _Rows(OwnWords[str]):
    """The JSON values of a group's rows as one JSON array, in any order."""

    name = "json_rows"
    type = String()
    inherit_cache = True
    sqlite = "json_group_array({0})"
    mariadb = "JSON_ARRAYAGG({0})"


def row_text(*columns: ColumnElement[Any] | SQLColumnExpression[Any]) -> ColumnElement[str]:
    """Return what makes a row one text, for `read_row_texts`: PyMySQL is slow for many values."""
    return type_coerce(func.json_array(*columns), String)


def read_row_texts(texts: Iterable[str]) -> list[list[Any]]:
    """Return the values of rows that came as texts: numbers, texts and None; days as texts."""
    rows: list[list[Any]] = orjson.loads(f"[{','.join(texts)}]")
    return rows


def rows_text(*columns: ColumnElement[Any] | SQLColumnExpression[Any]) -> ColumnElement[str]:
    """Return what makes a group's rows one text, for `read_rows_texts`; in any order.

    PyMySQL takes longer for a row than the database does. Groups of some hundred rows are enough,
    and MariaDB cuts a text off that has more than a megabyte.
    """
    return _Rows(func.json_array(*columns))


def read_rows_texts(texts: Iterable[str]) -> list[list[Any]]:
    """Return the values of rows that came many to a text, as `read_row_texts` does."""
    return [row for text in texts for row in orjson.loads(text)]
