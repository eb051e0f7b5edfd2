"""An operator's order for one TV: who may give it, how it is kept, and what it competes with."""

from datetime import timedelta

import pytest

from infoscreen_core.db.models import AuditEntry, Client, GroupPower, PowerOverride
from infoscreen_core.domain.screens.power import (
    MAX_OVERRIDE,
    MIN_OVERRIDE,
    DesiredPower,
    PowerReason,
)
from infoscreen_core.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services import changes
from infoscreen_core.services.screens import power
from infoscreen_core.services.screens.clients import remove_clients
from tests.support.events.planning import Sessions, add_group
from tests.support.people import ADMIN, EDITOR, NOW, actions_of, add_client, outbox_of, uuid_of

UUID = uuid_of(1)
LATER = NOW + timedelta(minutes=5)
TWO_HOURS = timedelta(hours=2)


@pytest.fixture(autouse=True)
def _player(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_client(session, group_id=add_group(session))


def order(
    sessions: Sessions,
    state: DesiredPower = DesiredPower.OFF,
    *,
    at: timedelta = timedelta(),
    why: str = "Prüfung",
) -> str:
    """Give an order for two hours; return the id of its intent."""
    with sessions.begin() as session:
        override = power.set_override(
            session, UUID, state, reason=why, lasting=TWO_HOURS, actor=ADMIN, now=NOW + at
        )
        return override.intent_id


def test_an_order_is_kept_with_its_author_reason_and_end(sessions: Sessions) -> None:
    order(sessions, why="  Prüfung\nim Saal ")
    with sessions() as session:
        (row,) = power.list_overrides(session, now=LATER)
        assert (row.override.desired_state, row.override.reason) == (
            DesiredPower.OFF,
            "Prüfung im Saal",
        )
        assert (row.override.set_at, row.override.expires_at) == (NOW, NOW + TWO_HOURS)
        assert (row.override.author, row.client.uuid) == (None, UUID)
        assert actions_of(session) == ["power.override_set"]
        assert changes.current(session) == 1


def test_an_order_that_says_the_same_keeps_its_identity_and_another_one_does_not(
    sessions: Sessions,
) -> None:
    first = order(sessions)
    assert order(sessions, at=timedelta(minutes=1), why="dauert länger") == first
    other = order(sessions, DesiredPower.ON, at=timedelta(minutes=2))
    assert other != first
    with sessions() as session:
        (row,) = power.list_overrides(session, now=LATER)
        assert row.override.expires_at == NOW + timedelta(minutes=2) + TWO_HOURS
        entries = session.query(AuditEntry).order_by(AuditEntry.id).all()
        assert [bool(entry.before) for entry in entries] == [False, True, True]


def test_it_ends_by_itself(sessions: Sessions) -> None:
    first = order(sessions)
    with sessions() as session:
        assert power.list_overrides(session, now=NOW + TWO_HOURS - timedelta(microseconds=1))
        assert power.list_overrides(session, now=NOW + TWO_HOURS) == []
    assert order(sessions, at=TWO_HOURS) != first


def test_it_can_be_ended_early_once(sessions: Sessions) -> None:
    first = order(sessions)
    with sessions.begin() as session:
        power.clear_override(session, UUID, actor=ADMIN, now=LATER)
        assert power.list_overrides(session, now=LATER) == []
        assert actions_of(session)[-1] == "power.override_cleared"
        assert changes.current(session) == 2
    with sessions.begin() as session, pytest.raises(NotFoundError, match="nothing to end"):
        power.clear_override(session, UUID, actor=ADMIN, now=LATER)
    assert order(sessions, at=timedelta(minutes=6)) != first


def test_it_goes_with_its_player(sessions: Sessions) -> None:
    order(sessions)
    with sessions.begin() as session:
        remove_clients(session, [UUID], actor=ADMIN, now=LATER)
        assert session.get(PowerOverride, UUID) is None
        assert (f"infoscreen/{UUID}/power/intent", b"", True) in outbox_of(session)


def test_only_admins_give_and_end_orders(sessions: Sessions) -> None:
    with sessions.begin() as session:
        with pytest.raises(NotAllowedError):
            power.set_override(
                session, UUID, DesiredPower.ON, reason="x", lasting=TWO_HOURS, actor=EDITOR, now=NOW
            )
        with pytest.raises(NotAllowedError):
            power.clear_override(session, UUID, actor=EDITOR, now=NOW)
        assert actions_of(session) == []


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_reason_is_needed(sessions: Sessions, reason: str) -> None:
    with sessions.begin() as session, pytest.raises(InvalidInputError) as refused:
        power.set_override(
            session, UUID, DesiredPower.ON, reason=reason, lasting=TWO_HOURS, actor=ADMIN, now=NOW
        )
    assert refused.value.field == "reason"


@pytest.mark.parametrize(
    "lasting",
    [MIN_OVERRIDE - timedelta(seconds=1), MAX_OVERRIDE + timedelta(seconds=1), timedelta(0)],
)
def test_it_holds_neither_too_short_nor_too_long(sessions: Sessions, lasting: timedelta) -> None:
    with (
        sessions.begin() as session,
        pytest.raises(InvalidInputError, match="10 seconds to 7 days") as refused,
    ):
        power.set_override(
            session, UUID, DesiredPower.ON, reason="x", lasting=lasting, actor=ADMIN, now=NOW
        )
    assert refused.value.field == "duration"


def test_strangers_and_pending_players_take_no_orders(sessions: Sessions) -> None:
    with sessions.begin() as session:
        pending = add_client(session, 2, is_approved=False)
        for uuid, error in ((uuid_of(9), NotFoundError), (pending.uuid, ConflictError)):
            with pytest.raises(error):
                power.set_override(
                    session,
                    uuid,
                    DesiredPower.ON,
                    reason="x",
                    lasting=TWO_HOURS,
                    actor=ADMIN,
                    now=NOW,
                )


def test_an_order_wins_over_the_plan_and_without_either_nobody_tells_the_tv(
    sessions: Sessions,
) -> None:
    def desired() -> tuple[DesiredPower | None, PowerReason | None]:
        with sessions() as session:
            found = power.desired_power(session, session.get_one(Client, UUID), now=LATER)
            return found.state, found.reason

    assert desired() == (None, None)
    with sessions.begin() as session:
        group_id = session.get_one(Client, UUID).group_id
        session.add(
            GroupPower(
                group_id=group_id,
                intent_id=uuid_of(7),
                desired_state=DesiredPower.ON,
                reason=PowerReason.ACTIVE_EVENT,
                since=NOW,
            )
        )
    assert desired() == (DesiredPower.ON, PowerReason.ACTIVE_EVENT)
    order(sessions)
    assert desired() == (DesiredPower.OFF, PowerReason.OPERATOR_OVERRIDE)
    with sessions.begin() as session:
        power.clear_override(session, UUID, actor=ADMIN, now=LATER)
        session.get_one(Client, UUID).group = None
    assert desired() == (None, None)
