"""A few players that say all that the listener must not lose, and can be asked what that was."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import to_zulu, utc_now
from infoscreen_core.db.models import (
    Client,
    ClientCommand,
    ClientHealth,
    ClientLog,
    ClientStatus,
    ClientStatusChange,
    CommandTransition,
)
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State
from infoscreen_core.services.monitoring import status_history
from tests.support.listener.steady_publisher import SteadyPublisher
from tests.support.monitoring.log_counts import recount, stored_counts
from tests.support.people import add_client, uuid_of
from tests.support.servers import Mosquitto

Sessions = sessionmaker[Session]
MOODY: Final = uuid_of(1)
"""Says with QoS 1 how its process is; its status hangs on nothing else."""
MEASURED: Final = uuid_of(2)
"""Says with QoS 0 how much room it has: each time another power of two, so that a sum tells all."""
CHATTY: Final = [uuid_of(number) for number in range(3, 8)]
"""Log, and acknowledge commands."""
_COMMANDS: Final = 2_000
_LEVELS: Final = ("error", "warn")


def command_id(number: int) -> str:
    return uuid_of(1_000_000 + number)


def settle_in(sessions: Sessions) -> None:
    """Store the players and commands for them, and let the scheduler judge them from now on."""
    now = utc_now()
    with sessions.begin() as session:
        for number in range(1, 3 + len(CHATTY)):
            add_client(session, number)
        session.flush()
        session.add_all(
            ClientCommand(
                command_id=command_id(number),
                client_uuid=CHATTY[number % len(CHATTY)],
                action=Action.RESTART_APP,
                status=State.PUBLISHED,
                issued_at=now,
                expires_at=now + timedelta(hours=1),
                created_at=now,
                updated_at=now,
            )
            for number in range(_COMMANDS)
        )
        status_history.add_players(session, now=now)


class SmallFleet(SteadyPublisher):
    """Of ten messages eight are log lines, one acknowledges a command, one says how MOODY is."""

    def __init__(self, broker: Mosquitto, *, per_second: float) -> None:
        login = {
            "mqtt_user": broker.user,
            "mqtt_password": broker.password,
            "mqtt_host": broker.host,
            "mqtt_port": broker.port,
        }
        super().__init__(login, CHATTY[0], word="line", per_second=per_second)
        self.mood = "running"
        self.samples = 0
        """How often MEASURED has said how much room it has."""

    def said(self, number: int) -> tuple[str, dict[str, Any]]:
        uuid, moment = CHATTY[number % len(CHATTY)], to_zulu(utc_now())
        if number % 10 == 9:
            mood = {"process_status": self.mood, "current_process": "vlc", "timestamp": moment}
            return f"infoscreen/{MOODY}/heartbeat", mood
        if number % 10 == 4:
            uuid = CHATTY[number // 10 % len(CHATTY)]
            step = {"command_id": command_id(number // 10), "status": "accepted"}
            ack = step | {"error_code": None, "error_message": None}
            return f"infoscreen/{uuid}/commands/ack", ack
        line = {"timestamp": moment, "message": self.message(number)}
        return f"infoscreen/{uuid}/logs/{_LEVELS[number % 2]}", line

    def measure(self) -> int:
        """Say once how much room MEASURED has; return it."""
        room = 1 << self.samples
        self.samples += 1
        payload = {"actual_state": {"status": "running"}, "health_metrics": {"disk_free_mb": room}}
        self.say_in_passing(f"infoscreen/{MEASURED}/health", payload)
        return room

    def lines(self) -> set[str]:
        """The log lines that the broker has acknowledged."""
        return {self.message(n) for n in self.acknowledged if n % 10 not in {4, 9}}

    def commands(self) -> set[str]:
        """The commands of which the broker has acknowledged the acknowledgement."""
        return {command_id(n // 10) for n in self.acknowledged if n % 10 == 4}


class Kept:
    """What is in the database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def lines(self) -> Counter[str]:
        with self._sessions() as session:
            return Counter(session.scalars(select(ClientLog.message)))

    def commands(self) -> Counter[str]:
        """How often each command was moved by its acknowledgement."""
        row = CommandTransition
        with self._sessions() as session:
            query = select(row.command_id).where(row.cause == Cause.ACK_ACCEPTED)
            return Counter(session.scalars(query))

    def has_line(self, message: str) -> bool:
        with self._sessions() as session:
            query = select(ClientLog.id).where(ClientLog.message == message)
            return session.scalar(query.limit(1)) is not None

    def room(self) -> float | None:
        """What MEASURED has said last."""
        with self._sessions() as session:
            return session.get_one(Client, MEASURED).disk_free_mb

    def samples(self) -> tuple[int, int]:
        """Return what MEASURED said, each a bit, as its stretches add up; and how many they are."""
        with self._sessions() as session:
            rows = session.scalars(
                select(ClientHealth).where(ClientHealth.client_uuid == MEASURED)
            ).all()
        total = sum((row.disk_mean or 0) * row.disk_count for row in rows)
        return round(total), sum(row.disk_count for row in rows)

    def statuses(self, uuid: str) -> list[str]:
        """Every reason that was on record for a player, in the order of writing."""
        return [str(change.reason) for change in self._changes(uuid)]

    def is_consistent(self) -> bool:
        """Whether each player's record ends with its status, and no change in it is none."""
        with self._sessions() as session:
            now = {row.client_uuid: row for row in session.scalars(select(ClientStatus))}
        return all(self._is_record_of(uuid, row) for uuid, row in now.items())

    def counts_are_right(self) -> bool:
        """Whether what is counted of log lines is what the lines themselves add up to."""
        with self._sessions() as session:
            return stored_counts(session) == recount(session)

    def _is_record_of(self, uuid: str, row: ClientStatus) -> bool:
        changes = self._changes(uuid)
        told = [(change.status, change.reason) for change in changes]
        is_in_order = all(one.at <= other.at for one, other in pairwise(changes))
        is_news = all(one != other for one, other in pairwise(told))
        return is_in_order and is_news and told[-1] == (row.status, row.reason)

    def _changes(self, uuid: str) -> list[ClientStatusChange]:
        row = ClientStatusChange
        with self._sessions() as session:
            found = session.scalars(select(row).where(row.client_uuid == uuid).order_by(row.id))
            return list(found)
