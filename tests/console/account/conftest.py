"""Somebody who is signed in and has a password."""

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people import password_hashing
from tests.support.console import Console
from tests.support.console_process import PASSWORD


@pytest.fixture
def own(console: Console) -> Console:
    """The console as an editor sees it whose password is known."""
    console.sign_in_as(Role.EDITOR)
    with console.sessions.begin() as session:
        user = session.scalars(select(User)).one()
        user.password_hash = password_hashing.hash_password(PASSWORD)
    return console
