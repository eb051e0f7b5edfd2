"""Whether screens show what was published: judged and put on record in the judging transaction.

Unlike a status, what is found is written even if the player said something new since the facts were
read: the player is still due then, and judged again within the second.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import content as queries
from infoscreen_core.db.queries.monitoring.due import DuePlayer, DueStatus
from infoscreen_core.db.queries.monitoring.fleet import event_titles
from infoscreen_core.domain.monitoring.content.pictures import staleness
from infoscreen_core.domain.monitoring.content.rule import (
    ContentFacts,
    ContentJudgement,
    Truth,
    judge_content,
)
from infoscreen_core.domain.monitoring.judging import OUT_OF_SERVICE, Judgement, Sight
from infoscreen_core.domain.monitoring.liveness import StatusReason
from infoscreen_core.domain.screens.player import PictureType, taken_at

_UNHEARD = frozenset({StatusReason.HEARTBEAT_STALE, StatusReason.NEVER_SEEN})


class ContentBook:
    """What the screens show that are judged in one transaction."""

    def __init__(
        self,
        session: Session,
        clients: Collection[DuePlayer],
        *,
        now: datetime,
        sight: Sight,
        picture_age: timedelta,
    ) -> None:
        self._now, self._sight, self._picture_age = now, sight, picture_age
        groups = {one.group_id for one in clients if one.group_id is not None}
        self._published = queries.map_published(session, groups)
        self._held_off = queries.list_held_off(session, [one.uuid for one in clients], now=now)
        self._truths: list[tuple[str, Sequence[Any]]] = []
        self._changes: list[tuple[str, int | None, ContentJudgement]] = []

    def look(self, row: DueStatus, client: DuePlayer, found: Judgement) -> ContentJudgement:
        """Return what a screen shows, and note it if it is new.

        While we are blind, nothing is: readers are told of that by the blind spans.
        """
        known = _known(row)
        if self._sight.is_blind and known.reason is not None:
            return ContentJudgement(known, self._now)
        judged = judge_content(self._facts(client, found), known)
        if judged.truth != known:
            self._truths.append((client.uuid, _columns(judged.truth)))
            if not judged.truth.is_same(known):
                self._changes.append((client.uuid, client.group_id, judged))
        return judged

    def write(self, session: Session) -> None:
        """Write down what was noted."""
        queries.write_truths(session, self._truths)
        if not self._changes:
            return
        titles = self.titles(
            session,
            ((group_id, judged.truth) for _, group_id, judged in self._changes),
        )
        queries.add_changes(session, [_change(uuid, one, titles) for uuid, _, one in self._changes])

    def titles(
        self, session: Session, truths: Iterable[tuple[int | None, Truth]]
    ) -> dict[int, str]:
        """Return how the events are called that screens of these groups should show, or do."""
        named: dict[int, int | None] = {}
        for group_id, truth in truths:
            ids = (truth.planned_id, truth.shown_id)
            named |= dict.fromkeys((one for one in ids if one is not None), group_id)
        found = event_titles(session, named)
        missing = {named[event_id] for event_id in named.keys() - found.keys()}
        for group_id in missing - {None}:  # deleted, as when a screen lags behind a deletion
            found = queries.recent_titles(session, group_id) | found  # type: ignore[arg-type]
        return found

    def _facts(self, client: DuePlayer, found: Judgement) -> ContentFacts:
        received_at = client.last_screenshot_at
        pictured_at = received_at and taken_at(
            received_at=received_at,
            captured_at=client.last_screenshot_captured_at,
            clock_behind_seconds=client.clock_behind_seconds,
        )
        began = client.priority_screenshot_type is PictureType.EVENT_START
        is_unheard = found.change.reason in _UNHEARD
        return ContentFacts(
            now=self._now,
            is_in_service=found.change.reason not in OUT_OF_SERVICE,
            silent_since=found.change.at if is_unheard else None,
            seen_since=self._sight.seen_since,
            group_id=client.group_id,
            published=self._published.get(client.group_id or 0),
            said_event_id=client.current_event_id,
            process_status=client.process_status,
            screen_health=client.screen_health_status,
            pictured_at=pictured_at,
            is_picture_stale=self._is_stale(client, pictured_at),
            began_pictured_at=client.priority_screenshot_at if began else None,
            power_state=client.power_state,
            power_since=client.power_state_since,
            is_held_off=client.uuid in self._held_off,
        )

    def _is_stale(self, client: DuePlayer, taken: datetime | None) -> bool:
        if taken is None or client.last_screenshot_at is None:
            return False
        share = staleness(
            taken,
            received_at=client.last_screenshot_at,
            kind=client.last_screenshot_type,
            process_status=client.process_status,
            now=self._now,
            allowed=self._picture_age,
        )
        return share is not None and share >= 1


def _known(row: DueStatus) -> Truth:
    return Truth(
        row.content,
        row.content_reason,
        row.content_since,
        row.planned_event_id,
        row.shown_event_id,
        row.said_event_id,
        row.said_since,
        row.judged_group_id,
    )


def _columns(truth: Truth) -> Sequence[Any]:
    """Return the values of `queries.TRUTH_COLUMNS`."""
    return (
        truth.state,
        truth.reason,
        truth.since,
        truth.planned_id,
        truth.shown_id,
        truth.said_id,
        truth.said_since,
        truth.group_id,
    )


def _change(uuid: str, judged: ContentJudgement, titles: dict[int, str]) -> dict[str, Any]:
    truth = judged.truth
    return {
        "client_uuid": uuid,
        "at": judged.began,
        "state": truth.state,
        "reason": truth.reason,
        "planned_event_id": truth.planned_id,
        "planned_title": titles.get(truth.planned_id or 0),
        "shown_event_id": truth.shown_id,
        "shown_title": titles.get(truth.shown_id or 0),
    }
