"""The fleet as readers get it: frozen views of one pass, however many players there are."""

from dataclasses import FrozenInstanceError
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientScreenshot
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.monitoring.fleet import find_client, get_machine, list_fleet
from infoscreen_core.services.monitoring.views import ClientView
from tests.support.people import NOW, add_client, uuid_of

TTL = timedelta(minutes=2)
AT: dict[str, Any] = {
    "now": NOW,
    "grace": timedelta(minutes=3),
    "window": timedelta(hours=24),
    "priority_ttl": TTL,
}
Sessions = sessionmaker[Session]


def _fleet(sessions: Sessions) -> list[ClientView]:
    with sessions() as session:
        return list_fleet(session, **AT)


def _add_picture(session: Session, number: int, name: str) -> None:
    session.add(
        ClientScreenshot(
            client_uuid=uuid_of(number),
            type=PictureType.PERIODIC,
            filename=name,
            received_at=NOW,
            md5="0" * 32,
            size=1,
            width=1,
            height=1,
            screen_health=ScreenHealth.OK,
        )
    )
    session.flush()


def test_one_player_is_shown_as_the_list_shows_it(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        add_client(session, 1, hostname="pi-1", description="Aula", last_alive=NOW)
        add_client(session, 2, hostname="pi-2", last_alive=NOW - timedelta(hours=1))
        _add_picture(session, 1, "old.jpg")
        _add_picture(session, 1, "new.jpg")
    listed = _fleet(sqlite_sessions)
    with sqlite_sessions() as session:
        assert [find_client(session, view.uuid, **AT) for view in listed] == listed
        assert find_client(session, uuid_of(9), **AT) is None
    aula, silent = listed
    assert (aula.name, aula.given_name, aula.hostname, aula.ip) == ("Aula", "Aula", "pi-1", "")
    assert aula.picture is not None
    assert aula.picture.filename == "new.jpg"
    assert (silent.name, silent.given_name, silent.status) == ("pi-2", "", Status.OFFLINE)
    with pytest.raises(FrozenInstanceError):
        aula.name = "another"  # type: ignore[misc]  # that is what is tried


@pytest.mark.parametrize(
    ("age", "is_active"), [(TTL, True), (TTL + timedelta(microseconds=1), False), (None, False)]
)
def test_a_priority_picture_is_active_for_as_long_as_it_was_given(
    sqlite_sessions: Sessions, age: timedelta | None, *, is_active: bool
) -> None:
    with sqlite_sessions.begin() as session:
        add_client(session, 1, priority_screenshot_at=None if age is None else NOW - age)
    [view] = _fleet(sqlite_sessions)
    assert view.has_active_priority_picture is is_active


def test_the_number_of_queries_does_not_grow_with_the_fleet(sqlite_sessions: Sessions) -> None:
    def count() -> int:
        statements: list[str] = []
        with sqlite_sessions() as session:
            event.listen(
                session.connection(),
                "before_cursor_execute",
                lambda *args: statements.append(args[2]),
            )
            list_fleet(session, **AT)
        return len(statements)

    with sqlite_sessions.begin() as session:
        add_client(session, 1)
        _add_picture(session, 1, "1.jpg")
    few = count()
    with sqlite_sessions.begin() as session:
        for number in range(2, 40):
            add_client(session, number, current_event_id=number)
            _add_picture(session, number, f"{number}.jpg")
    assert (
        few <= count() <= few + 1
    )  # the titles of what is shown are asked for only when something is


def test_what_runs_on_a_player_is_what_it_reported(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        add_client(session, 1, current_process="chromium", process_pid=17, expected_event_id=404)
    with sqlite_sessions() as session:
        machine = get_machine(session, uuid_of(1))
        assert (machine.process, machine.process_pid, machine.expected_title) == (
            "chromium",
            17,
            None,
        )
        with pytest.raises(NotFoundError):
            get_machine(session, uuid_of(2))
