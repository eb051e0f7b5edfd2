"""Functions that each database writes in its own words."""

from typing import Any, ClassVar, TypeVar

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

T = TypeVar("T")


class OwnWords(FunctionElement[T]):
    """A function of which a subclass says how it is written; `{0}`, `{1}` are its arguments.

    SQLAlchemy wants `name`, `type` and `inherit_cache` of each subclass.
    """

    inherit_cache = True
    sqlite: ClassVar[str]
    mariadb: ClassVar[str]


@compiles(OwnWords, "sqlite")
def _on_sqlite(element: OwnWords[Any], compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return _written(element.sqlite, element, compiler, options)


@compiles(OwnWords, "mysql")
@compiles(OwnWords, "mariadb")
def _on_mariadb(element: OwnWords[Any], compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return _written(element.mariadb, element, compiler, options)


def _written(
    words: str, element: OwnWords[Any], compiler: SQLCompiler, options: dict[str, Any]
) -> str:
    return words.format(*(compiler.process(one, **options) for one in element.clauses))
