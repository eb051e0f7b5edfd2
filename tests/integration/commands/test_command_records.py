"""Commands as programs read them, and how long restarts stay blocked."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientCommand
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services.commands import records
from infoscreen_core.services.commands.records import CommandPlace, CommandRecord
from tests.support.people import ADMIN, EDITOR, NOW, add_client, uuid_of
from tests.support.sql.plans import full_reads, statements

Sessions = sessionmaker[Session]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clients(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_client(session, 1)
        add_client(session, 2)


def _order(
    session: Session, action: Action = Action.REBOOT_HOST, *, after: int = 0
) -> CommandRecord:
    at = NOW + after * MINUTE
    uuid = uuid_of(1).upper()
    return records.order_command(session, uuid, action, reason="black", actor=ADMIN, now=at)


def test_an_order_says_all_that_is_stored(sessions: Sessions) -> None:
    with sessions.begin() as session:
        ordered = _order(session)
    with sessions() as session:
        row = session.get_one(ClientCommand, ordered.command_id)
        found = records.get_record(session, ordered.command_id.upper(), actor=ADMIN)
        assert found == ordered
        for name in CommandRecord.__dataclass_fields__:
            assert getattr(ordered, name) == getattr(row, name)
    assert (ordered.client_uuid, ordered.is_blocked) == (uuid_of(1), False)


def test_pages_meet_each_command_once_newest_first(sessions: Sessions, engine: Engine) -> None:
    with sessions.begin() as session:
        ordered = [
            _order(session, Action.SHUTDOWN_HOST, after=minute) for minute in (0, 1, 1, 1, 2)
        ]
        records.order_command(
            session, uuid_of(2), Action.REBOOT_HOST, reason="black", actor=ADMIN, now=NOW
        )
    met: list[CommandRecord] = []
    with sessions() as session, statements(engine) as asked:
        while page := _page(session, met[-1] if met else None):
            met += page
    assert {one.command_id for one in met} == {one.command_id for one in ordered}
    assert len(met) == len(ordered)
    assert [one.issued_at for one in met] == sorted((one.issued_at for one in met), reverse=True)
    with engine.connect() as connection:
        assert not any(full_reads(connection, text, values) for text, values in asked)


def _page(session: Session, last: CommandRecord | None) -> list[CommandRecord]:
    after = CommandPlace(last.issued_at, last.command_id) if last else None
    return records.list_records(session, uuid_of(1), after=after, limit=2, actor=ADMIN)


def test_the_fourth_restart_is_stored_as_blocked_until_the_first_is_old(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        orders = [_order(session, after=minute) for minute in (0, 4, 6, 7)]
    now = NOW + 7 * MINUTE
    with sessions() as session:
        assert records.wait_for_restart(session, uuid_of(1), now=now) == 8 * MINUTE
        assert records.wait_for_restart(session, uuid_of(2), now=now) == timedelta()
    assert [one.is_blocked for one in orders] == [False, False, False, True]
    with sessions.begin() as session:
        assert not _order(session, after=15).is_blocked
        assert _order(session, after=15).is_blocked


def test_a_command_is_withdrawn_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        ordered = _order(session)
        gone = records.withdraw_command(session, ordered.command_id, actor=ADMIN, now=NOW + MINUTE)
        assert (gone.status, gone.updated_at) == (State.CANCELED, NOW + MINUTE)
        with pytest.raises(ConflictError, match="already canceled"):
            records.withdraw_command(session, ordered.command_id, actor=ADMIN, now=NOW)


def test_wrong_ids_and_roles_are_refused_with_a_sentence(sessions: Sessions) -> None:
    with sessions.begin() as session:
        with pytest.raises(InvalidInputError, match="is not a UUID") as refused:
            records.get_record(session, "17", actor=ADMIN)
        assert refused.value.field == "command_id"
        with pytest.raises(NotFoundError, match="no command"):
            records.get_record(session, uuid_of(9), actor=ADMIN)
        with pytest.raises(NotFoundError, match="no screen"):
            records.list_records(session, uuid_of(9), limit=1, actor=ADMIN)
        with pytest.raises(InvalidInputError):
            records.order_command(
                session, "nobody", Action.REBOOT_HOST, reason="x", actor=ADMIN, now=NOW
            )
        for read in (
            lambda: records.get_record(session, uuid_of(9), actor=EDITOR),
            lambda: records.list_records(session, uuid_of(1), limit=1, actor=EDITOR),
        ):
            with pytest.raises(NotAllowedError):
                read()
