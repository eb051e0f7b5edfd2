"""Texts as they are compared, which each database writes in its own words."""

from typing import Any

from sqlalchemy import String
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
