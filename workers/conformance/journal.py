"""What was sent to the player and heard of it, with times; and what that says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import orjson

from infoscreen_core.contracts import (
    CommandAck,
    Dashboard,
    Discovery,
    Fault,
    Health,
    Heartbeat,
    Screenshot,
    TopicKind,
    WireError,
    WireModel,
    decode,
    parse_topic,
)
from infoscreen_core.contracts.topics import command_ack_alias_topic
from infoscreen_core.domain.screens.player import ProcessStatus

M = TypeVar("M", bound=WireModel)

_UNDECLARED: Final = "{field}: the schema of an acknowledgement declares no such field."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message. `at` is our clock; `moment` counts seconds, whatever happens to that clock."""

    at: datetime
    moment: float
    topic: str
    payload: bytes
    is_sent: bool
    """By the server or in its name; else it was heard."""
    is_retained: bool
    """Heard: whether the broker had kept it for whoever subscribes. Sent: whether it is to."""
    kind: TopicKind | None
    sender: str | None
    """The UUID in the topic; None where the topic has none."""
    message: WireModel | None
    """None when it was sent, when it only clears, and when it breaks the contract."""
    fault: str | None
    """What breaks the contract in a message that was heard."""
    qos: int = 1
    is_contradicting: bool = False
    """Whether it names another player than its topic."""


class Journal:
    """All messages of a run, in the order in which they went and came."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    @property
    def mark(self) -> int:
        """Where the next message will stand; what comes from here on is `since` it."""
        return len(self._entries)

    def since(self, mark: int = 0) -> list[Entry]:
        """Return what was sent and heard since a mark."""
        return self._entries[mark:]

    def note(self, entry: Entry) -> None:
        """Add a message."""
        self._entries.append(entry)

    def heard(self, kind: type[M], since: int = 0) -> Iterator[tuple[Entry, M]]:
        """Return the messages of a kind that were in order."""
        for entry in self._entries[since:]:
            if not entry.is_sent and isinstance(entry.message, kind):
                yield entry, entry.message

    def faults(self, *kinds: TopicKind, since: int = 0) -> list[Entry]:
        """Return the messages of these kinds that break the contract."""
        return [entry for entry in self._entries[since:] if entry.fault and entry.kind in kinds]


def sent_entry(
    topic: str, payload: bytes, *, at: datetime, moment: float, is_retained: bool
) -> Entry:
    """Return what was sent, for the journal."""
    parsed = parse_topic(topic)
    return Entry(
        at=at,
        moment=moment,
        topic=topic,
        payload=payload,
        is_sent=True,
        is_retained=is_retained,
        kind=parsed.kind if parsed else None,
        sender=parsed.client_uuid if parsed else None,
        message=None,
        fault=None,
    )


def heard_entry(
    topic: str, payload: bytes, *, at: datetime, moment: float, is_retained: bool, qos: int = 1
) -> Entry:
    """Return what was heard, read by the contract."""
    parsed = parse_topic(topic)
    message: WireModel | None = None
    fault: str | None = None
    is_contradicting = False
    if parsed is not None:
        try:
            message = decode(parsed, payload)
        except WireError as error:
            fault = error.detail
            is_contradicting = error.reason is Fault.CONTRADICTING_UUID
    if isinstance(message, CommandAck):
        fault = _undeclared_field(payload)
    if isinstance(message, Dashboard | Screenshot):
        fault = _picture_fault(message)
    return Entry(
        at=at,
        moment=moment,
        topic=topic,
        payload=payload,
        is_sent=False,
        is_retained=is_retained,
        kind=parsed.kind if parsed else None,
        sender=parsed.client_uuid if parsed else None,
        message=message,
        fault=fault,
        qos=qos,
        is_contradicting=is_contradicting,
    )


def _undeclared_field(payload: bytes) -> str | None:
    """Name a field that the schema lacks: our reader ignores it, a conforming player sends none."""
    fields = orjson.loads(payload).keys() - CommandAck.model_fields.keys()
    return _UNDECLARED.format(field=min(fields)) if fields else None


def _picture_fault(message: Dashboard | Screenshot) -> str | None:
    shot = message.content.screenshot if isinstance(message, Dashboard) else message
    try:
        picture = shot.picture() if shot else None
    except WireError as error:
        return error.detail
    is_known = picture is None or picture.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
    return None if is_known else "The picture is neither JPEG nor PNG."


@dataclass(frozen=True, slots=True)
class Ack:
    """One acknowledgement that was in order."""

    entry: Entry
    message: CommandAck

    @property
    def is_alias(self) -> bool:
        """Whether it came on the transitional topic."""
        sender = self.entry.sender
        return sender is not None and self.entry.topic == command_ack_alias_topic(sender)


def acks_of(journal: Journal, command_id: str, since: int = 0) -> list[Ack]:
    """Return the acknowledgements of a command, whoever sent them, in the order of arrival."""
    found = journal.heard(CommandAck, since)
    return [Ack(entry, ack) for entry, ack in found if ack.command_id == command_id]


@dataclass(frozen=True, slots=True)
class ShownReport:
    """What a player said that it shows, or should show; None: nothing."""

    entry: Entry
    event_id: int | None


def shown_reports(journal: Journal, since: int = 0) -> list[ShownReport]:
    """Return every word of the player on the event that it shows; silence on it is no word."""
    found = []
    for entry in journal.since(since):
        for part, name in _parts_about_event(entry.message):
            if name in part.model_fields_set:
                found.append(ShownReport(entry, getattr(part, name)))
    return found


def _parts_about_event(message: WireModel | None) -> Iterator[tuple[WireModel, str]]:
    match message:
        case Heartbeat():
            yield message, "current_event_id"
        case Health(expected_state=expected) if expected is not None:
            yield expected, "event_id"
        case Dashboard(runtime=runtime) if runtime is not None and runtime.process_health:
            yield runtime.process_health, "current_event_id"
        case _:
            return


@dataclass(frozen=True, slots=True)
class ProcessReport:
    """What a player said of its display process."""

    pid: int | None
    status: ProcessStatus | None


def process_reports(journal: Journal, since: int = 0) -> list[ProcessReport]:
    """Return every word of the player on its display process."""
    found = []
    for entry in journal.since(since):
        match entry.message:
            case Heartbeat(process_pid=pid, process_status=status):
                found.append(ProcessReport(pid, status))
            case Health(actual_state=actual):
                found.append(ProcessReport(actual.pid, actual.status))
            case _:
                continue
    return found


def boots(journal: Journal, since: int = 0) -> list[tuple[Entry, str, float | None]]:
    """Return each boot that the player named, with its uptime where that was said."""
    found: list[tuple[Entry, str, float | None]] = []
    for entry in journal.since(since):
        message = entry.message
        if isinstance(message, Discovery | Health) and message.boot_id:
            found.append((entry, message.boot_id, message.uptime_seconds))
    return found
