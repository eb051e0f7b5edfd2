"""Stores players' messages: one transaction per batch, and no message blocks the others."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from infoscreen_core.contracts import CommandAck, parse_topic
from infoscreen_core.log import get_logger
from infoscreen_core.services.commands import commands
from infoscreen_core.services.monitoring import (
    player_clocks,
    player_states,
    reports,
    status_history,
)
from infoscreen_core.services.monitoring.player_states import SEEN
from infoscreen_core.services.monitoring.reports import ReconnectReport, Reports
from infoscreen_core.services.screens import dead_letters, discovery
from infoscreen_core.services.screens.dead_letters import Letter, Refusal
from workers.listener.batch import Batch, PictureRequest, date, read_batch
from workers.listener.health import HealthBook
from workers.listener.letters import RefusalLog
from workers.listener.memory import PlayerMemory
from workers.listener.news import QUIET, find_news
from workers.mqtt.connection import ReceivedMessage
from workers.runtime import Session, SessionFactory, is_outage, may_be_the_data, takes_writes

log = get_logger()


class Ingest:
    """Stores batches. A batch that was stored before changes nothing: redelivery is harmless."""

    def __init__(
        self, sessions: SessionFactory, refusals: RefusalLog, *, grace: timedelta = QUIET
    ) -> None:
        self.applied = 0
        """Messages that were in order and are stored."""
        self.health = HealthBook(sessions)
        self._sessions = sessions
        self._refusals = refusals
        self._quiet = min(QUIET, grace)
        self._reconnects: dict[str, tuple[int, datetime | None]] = {}
        """What each player last reported, which the database therefore holds."""
        self._memory = PlayerMemory()
        self._is_informed = False
        """Whether what is stored of the players' clocks is remembered."""

    def read(
        self, messages: Sequence[ReceivedMessage], *, rest: Callable[[], None] | None = None
    ) -> Batch:
        """Read messages for `store`: in another thread, while those before them are stored.

        That thread rests when `rest` does, which is called every so often.
        """
        return read_batch(messages, self._memory, rest=rest)

    def store(
        self,
        messages: Sequence[ReceivedMessage],
        *,
        batch: Batch | None = None,
        is_suspect: bool = False,
    ) -> list[PictureRequest]:
        """Store messages in one transaction; return the pictures still to be looked at.

        `batch` are these messages as they were read, if they were, for one attempt only: to store
        it changes it.

        A message that the database refuses is found by halving the batch, and becomes a dead
        letter. During an outage of ours this raises, and the caller tries again; `is_suspect`
        says that it has done so often, so that the batch is to blame for an error that may come
        from it, if the database stores other things.
        """
        try:
            return self._store_together(batch or self.read(messages))
        except Exception as error:
            if self._is_ours(error, is_suspect=is_suspect):
                raise
            if len(messages) == 1:
                return self._store_alone(messages[0], is_suspect=is_suspect)
        log.warning("ingest.batch_split", messages=len(messages))
        middle = len(messages) // 2
        first = self.store(messages[:middle], is_suspect=is_suspect)
        return first + self.store(messages[middle:], is_suspect=is_suspect)

    def _is_ours(self, error: Exception, *, is_suspect: bool) -> bool:
        """Whether an outage is to blame, not the messages."""
        if not is_outage(error):
            return False
        return not (is_suspect and may_be_the_data(error) and takes_writes(self._sessions))

    def _store_together(self, batch: Batch) -> list[PictureRequest]:
        self._inform()
        date(batch)
        fresh = self._fresh_reconnects(batch)
        news = find_news(batch, self._quiet)
        with self._sessions.begin() as session:
            reconnects = _apply(session, batch, fresh)
            _announce(session, batch, news.players | fresh.keys())
            dead_letters.record(session, batch.letters)
        self._remember(batch)
        self.health.take(batch, reconnects)
        batch.memory.said.update(news.said)
        self._refusals.note(batch.letters)
        self.applied += len(batch.messages) - len(batch.letters)
        return batch.pictures

    def _store_alone(self, message: ReceivedMessage, *, is_suspect: bool) -> list[PictureRequest]:
        try:
            # It may have been a lost race, not the message.
            return self._store_together(self.read([message]))
        except Exception as error:
            if self._is_ours(error, is_suspect=is_suspect):
                raise
            log.exception("ingest.message_not_storable", topic=message.topic[:200])
            self._bury(message, f"{type(error).__name__}: {getattr(error, 'orig', None) or error}")
            return []

    def _bury(self, message: ReceivedMessage, detail: str) -> None:
        topic = parse_topic(message.topic)
        letter = Letter(
            message.topic,
            message.payload,
            message.received_at,
            topic.client_uuid if topic else None,
            Refusal.NOT_STORABLE,
            detail,
        )
        with self._sessions.begin() as session:
            dead_letters.record(session, [letter])
        self._refusals.note([letter])

    def _fresh_reconnects(self, batch: Batch) -> dict[str, tuple[int, datetime | None]]:
        known = self._reconnects
        for uuid in batch.discoveries:
            known.pop(uuid, None)  # it may be a new row for an old player
        return {uuid: said for uuid, said in batch.reconnects.items() if known.get(uuid) != said}

    def _inform(self) -> None:
        if not self._is_informed:
            with self._sessions() as session:
                self._memory.clocks.update(player_clocks.map_clocks(session))
            self._is_informed = True

    def _remember(self, batch: Batch) -> None:
        self._reconnects.update(batch.reconnects)  # which no longer holds refused players
        batch.memory.clocks.update(batch.clocks)


def _apply(
    session: Session, batch: Batch, reconnects: dict[str, tuple[int, datetime | None]]
) -> dict[str, int]:
    """Write the batch; return how many more reconnects players reported."""
    now = batch.messages[-1].received_at
    if batch.discoveries:
        # They touch players' rows before the newest states do, which are written in the right
        # order.
        player_states.lock(session, batch.senders.keys() | batch.discoveries.keys())
    for uuid in sorted(batch.discoveries):
        described, received_at = batch.discoveries[uuid]
        discovery.discover(session, described, received_at=received_at, now=now)
    senders = batch.senders.keys() - batch.discoveries.keys()
    if unknown := player_states.write(session, batch.states, senders=senders):
        batch.refuse_senders(unknown)
    player_clocks.note(session, batch.clocks, known=batch.memory.clocks)
    more_reconnects = reports.store(session, _reports(batch, reconnects))
    _apply_acks(session, batch)
    if batch.awake:
        commands.note_seen(session, batch.awake, now=now)
    return more_reconnects


def _announce(session: Session, batch: Batch, players: AbstractSet[str]) -> None:
    """Let players be judged anew that said what their status may depend on."""
    status_history.judge_soon(session, players, now=batch.messages[-1].received_at)


def _reports(batch: Batch, reconnects: dict[str, tuple[int, datetime | None]]) -> Reports:
    return Reports(
        logs=list(batch.logs.values()),
        reconnects=[
            ReconnectReport(uuid, *reconnects[uuid], batch.states[uuid][SEEN])
            for uuid in sorted(reconnects)
            if uuid in batch.reconnects
        ],
        failures=batch.failures,
        powers=batch.powers,
    )


def _command_id(entry: tuple[ReceivedMessage, str, CommandAck]) -> str:
    return str(entry[2].command_id)  # those of one command stay in the order of their arrival


def _apply_acks(session: Session, batch: Batch) -> None:
    for message, uuid, ack in sorted(batch.acks, key=_command_id):
        outcome = commands.apply_ack(session, client_uuid=uuid, ack=ack, now=message.received_at)
        if outcome.refused_reason:
            detail = f"The acknowledgement names the command {ack.command_id}."
            batch.refuse(message, uuid, outcome.refused_reason, detail)
