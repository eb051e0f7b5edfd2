"""Callers of the API: with a cookie, with a token, and nobody."""

from collections.abc import Callable

import pytest
from starlette.types import ASGIApp

from infoscreen_core.domain.people.roles import Role
from tests.support.api import Api
from tests.support.console import Console


@pytest.fixture
def api(app: ASGIApp) -> Api:
    """A program that has not signed in."""
    return Api(app)


@pytest.fixture
def as_role(app: ASGIApp, console: Console) -> Callable[[Role], Api]:
    """Makes a program with the cookie of somebody of this role."""
    return lambda role: Api(app, token=console.sign_in_as(role))
