"""What a simulated player sends by itself: discovery, heartbeat, health, pictures, log lines."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from infoscreen_core.contracts import TopicKind, WireModel
from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.topics import DELIVERY
from infoscreen_core.domain.screens.player import LogLevel, PictureType
from workers.simulator import state as says
from workers.simulator.agenda import Agenda, Effect, Publish
from workers.simulator.pictures import draw_screen
from workers.simulator.state import PlayerState

_DISCOVERY_RETRY = timedelta(seconds=10)
_CHATTER = (
    "Media cache is complete",
    "Clock is synchronised, offset below 10 ms",
    "Display answered on HDMI-1",
    "Storage check passed",
)
_WARNINGS = (
    "Page took longer than 4 s to load",
    "Link speed fell to 100 Mbit/s",
    "Temperature above 70 degrees",
)


@dataclass(frozen=True)
class Habits:
    """How the players of a fleet behave; seconds."""

    heartbeat_seconds: float = 65.0
    health_seconds: float = 5.0
    picture_seconds: float = 60.0
    chatter_seconds: float = 600.0
    reboot_seconds: float = 12.0
    wake_after_seconds: float | None = None
    """None: a player that was shut down stays down until it is woken by hand."""
    warnings_per_day: float = 1.0
    errors_per_day: float = 0.0
    timezone: str = "Europe/Vienna"


class Reporter:
    """One player's regular messages, and the occasional ones that others ask for."""

    def __init__(
        self, state: PlayerState, habits: Habits, agenda: Agenda, send: Callable[[Effect], None]
    ) -> None:
        self._state = state
        self._habits = habits
        self._agenda = agenda
        self._send = send
        self._zone = ZoneInfo(habits.timezone)
        self._chance = random.Random(state.identity.uuid)  # noqa: S311 - habits, not secrets

    @property
    def uuid(self) -> str:
        """The player's UUID."""
        return self._state.identity.uuid

    def announce(self, now: datetime) -> None:
        """Send a discovery, again and again until `answered`."""
        self.publish(TopicKind.DISCOVERY, wire.discovery_topic(), says.discovery(self._state, now))
        self._agenda.put("discovery", now + _DISCOVERY_RETRY, self.announce)

    def answered(self) -> None:
        """Note that the server knows this player: no more discoveries."""
        self._agenda.cancel("discovery")

    def begin(self, now: datetime) -> None:
        """Report now and regularly from now on; begun again, it starts over."""
        self.report_change(now)
        self._agenda.put("picture", self._soon(now, 1.0, 6.0), self._take_periodic_picture)
        self._agenda.put("chatter", self._soon(now, 2.0, self._habits.chatter_seconds), self._chat)

    def pause(self) -> None:
        """Fall silent until `begin`."""
        self._agenda.cancel("discovery", "health", "heartbeat", "picture", "chatter")

    def report_change(self, now: datetime) -> None:
        """Send heartbeat and health at once, since something has changed."""
        self._beat(now)
        self._report_health(now)

    def take_picture(self, kind: PictureType, now: datetime) -> None:
        """Send status and picture."""
        picture = draw_screen(self._state, now.astimezone(self._zone))
        message = says.dashboard(self._state, picture, kind, now)
        self.publish(TopicKind.DASHBOARD, wire.dashboard_topic(self.uuid), message)

    def write_log(
        self,
        level: LogLevel,
        message: str,
        now: datetime,
        *,
        context: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Send a line of the player's log; `context` is what it says besides the usual."""
        line = says.log_line(self._state, message, now, context)
        self._send(
            Publish(wire.log_topic(self.uuid, level), line.to_payload(), wire.log_qos(level))
        )

    def publish(self, kind: TopicKind, topic: str, message: WireModel) -> None:
        """Send a message as its kind is delivered."""
        delivery = DELIVERY[kind]
        self._send(Publish(topic, message.to_payload(), delivery.qos, delivery.retain))

    def _beat(self, now: datetime) -> None:
        self.publish(
            TopicKind.HEARTBEAT, wire.heartbeat_topic(self.uuid), says.heartbeat(self._state, now)
        )
        self._agenda.put(
            "heartbeat", now + timedelta(seconds=self._habits.heartbeat_seconds), self._beat
        )

    def _report_health(self, now: datetime) -> None:
        self.publish(TopicKind.HEALTH, wire.health_topic(self.uuid), says.health(self._state, now))
        self._agenda.put(
            "health", now + timedelta(seconds=self._habits.health_seconds), self._report_health
        )

    def _take_periodic_picture(self, now: datetime) -> None:
        self.take_picture(PictureType.PERIODIC, now)
        due = now + timedelta(seconds=self._habits.picture_seconds)
        self._agenda.put("picture", due, self._take_periodic_picture)

    def _chat(self, now: datetime) -> None:
        share = self._habits.chatter_seconds / 86_400
        self.write_log(LogLevel.INFO, self._chance.choice(_CHATTER), now)
        if self._chance.random() < self._habits.warnings_per_day * share:
            self.write_log(LogLevel.WARN, self._chance.choice(_WARNINGS), now)
        if self._chance.random() < self._habits.errors_per_day * share:
            self.write_log(LogLevel.ERROR, "Media file could not be decoded", now)
        self._agenda.put(
            "chatter", now + timedelta(seconds=self._habits.chatter_seconds), self._chat
        )

    def _soon(self, now: datetime, least: float, most: float) -> datetime:
        return now + timedelta(seconds=self._chance.uniform(least, most))
