"""Statements that are compiled once per process, although each test has an engine of its own."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class _CompiledForAll:
    """What SQLAlchemy asks of its cache of compiled statements, for all engines alike.

    Its keys begin with the dialect, of which each engine has one of its own. Two that speak to the
    same server through the same driver compile alike.
    """

    def __init__(self) -> None:
        self._compiled: dict[tuple[Any, ...], Any] = {}

    def get(self, key: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a compiled statement
        return self._compiled.get(_common(key))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:  # noqa: ANN401 - the same
        self._compiled[_common(key)] = compiled


def _common(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect: Dialect = key[0]
    return (dialect.name, dialect.driver, dialect.server_version_info, *key[1:])


def compile_once() -> None:
    """Let every engine of this process use what another one has compiled."""
    shared = _CompiledForAll()

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=shared)

    event.listen(Engine, "engine_connect", share)
