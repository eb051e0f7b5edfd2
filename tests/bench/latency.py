"""From a decision to the screens: how long until a plain subscriber hears of it.

    python tests/bench/latency.py [--rounds 50] [--json]

Starts a whole installation (`infoscreen up --demo 3`) and a paho subscriber that knows nothing of
us. Then it measures, from the commit on: an event created, an event ending, a command issued. The
last figures compare the event's way with polling alone (half the poll interval, on average) and
with the ceiling: the time of one publish through the same broker.
"""

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client as ClientRow
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands import commands
from infoscreen_core.services.events import events
from infoscreen_core.services.events.event_drafts import EventDraft
from tests.support.installation import Installation

POLL_INTERVAL_SECONDS = 30
WAIT_SECONDS = 10.0


class Subscriber:
    """Remembers when each message came, by the monotonic clock."""

    def __init__(self, state: dict[str, Any]) -> None:
        self._news = threading.Condition()
        self._heard: list[tuple[float, str, bytes]] = []
        self.client = Client(CallbackAPIVersion.VERSION2)
        self.client.username_pw_set(state["mqtt_user"], state["mqtt_password"])
        self.client.on_message = self._on_message
        self.client.on_connect = lambda client, *_: client.subscribe("infoscreen/#", 1)
        self.client.connect(state["mqtt_host"], state["mqtt_port"])
        self.client.loop_start()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        with self._news:
            self._heard.append((time.monotonic(), message.topic, bytes(message.payload)))
            self._news.notify_all()

    def wait_for(self, matches: Callable[[str, bytes], bool], *, since: float) -> float:
        """Return the seconds from `since` to the first matching message after it."""
        end = time.monotonic() + WAIT_SECONDS
        with self._news:
            while time.monotonic() < end:
                for at, topic, payload in self._heard:
                    if at >= since and matches(topic, payload):
                        return at - since
                self._news.wait(0.5)
        return float("inf")


def lists_event(title: str, *, wanted: bool = True) -> Callable[[str, bytes], bool]:
    """Match the first group's list when it holds, or no longer holds, the event."""
    return lambda topic, payload: (
        topic == "infoscreen/events/1" and (title.encode() in payload) is wanted
    )


def is_payload(wanted: bytes) -> Callable[[str, bytes], bool]:
    """Match one payload on any topic."""
    return lambda _topic, payload: payload == wanted


def measure_created_and_ended(
    installation: Installation, ear: Subscriber, rounds: int
) -> dict[str, list[float]]:
    """Create short events; time their arrival from the commit and their leaving from their end."""
    created, ended = [], []
    for number in range(rounds):
        title, now = f"latency {number}", utc_now().replace(tzinfo=None)
        with installation.sessions.begin() as session:
            draft = EventDraft(
                group_ids=(1,),
                title=title,
                event_type=EventType.MESSAGE,
                start=now - timedelta(hours=1),
                end=now.replace(microsecond=0) + timedelta(seconds=3),
                timezone="UTC",
                message_text="x",
            )
            events.create_events(session, draft, actor=CLI, now=utc_now())
        committed, wall = time.monotonic(), utc_now()
        created.append(ear.wait_for(lists_event(title), since=committed))
        ends_at = committed + (draft.end - wall.replace(tzinfo=None)).total_seconds()
        ended.append(ear.wait_for(lists_event(title, wanted=False), since=ends_at))
    return {"event created → subscriber": created, "event's end → subscriber": ended}


def measure_commands(
    installation: Installation, ear: Subscriber, rounds: int
) -> dict[str, list[float]]:
    """Issue shutdowns to a UUID that no player has, so nothing shuts down; time their arrival."""
    uuid, times = "00000000-0000-4000-8000-00000000beef", []
    with installation.sessions.begin() as session:
        session.add(ClientRow(uuid=uuid, registration_time=utc_now(), approved_at=utc_now()))
    for _ in range(rounds):
        with installation.sessions.begin() as session:
            commands.issue_command(
                session, uuid, Action.SHUTDOWN_HOST, reason="latency", actor=CLI, now=utc_now()
            )
        times.append(
            ear.wait_for(lambda t, _p: t == f"infoscreen/{uuid}/commands", since=time.monotonic())
        )
    return {"command issued → subscriber": times}


def measure_publish(ear: Subscriber, rounds: int) -> dict[str, list[float]]:
    """Publish directly: the ceiling."""
    times = []
    for number in range(rounds):
        payload, since = f"n{number}".encode(), time.monotonic()
        ear.client.publish("infoscreen/bench/latency", payload, 1)
        times.append(ear.wait_for(is_payload(payload), since=since))
    return {"ceiling: one publish": times}


def summary(times: list[float]) -> dict[str, float]:
    """Return milliseconds: median, 95th percentile, worst."""
    ordered = sorted(times)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(ordered[max(0, int(len(ordered) * 0.95) - 1)] * 1000, 1),
        "max_ms": round(ordered[-1] * 1000, 1),
    }


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        installation = Installation(Path(directory))
        installation.start()
        try:
            ear = Subscriber(installation.wait_ready())
            times = {
                **measure_created_and_ended(installation, ear, arguments.rounds),
                **measure_commands(installation, ear, arguments.rounds),
                **measure_publish(ear, arguments.rounds),
            }
        finally:
            installation.stop()
    figures: dict[str, Any] = {name: summary(values) for name, values in times.items()}
    median = figures["event created → subscriber"]["p50_ms"]
    figures["ratio to polling alone"] = round(POLL_INTERVAL_SECONDS * 1000 / 2 / median, 1)
    figures["ratio to the ceiling"] = round(figures["ceiling: one publish"]["p50_ms"] / median, 3)
    print(json.dumps(figures, indent=2, ensure_ascii=False) if arguments.json else _table(figures))


def _table(figures: dict[str, Any]) -> str:
    rows = [f"{name:<30} {value}" for name, value in figures.items()]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
