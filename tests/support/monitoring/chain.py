"""A simulated player whose messages reach the listener, beside a scheduler that looks."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from infoscreen_core.services.monitoring import status_history
from tests.support.events.planning import add_group
from tests.support.listener.telemetry import Desk
from tests.support.screens.players import NOON, Stage
from workers.mqtt.connection import ReceivedMessage
from workers.simulator.agenda import GoOnline, Publish
from workers.simulator.reports import Habits

GRACE: Final = timedelta(seconds=170)


class Chain:
    """A group with one screen, all by one clock that the test moves."""

    habits = Habits()

    def __init__(self, desk: Desk, directory: Path) -> None:
        self.desk, self.stage, self.mid = desk, Stage(directory, self.habits), 0
        with desk.sessions.begin() as session:
            self.group = add_group(session)
        self._connect()
        self.hear()
        with desk.sessions.begin() as session:
            client = desk.client(self.stage.uuid)
            client.approved_at, client.group_id = NOON, self.group
            session.merge(client)
        self.stage.tell("group_id", str(self.group).encode())

    def hear(self) -> None:
        """Hand what the player said to the listener; let it connect when it has booted."""
        for effect in self.stage.take():
            if isinstance(effect, GoOnline):
                self._connect()
                self.hear()
            if isinstance(effect, Publish):
                self.mid += 1
                self.desk.hear(
                    ReceivedMessage(
                        effect.topic,
                        effect.payload,
                        effect.qos,
                        effect.retain,
                        self.mid,
                        self.stage.now,
                        epoch=1,
                    )
                )

    def wait(self, seconds: int, *, step: int = 10) -> None:
        """Let time pass; the scheduler looks after each step."""
        for _ in range(0, seconds, step):
            self.stage.wait(step)
            self.hear()
            self.look()

    def look(self) -> None:
        """Judge the player."""
        with self.desk.sessions.begin() as session:
            status_history.add_players(session, now=self.stage.now)
            status_history.judge_due(session, now=self.stage.now, grace=GRACE)

    def _connect(self) -> None:
        self.stage.connect(group_id=self.group)
