"""A power scheduler without a broker, on a clock that the test turns."""

from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from typing import cast

from infoscreen_core.contracts import PowerIntent
from infoscreen_core.settings import load_settings
from tests.support.events.planning import MONDAY, Sessions, utc
from tests.support.playing.scheduling import AlwaysLeading, FakeBroker
from workers.mqtt.connection import MqttConnection, ReceivedMessage
from workers.scheduler.line import BrokerLine
from workers.scheduler.power import PowerScheduler
from workers.scheduler.publisher import Surroundings

GROUP = "infoscreen/groups/1/power/intent"


@dataclass
class Clock:
    """Wall clock and monotonic clock, turned together."""

    now: datetime = MONDAY

    def monotonic(self) -> float:
        return (self.now - MONDAY).total_seconds() + 1000.0


class Desk:
    """A power scheduler with a clock that the test turns."""

    def __init__(self, sessions: Sessions, clock: Clock, **settings: object) -> None:
        self.sessions = sessions
        self.clock = clock
        self.broker = FakeBroker()
        self.leadership = AlwaysLeading()
        self.seen: SimpleQueue[ReceivedMessage] = SimpleQueue()
        self.scheduler = PowerScheduler(
            Surroundings(
                settings=load_settings(**{"power_intent_publish_enabled": True} | settings),
                sessions=sessions,
                read_sessions=sessions,
                line=BrokerLine(cast("MqttConnection", self.broker), self.seen),
                leadership=self.leadership,
                clock=lambda: self.clock.now,
            )
        )

    def step(self) -> dict[str, PowerIntent | None]:
        """One look; return by topic what went out (None: cleared)."""
        self.scheduler.step()
        sent = self.broker.take()
        assert len({topic for topic, _ in sent}) == len(sent)
        self.scheduler.step()  # takes in the confirmations
        return {
            topic: PowerIntent.model_validate_json(payload) if payload else None
            for topic, payload in sent
        }

    def step_at(self, text: str) -> dict[str, PowerIntent | None]:
        self.clock.now = utc(text)
        return self.step()

    def group_at(self, text: str) -> PowerIntent:
        """What goes out for the one group then."""
        intent = self.step_at(text)[GROUP]
        assert intent
        return intent

    def hear(self, topic: str, payload: bytes) -> None:
        self.seen.put(
            ReceivedMessage(
                topic, payload, qos=0, retain=True, mid=0, received_at=self.clock.now, epoch=1
            )
        )
