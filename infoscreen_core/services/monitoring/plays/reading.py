"""What screens showed, read from the record of some of them at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import plays as queries
from infoscreen_core.domain.monitoring.plays.plays import (
    FileVersion,
    PicturedEvent,
    PlannedSpan,
    Play,
    cut_by_files,
    find_plays,
)
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring.content.history import list_published, map_content
from infoscreen_core.services.monitoring.plays.files import read_versions


class PlayReader:
    """Reads plays within a window; what groups were to show is read once for all their screens."""

    def __init__(self, session: Session, window: Span) -> None:
        self._session = session
        self._window = window
        self._planned: dict[int, list[PlannedSpan]] = {}
        self._versions: dict[int, Sequence[FileVersion]] = {}

    def read(self, groups: Mapping[str, int | None]) -> dict[str, list[Play]]:
        """Return the plays of screens, given with their groups; `MAX_NAMED` of them at most."""
        since, until = self._window.start, self._window.end
        contents = map_content(self._session, list(groups), since=since, until=until)
        pictured = self._read_pictured(list(groups))
        plays = {
            uuid: find_plays(record, self._planned_for(groups[uuid]), pictured.get(uuid, ()))
            for uuid, record in contents.items()
        }
        self._read_versions(play for of_one in plays.values() for play in of_one)
        return {
            uuid: [
                piece for play in of_one for piece in cut_by_files(play, self._of(play.event_id))
            ]
            for uuid, of_one in plays.items()
        }

    def _read_pictured(self, uuids: Sequence[str]) -> dict[str, list[PicturedEvent]]:
        found: defaultdict[str, list[PicturedEvent]] = defaultdict(list)
        since, until = self._window.start, self._window.end
        for uuid, at, event_id in queries.list_pictured(
            self._session, uuids, since=since, until=until
        ):
            found[uuid].append(PicturedEvent(at, event_id))
        return found

    def _planned_for(self, group_id: int | None) -> list[PlannedSpan]:
        if group_id is None:
            return []
        if group_id not in self._planned:
            self._planned[group_id] = _planned(self._session, group_id, self._window)
        return self._planned[group_id]

    def _read_versions(self, plays: Iterable[Play]) -> None:
        missing = {play.event_id for play in plays} - self._versions.keys()
        if missing:
            found = read_versions(self._session, missing, self._window)
            self._versions |= {event_id: found.get(event_id, []) for event_id in missing}

    def _of(self, event_id: int) -> Sequence[FileVersion]:
        return self._versions[event_id]


def _planned(session: Session, group_id: int, window: Span) -> list[PlannedSpan]:
    lists = list_published(session, group_id, since=window.start, until=window.end)
    return [
        PlannedSpan(
            Span(one.began, one.ended or window.end).within(window),
            one.events[0].event_id,
            one.events[0].title,
        )
        for one in lists
        if one.events
    ]
