"""A console on either database, and programs of each role that plan through its API."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette

from console.asgi import middleware, routes
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console, console_on
from tests.support.events.planning import add_group, add_period
from tests.support.http.api import Api


class _Program(Api):
    """Reads English unless it asks for another language."""

    def ask(
        self, method: str, path: str, body: bytes | None = None, /, **headers: str
    ) -> httpx.Response:
        return super().ask(method, path, body, **{"accept_language": "en", **headers})


class Planners:
    """People of each role, signed in, and what they plan for."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.app = Starlette(routes=routes(), middleware=middleware())
        with console.sessions.begin() as session:
            self.group, self.other = add_group(session), add_group(session, "Foyer")
            self.period = add_period(session)
        tokens = {role: console.sign_in_as(role) for role in Role}
        self._programs = {role: _Program(self.app, token=token) for role, token in tokens.items()}

    def __getitem__(self, role: Role) -> Api:
        return self._programs[role]

    @property
    def editor(self) -> Api:
        """Who plans events, holidays and files."""
        return self[Role.EDITOR]

    @property
    def admin(self) -> Api:
        """Who plans the school's years, too."""
        return self[Role.ADMIN]

    def nobody(self) -> Api:
        """A program that has not signed in."""
        return Api(self.app)


@contextmanager
def planners_on(database_url: str, data_dir: Path) -> Iterator[Planners]:
    """Let the API work on this database."""
    with console_on(database_url, data_dir) as console:
        yield Planners(console)
