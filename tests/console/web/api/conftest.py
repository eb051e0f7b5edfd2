"""Callers of the API: with a cookie, with a token, and nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console
from tests.support.http.api import Api
from tests.support.http.planning_api import Planners, planners_on


@pytest.fixture
def api(app: ASGIApp) -> Api:
    """A program that has not signed in."""
    return Api(app)


@pytest.fixture
def as_role(app: ASGIApp, console: Console) -> Callable[[Role], Api]:
    """Makes a program with the cookie of somebody of this role."""
    return lambda role: Api(app, token=console.sign_in_as(role))


@pytest.fixture
def planners(sqlite_url: str, tmp_path: Path) -> Iterator[Planners]:
    """Programs of each role that plan through the API."""
    with planners_on(sqlite_url, tmp_path / "var") as made:
        yield made


@pytest.fixture
def planners_anywhere(database_url: str, tmp_path: Path) -> Iterator[Planners]:
    """The same, once on each database."""
    with planners_on(database_url, tmp_path / "var") as made:
        yield made
