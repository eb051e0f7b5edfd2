"""What players say, published steadily, each message counted once the broker acknowledges it."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

_BEGIN = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)


class SteadyPublisher:
    """Publishes numbered WARN lines of one player, QoS 1, until stopped."""

    def __init__(
        self, state: dict[str, Any], client_uuid: str, *, word: str, per_second: float = 100
    ) -> None:
        self.acknowledged: set[int] = set()
        self.published = 0
        self._word = word
        self._topic = f"infoscreen/{client_uuid}/logs/warn"
        self._pause = 1 / per_second
        self._numbers: dict[int, int] = {}
        self._acknowledged_ids: SimpleQueue[int] = SimpleQueue()
        self._stop = threading.Event()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=f"steady-{word}", clean_session=False
        )
        self._client.username_pw_set(state["mqtt_user"], state["mqtt_password"])
        self._client.reconnect_delay_set(1, 1)
        self._client.on_publish = self._on_publish
        self._client.connect(state["mqtt_host"], state["mqtt_port"], keepalive=10)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._client.loop_start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop publishing, wait until everything is acknowledged."""
        self._stop.set()
        self._thread.join()
        deadline = time.monotonic() + 30
        while len(self.acknowledged) < self.published and time.monotonic() < deadline:
            time.sleep(0.05)
            self._note_acknowledged()
        self._client.disconnect()
        self._client.loop_stop()

    def message(self, number: int) -> str:
        return f"{self._word} {number}"

    def said(self, number: int) -> tuple[str, dict[str, Any]]:
        """Return the topic of a message, and what it says."""
        moment = (_BEGIN + timedelta(seconds=number)).isoformat()
        return self._topic, {"timestamp": moment, "message": self.message(number)}

    def say_in_passing(self, topic: str, payload: dict[str, Any]) -> None:
        """Publish with QoS 0: nobody knows whether it arrives."""
        self._client.publish(topic, json.dumps(payload), qos=0)

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            number = self.published
            topic, payload = self.said(number)
            information = self._client.publish(topic, json.dumps(payload), qos=1)
            self._numbers[information.mid] = number
            self.published += 1
            self._note_acknowledged()

    def _note_acknowledged(self) -> None:
        """Count what was acknowledged, possibly before publish() returned the packet's id."""
        while not self._acknowledged_ids.empty():
            number = self._numbers.pop(self._acknowledged_ids.get_nowait(), None)
            if number is not None:  # else it was said in passing
                self.acknowledged.add(number)

    def _on_publish(self, _client: object, _data: object, mid: int, *_: object) -> None:
        # Takes no lock: paho holds one of its own here that publish() needs as well.
        self._acknowledged_ids.put(mid)
