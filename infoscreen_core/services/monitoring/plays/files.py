"""The record of the files that events had when they were published."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import plays as queries
from infoscreen_core.db.queries.monitoring.plays import MediaOfEvent
from infoscreen_core.domain.monitoring.plays.plays import FileVersion, ShownFile
from infoscreen_core.domain.monitoring.spans import Span


class FileRecord:
    """Puts the files of some publications on record, in their order."""

    def __init__(self, session: Session, event_ids: set[int]) -> None:
        self._session = session
        self._media: dict[int, list[MediaOfEvent]] = {}
        self._known: dict[int, list[ShownFile | None]] = {}
        if not event_ids:
            return
        for media in queries.list_media_of_events(session, event_ids):
            self._media.setdefault(media.event_id, []).append(media)
        for row in queries.list_open_files(session, event_ids):
            file = ShownFile(row.media_id, row.name, row.checksum_sha256) if row.name else None
            self._known.setdefault(row.event_id, []).append(file)

    def note(self, event_id: int, names: Sequence[str], *, at: datetime) -> None:
        """Note under which names an event's files were published; none: none was ready."""
        files = _found(names, self._media.get(event_id, ())) or [None]
        if files == self._known.get(event_id):
            return
        queries.end_files(self._session, event_id, at=at)
        rows = [_row(event_id, position, file, at) for position, file in enumerate(files)]
        queries.add_files(self._session, rows)
        self._known[event_id] = files


def read_versions(
    session: Session, event_ids: set[int], window: Span
) -> dict[int, list[FileVersion]]:
    """Return the files that events had in a window, by event, in order and apart."""
    found: dict[int, dict[datetime, FileVersion]] = {}
    for row in queries.list_files(session, event_ids, since=window.start, until=window.end):
        versions = found.setdefault(row.event_id, {})
        span = Span(row.began_at, row.ended_at or window.end)
        before = versions.get(row.began_at, FileVersion(span, ()))
        file = ShownFile(row.media_id, row.name, row.checksum_sha256) if row.name else None
        files = before.files if file is None else (*before.files, file)
        versions[row.began_at] = FileVersion(span, files)
    return {event_id: list(versions.values()) for event_id, versions in found.items()}


def _found(names: Sequence[str], media: Sequence[MediaOfEvent]) -> list[ShownFile | None]:
    """Return the files behind published names: an office document goes by the name of its PDF."""
    left, found = list(media), list[ShownFile | None]()
    for name in names:
        place = next((at for at, one in enumerate(left) if _stem(one.name) == _stem(name)), None)
        if place is None:
            found.append(ShownFile(None, name))
        else:
            one = left[place]
            found.append(ShownFile(one.media_id, one.name, one.checksum))
            del left[: place + 1]
    return found


def _stem(name: str) -> str:
    return PurePosixPath(name).stem


def _row(
    event_id: int, position: int, file: ShownFile | None, at: datetime
) -> Mapping[str, object]:
    return {
        "event_id": event_id,
        "position": position,
        "media_id": file.media_id if file else None,
        "name": file.name[:255] if file else None,
        "checksum_sha256": file.checksum if file else None,
        "began_at": at,
        "ended_at": None,
    }
