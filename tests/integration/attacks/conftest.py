"""A console that runs, people who work with it, and somebody who means them harm."""

from collections.abc import Iterator

import psutil
import pytest
from sqlalchemy.orm import Session

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from tests.support.console_process import add_demo_school, running_console
from tests.support.http.attacks import PASSWORD, PEOPLE, Target
from tests.support.people import add_user


def _furnish(session: Session) -> None:
    add_demo_school(session)
    for name, role in PEOPLE.items():
        add_user(session, name, PASSWORD, role, actor=SYSTEM)
    for number in range(30):
        add_user(session, f"teacher{number}", PASSWORD, Role.EDITOR, actor=SYSTEM)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One console for a file's attacks; after each file it is well, and said nothing unforeseen."""
    folder = tmp_path_factory.mktemp("attacks")
    with running_console(folder, _furnish) as running:
        target = Target(running, folder / "console.log", psutil.Process(running.pid))
        yield target
        assert target.caller().get("/healthz").json()["status"] == "ok"
        assert "Traceback" not in target.log()
