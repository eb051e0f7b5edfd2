"""A batch of messages, read and folded: what is to be written, and what was refused. No I/O.

A few hundred players send a message every few seconds each, but most of what they say is only the
newest state. So a batch keeps one row per player, into which each message writes the fields that it
reports: of ten health messages only the newest values reach the database. What must not be folded
(logs, acknowledgements, TV reports) is kept in lists, in the order of arrival.

This code runs once per message in the busiest process, hence the unusual means: rows are plain
lists, the places of a model's fields are looked up once (`Part`), and topics that were parsed are
remembered.
"""

from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from operator import attrgetter
from typing import Final, cast

import orjson

from infoscreen_core.contracts import (
    CommandAck,
    Dashboard,
    Discovery,
    Health,
    Heartbeat,
    LogMessage,
    ParsedTopic,
    PowerState,
    Screenshot,
    ServiceFailed,
    TopicKind,
    WireError,
    decode,
    parse_topic,
    topic_fault,
)
from infoscreen_core.domain.monitoring.health import STRETCH, stretch_start
from infoscreen_core.domain.monitoring.logs.lines import (
    digest,
    is_in_whole_seconds,
    line_occasion,
    occasion,
)
from infoscreen_core.domain.monitoring.player_clocks import PlayerClock
from infoscreen_core.domain.screens.player import PictureType, boot_time
from infoscreen_core.services.monitoring.player_states import (
    MASK,
    PLACES,
    SEEN,
    StateRow,
    bit_of,
    new_row,
)
from infoscreen_core.services.monitoring.reports import LogEntry, PowerReport, ServiceFailure
from infoscreen_core.services.screens.dead_letters import Letter, Refusal
from workers.listener.dating import date_logs, date_power_reports, judge_clocks
from workers.listener.memory import PlayerMemory
from workers.listener.parts import ACTUAL, EXPECTED, HEARTBEAT, METRICS, PROCESS_HEALTH
from workers.mqtt.connection import ReceivedMessage

_BOOT_ID, _BOOT_ID_BIT = PLACES["boot_id"], bit_of("boot_id")
_BOOTED_AT, _BOOTED_AT_BIT = PLACES["booted_at"], bit_of("booted_at")
_read_figures = attrgetter("cpu_percent", "memory_percent", "temperature_c", "disk_free_mb")

Figures = list[float | None]
"""What a player says of each `domain.monitoring.health.Metric`, in their order, again and again: a
flat list, since the collector of garbage would look at each tuple."""
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """A picture from a known player, not decoded yet; acknowledged once it is stored."""

    message: ReceivedMessage
    client_uuid: str
    type: PictureType
    captured_at: datetime | None
    event_id: int | None
    read: Callable[[], bytes]
    """Returns the picture's bytes, or raises `WireError`."""

    @property
    def occasion(self) -> str:
        """What distinguishes this picture from an equal one taken at another moment."""
        message = self.message
        return occasion(
            timestamp=self.captured_at, packet_id=message.mid, received_at=message.received_at
        )


@dataclass(slots=True)
class Batch:
    """Messages in the order of their arrival, and what they add up to."""

    messages: list[ReceivedMessage]
    memory: PlayerMemory
    senders: dict[str, list[ReceivedMessage]] = field(default_factory=lambda: defaultdict(list))
    states: dict[str, StateRow] = field(default_factory=dict)
    """One row per player that gave a sign of life, whatever it sent."""
    awake: dict[str, str | None] = field(default_factory=dict)
    """Players of which a heartbeat, health or discovery message came, and the boot named just now;
    None if it named none, or if that may have waited for us: by now it may be in another."""
    figures: dict[datetime, dict[str, Figures]] = field(default_factory=dict)
    """All figures of the players' machines, by the stretch in which they came."""
    stretch_end: datetime = _LONG_AGO
    stretch_figures: dict[str, Figures] = field(default_factory=dict)
    """Those of the stretch that ends then, the newest."""
    reconnects: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)
    """Reconnect count and last disconnect, as last reported."""
    stamps: dict[str, tuple[datetime, ReceivedMessage]] = field(default_factory=dict)
    """Each player's last health or heartbeat with a timestamp, which is it."""
    clocks: dict[str, PlayerClock] = field(default_factory=dict)
    """What these say of the players' clocks."""
    logs: dict[str, LogEntry] = field(default_factory=dict)
    """Log rows by digest."""
    log_messages: list[tuple[LogEntry, ReceivedMessage]] = field(default_factory=list)
    discoveries: dict[str, tuple[Discovery, datetime]] = field(default_factory=dict)
    acks: list[tuple[ReceivedMessage, str, CommandAck]] = field(default_factory=list)
    failures: list[ServiceFailure] = field(default_factory=list)
    power_messages: list[tuple[str, ReceivedMessage, PowerState]] = field(default_factory=list)
    """All of them, not only the last: each may be the first to report a change."""
    powers: list[PowerReport] = field(default_factory=list)
    pictures: list[PictureRequest] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    def begin_stretch(self, at: datetime) -> None:
        """Let the next figures belong to the stretch that an instant lies in."""
        start = stretch_start(at)
        self.stretch_end = start + STRETCH
        self.stretch_figures = self.figures[start] = defaultdict(list)

    def refuse(self, message: ReceivedMessage, uuid: str | None, reason: str, detail: str) -> None:
        """Turn a message into a dead letter."""
        self.letters.append(
            Letter(message.topic, message.payload, message.received_at, uuid, reason, detail)
        )

    def refuse_senders(self, uuids: AbstractSet[str]) -> None:
        """Turn everything that came from unknown UUIDs into dead letters."""
        for uuid in uuids:
            for message in self.senders.pop(uuid, ()):
                self.refuse(message, uuid, Refusal.UNKNOWN_CLIENT, "No client has this UUID.")
            self.states.pop(uuid, None)
            for figures in self.figures.values():
                figures.pop(uuid, None)
            self.reconnects.pop(uuid, None)
            self.clocks.pop(uuid, None)
            self.awake.pop(uuid, None)
        self.logs = {key: row for key, row in self.logs.items() if row["client_uuid"] not in uuids}
        self.acks = [ack for ack in self.acks if ack[1] not in uuids]
        self.failures = [failure for failure in self.failures if failure.client_uuid not in uuids]
        self.powers = [power for power in self.powers if power.client_uuid not in uuids]
        self.pictures = [picture for picture in self.pictures if picture.client_uuid not in uuids]


_BETWEEN_RESTS: Final = 32
"""So many messages are read at a stretch, in half a millisecond."""


def read_batch(
    messages: Iterable[ReceivedMessage],
    memory: PlayerMemory,
    *,
    rest: Callable[[], None] | None = None,
) -> Batch:
    """Decode messages and fold them together; what breaks the contract becomes a letter.

    May run while the batch before is stored: of what is remembered it needs the lines alone.
    `rest` is called every so often, to let whoever stores go first.
    """
    batch = Batch(list(messages), memory)
    for number, message in enumerate(batch.messages):
        if rest and not number % _BETWEEN_RESTS:
            rest()
        _read(batch, message)
    return batch


def date(batch: Batch) -> None:
    """Say when things were said, by what the whole batch and earlier ones tell of the clocks.

    What earlier ones tell has to be remembered by now.
    """
    known = batch.memory.clocks
    batch.clocks = judge_clocks(batch.stamps, known)
    clocks = ChainMap(batch.clocks, known)
    date_logs(batch.log_messages, clocks)
    batch.powers = date_power_reports(batch.power_messages, clocks)


# Players publish to the same few topics all day. The first ones are remembered, and none makes way
# for another: a larger fleet takes turns, and would find each forgotten again.
_topics: Final[dict[str, ParsedTopic]] = {}
_MOST_TOPICS: Final = 20_000


def _parse(name: str) -> ParsedTopic | None:
    topic = parse_topic(name)
    if topic is not None and topic.kind in _HANDLERS and len(_topics) < _MOST_TOPICS:
        _topics[name] = topic
    return topic


def _read(batch: Batch, message: ReceivedMessage) -> None:
    topic = _topics.get(message.topic) or _parse(message.topic)
    if topic is None or topic.kind not in _HANDLERS:
        fault = topic_fault(message.topic) or "unknown_topic"
        batch.refuse(message, None, fault, "The topic is none that players publish to.")
        return
    if message.retain and topic.kind is not TopicKind.SERVICE_FAILED:
        detail = "The broker kept the message as retained: it says nothing about now."
        batch.refuse(message, topic.client_uuid, Refusal.KEPT_BY_BROKER, detail)
        return
    try:
        model = decode(topic, message.payload)
    except WireError as error:
        batch.refuse(message, topic.client_uuid, error.reason, error.detail)
        return
    if topic.client_uuid is not None:
        batch.senders[topic.client_uuid].append(message)
    if model is not None:
        _HANDLERS[topic.kind](batch, message, topic, model)


def _touch(batch: Batch, message: ReceivedMessage, uuid: str) -> StateRow:
    row = batch.states.get(uuid)
    if row is None:
        row = batch.states[uuid] = new_row(uuid)
    row[SEEN] = message.received_at
    return row


def _note_boot(row: StateRow, message: ReceivedMessage, model: Health | Discovery) -> None:
    # Null and an empty text mean as little as a missing field: what is known of the boot stays.
    boot_id, uptime = model.boot_id, model.uptime_seconds
    if boot_id:
        row[_BOOT_ID] = boot_id
        row[MASK] |= _BOOT_ID_BIT
    if uptime is not None:
        row[_BOOTED_AT] = boot_time(received_at=message.received_at, uptime_seconds=uptime)
        row[MASK] |= _BOOTED_AT_BIT


def _boot_now(message: ReceivedMessage, model: Health | Discovery) -> str | None:
    return None if message.may_have_waited else model.boot_id


def _heartbeat(
    batch: Batch, message: ReceivedMessage, topic: ParsedTopic, model: Heartbeat
) -> None:
    uuid = str(topic.client_uuid)
    batch.awake.setdefault(uuid)
    if model.timestamp is not None:
        batch.stamps[uuid] = model.timestamp, message
    HEARTBEAT.report(_touch(batch, message, uuid), model)


def _health(batch: Batch, message: ReceivedMessage, topic: ParsedTopic, model: Health) -> None:
    uuid = str(topic.client_uuid)
    batch.awake.setdefault(uuid)
    if model.timestamp is not None:
        batch.stamps[uuid] = model.timestamp, message
    row = _touch(batch, message, uuid)
    ACTUAL.report(row, model.actual_state)
    if model.expected_state is not None:
        EXPECTED.report(row, model.expected_state)
    if model.health_metrics is not None:
        METRICS.report(row, model.health_metrics)
        if message.received_at >= batch.stretch_end:
            batch.begin_stretch(message.received_at)
        batch.stretch_figures[uuid].extend(_read_figures(model.health_metrics))
    if model.boot_id is not None or model.uptime_seconds is not None:
        batch.awake[uuid] = _boot_now(message, model) or batch.awake[uuid]
        _note_boot(row, message, model)
    connection = model.broker_connection
    if connection is not None and connection.reconnect_count is not None:
        batch.reconnects[uuid] = connection.reconnect_count, connection.last_disconnect_at


def _dashboard(
    batch: Batch, message: ReceivedMessage, topic: ParsedTopic, model: Dashboard
) -> None:
    uuid = str(topic.client_uuid)
    row = _touch(batch, message, uuid)
    process = model.runtime.process_health if model.runtime else None
    if process is not None:
        PROCESS_HEALTH.report(row, process)
    screenshot = model.content.screenshot
    if screenshot is not None:
        capture = model.metadata.capture
        captured_at = (capture.captured_at if capture else None) or screenshot.timestamp
        event_id = process.current_event_id if process else None
        read = partial(_picture_again, topic, message.payload)
        batch.pictures.append(
            PictureRequest(message, uuid, model.picture_type, captured_at, event_id, read)
        )


def _screenshot(
    batch: Batch, message: ReceivedMessage, topic: ParsedTopic, model: Screenshot
) -> None:
    uuid = str(topic.client_uuid)
    read = partial(_picture_again, topic, message.payload)
    batch.pictures.append(
        PictureRequest(message, uuid, model.picture_type, model.timestamp, None, read)
    )


def _picture_again(topic: ParsedTopic, payload: bytes) -> bytes:
    """Return the picture in a message that was read before.

    That is quickly done, and a picture that waits its turn would be held as text as well.
    """
    return cast("Dashboard | Screenshot", decode(topic, payload)).picture()


def _log(batch: Batch, message: ReceivedMessage, topic: ParsedTopic, model: LogMessage) -> None:
    uuid, level = str(topic.client_uuid), topic.log_level.value if topic.log_level else ""
    context = orjson.dumps(model.context, option=orjson.OPT_SORT_KEYS).decode()
    line = uuid, level, model.message, context
    if is_in_whole_seconds(model.timestamp) and batch.memory.is_repetition(
        digest(*line, str(model.timestamp)), message
    ):
        return
    moment = line_occasion(
        timestamp=model.timestamp, packet_id=message.mid, received_at=message.received_at
    )
    key = digest(uuid, level, moment, model.message, context)
    if not message.mid:
        key = _unused(batch, key)
    entry = batch.logs[key] = {
        "client_uuid": uuid,
        "level": level,
        "message": model.message,
        "context": model.context,
        "timestamp": model.timestamp,
        "received_at": message.received_at,
        "ordered_at": message.received_at,
        "is_clock_skewed": False,
        "digest": key,
    }
    batch.log_messages.append((entry, message))


def _unused(batch: Batch, key: str) -> str:
    """Return another digest while a message came in the same microsecond that has this one."""
    while key in batch.logs:
        key = digest(key)
    return key


def _discovery(
    batch: Batch, message: ReceivedMessage, _topic: ParsedTopic, model: Discovery
) -> None:
    batch.awake[model.uuid] = _boot_now(message, model) or batch.awake.get(model.uuid)
    batch.discoveries[model.uuid] = model, message.received_at
    row = batch.states.get(model.uuid)
    if row is not None:  # written after the discovery, it might still hold the previous boot
        _note_boot(row, message, model)


def _ack(batch: Batch, message: ReceivedMessage, topic: ParsedTopic, model: CommandAck) -> None:
    batch.acks.append((message, str(topic.client_uuid), model))


def _failure(
    batch: Batch, _message: ReceivedMessage, topic: ParsedTopic, model: ServiceFailed
) -> None:
    batch.failures.append(ServiceFailure(str(topic.client_uuid), model.unit, model.failed_at))


def _power(batch: Batch, message: ReceivedMessage, topic: ParsedTopic, model: PowerState) -> None:
    batch.power_messages.append((str(topic.client_uuid), message, model))


_HANDLERS: Final[dict[TopicKind, Callable[..., None]]] = {
    TopicKind.HEARTBEAT: _heartbeat,
    TopicKind.HEALTH: _health,
    TopicKind.DASHBOARD: _dashboard,
    TopicKind.SCREENSHOT: _screenshot,
    TopicKind.LOG: _log,
    TopicKind.DISCOVERY: _discovery,
    TopicKind.COMMAND_ACK: _ack,
    TopicKind.SERVICE_FAILED: _failure,
    TopicKind.POWER_STATE: _power,
}
