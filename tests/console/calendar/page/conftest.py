"""The calendar page of a school with two groups; its component, run by browsers, is replaced."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from console.calendar import component as calendar
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import MONDAY
from tests.support.events.planning import add_group
from tests.support.media.parts import FakeBoard, FakeUploads
from tests.support.people import add_client


@pytest.fixture
def component(monkeypatch: pytest.MonkeyPatch) -> FakeCalendar:
    fake = FakeCalendar()
    monkeypatch.setattr(calendar, "ask_component", fake)
    return fake


@pytest.fixture
def groups(console: Console) -> list[int]:
    """Two groups, each with a screen in service."""
    with console.sessions.begin() as session:
        added = [add_group(session, name) for name in ("Aula", "Foyer")]
        for group_id in added:
            add_client(session, group_id, group_id=group_id)
        return added


@pytest.fixture
def open_page(
    console: Console,
    component: FakeCalendar,  # noqa: ARG001 - stands in for the real one
    board: FakeBoard,  # noqa: ARG001 - likewise
    uploads: FakeUploads,  # noqa: ARG001 - likewise
) -> Callable[..., AppTest]:
    def open_it(role: Role = Role.EDITOR, **query: str) -> AppTest:
        console.sign_in_as(role, language="de")
        return console.open("calendar", **{"date": MONDAY.isoformat(), **query})

    return open_it
