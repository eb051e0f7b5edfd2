"""The heart of the scheduler: from the database to the retained event lists, on time."""

import time
from datetime import datetime
from functools import cache, partial
from queue import SimpleQueue
from typing import Any, ClassVar

from infoscreen_core.clock import to_zulu
from infoscreen_core.contracts import EventItem, TopicKind, event_list_payload, parse_topic
from infoscreen_core.contracts.topics import events_topic
from infoscreen_core.domain.events.schedule import is_emergency
from infoscreen_core.domain.monitoring.content.states import PlannedEvent
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.log import get_logger
from infoscreen_core.services import changes, system_settings
from infoscreen_core.services.encryption import load_signer
from infoscreen_core.services.monitoring.content.published import Publication
from infoscreen_core.services.playing import playing
from infoscreen_core.services.playing.media_links import MediaLinks
from workers.scheduler.board import NOTHING_PLAYS, Board
from workers.scheduler.publisher import POLL_SECONDS, Publisher, Surroundings

__all__ = ["POLL_SECONDS", "Scheduler"]

log = get_logger()


class Scheduler(Publisher):
    """Keeps every group's retained list what it should be now."""

    published_event: ClassVar[str] = "events.published"
    kinds: ClassVar[frozenset[TopicKind]] = frozenset({TopicKind.EVENTS})

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, Board(NOTHING_PLAYS))
        self._next_republish: float | None = None
        self._unplayable: set[int] = set()
        self._emergencies: frozenset[int] | None = None
        self._made = playing.MadeItems()
        self._load_signer = cache(partial(load_signer, self._settings))
        self._written: dict[int, tuple[list[EventItem], bytes]] = {}
        self._under_way: dict[int, tuple[int, list[EventItem]]] = {}
        """The group and list of each publication that the broker has not confirmed yet."""
        self._in_plan: datetime | None = None
        """The next boundary that somebody planned; lists are signed anew at others, too."""
        self.confirmed: SimpleQueue[Publication] = SimpleQueue()
        """What players have now; another thread puts it on record, so that no write delays us."""
        self.readings = 0

    @property
    def emergencies(self) -> frozenset[int] | None:
        """Ids of the emergencies that are on the screens; None while this process cannot know."""
        return self._emergencies if self._was_leading else None

    def metrics(self) -> dict[str, Any]:
        """Return figures for the sign of life; times in milliseconds."""
        return {
            "is_leader": self._leadership.is_held,
            "groups": self._board.size,
            "published": self.published,
            "readings": self.readings,
            "unconfirmed": self._board.unconfirmed,
            "unplayable": len(self._unplayable),
            "last_tick_ms": round(self.last_tick_ms, 1),
            "last_lag_ms": None if self.last_lag_ms is None else round(self.last_lag_ms, 1),
            "look_seconds": self.looks.said(),
            "lag_seconds": self.lags.said(),
            "confirm_seconds": self.confirmations.seconds.said(),
            "next_boundary": None if self._in_plan is None else to_zulu(self._in_plan),
        }

    def _start_over(self) -> None:
        self._emergencies = None
        self._under_way.clear()
        super()._start_over()

    def _send(self, topic: str, payload: bytes) -> int:
        token = super()._send(topic, payload)
        parsed = parse_topic(topic)
        if parsed and parsed.group_id in self._written:  # else the group is gone
            self._under_way[token] = parsed.group_id, self._written[parsed.group_id][0]
        return token

    def _note_confirmed(self, token: int) -> bool:
        sent = self._under_way.pop(token, None)
        is_held = super()._note_confirmed(token)
        if is_held and sent is not None:
            group_id, items = sent
            events = [PlannedEvent(item.id, item.title, item.priority) for item in items]
            files = {item.id: item.file_names for item in items if item.file_names is not None}
            self.confirmed.put(Publication(group_id, self._clock(), events, files))
        return is_held

    def _read(self, now: datetime) -> None:
        with self._read_sessions() as session:
            self._counter = changes.current(session)  # before the lists: they are at least as new
            settings = system_settings.read_all(session)
            links = MediaLinks(
                self._settings.media_root,
                self._load_signer,
                load_zone(settings["default_timezone"]),
            )
            lists = playing.active_lists(
                session,
                now=now,
                media_links=links,
                on_unplayable=self._note_unplayable,
                made=self._made,
            )
            self._in_plan = playing.next_boundary(session, now=now)
            self._boundary = _sooner(self._in_plan, links.renewal(now))
        self._emergencies = frozenset(
            item.id for items in lists.values() for item in items if is_emergency(item)
        )
        self._written = {group: self._write(group, items) for group, items in lists.items()}
        self._board.set_wanted(
            {events_topic(group): text for group, (_, text) in self._written.items()}
        )
        self.readings += 1
        self._refresh(settings["refresh_seconds"])
        if self._next_republish is not None:
            self._next_poll = min(self._next_poll, self._next_republish)

    def _write(self, group_id: int, items: list[EventItem]) -> tuple[list[EventItem], bytes]:
        """Return the list with its text, which is written anew only when the list differs."""
        last = self._written.get(group_id)
        return last if last and last[0] == items else (items, event_list_payload(items))

    def _refresh(self, seconds: int) -> None:
        moment = time.monotonic()
        if not seconds:
            self._next_republish = None
        elif self._next_republish is None:
            self._next_republish = moment + seconds
        elif moment >= self._next_republish:
            self._next_republish = moment + seconds
            self._board.forget_sent()

    def _note_unplayable(self, event_id: int, reason: str) -> None:
        if event_id not in self._unplayable:
            self._unplayable.add(event_id)
            log.warning("event.unplayable", event_id=event_id, reason=reason[:500])


def _sooner(boundary: datetime | None, renewal: datetime) -> datetime:
    """Return when the lists change next: with the plan, or with the day, when links are renewed."""
    return renewal if boundary is None else min(boundary, renewal)
