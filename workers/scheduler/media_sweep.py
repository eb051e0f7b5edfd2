"""Sweeps the media folder, a shelf at a time: uploads left behind, and contents nobody has."""

from collections.abc import Iterator
from datetime import datetime

from infoscreen_core.files import sweeping
from infoscreen_core.files.store import MediaStore
from infoscreen_core.files.uploads import UploadStore
from infoscreen_core.services.media import room, upkeep
from workers.runtime import SessionFactory


class MediaSweep:
    """Two of the scheduler's jobs; see `workers.housekeeping`."""

    def __init__(self, sessions: SessionFactory, store: MediaStore) -> None:
        self._sessions = sessions
        self._store = store

    def sweep_uploads(self, now: datetime) -> Iterator[int]:
        """Remove uploads that nobody went on with."""
        yield UploadStore(self._store.uploads).sweep(now=now)

    def sweep_contents(self, now: datetime) -> Iterator[int]:
        """Remove what no file of the library has, and what nobody asks of it any more."""
        yield from self._forget_conversions(now)
        sweeping.finish(self._store, now=now)
        for shelf in sweeping.list_shelves(self._store):
            yield self._sweep_shelf(shelf, now)
        with self._sessions.begin() as session:
            is_changed = room.recount(session)
        yield int(is_changed)

    def _forget_conversions(self, now: datetime) -> Iterator[int]:
        count = 1
        while count:
            with self._sessions.begin() as session:
                count = upkeep.delete_old_conversions(session, now=now)
            yield count

    def _sweep_shelf(self, shelf: str, now: datetime) -> int:
        with self._sessions() as session:
            unused = upkeep.unused_contents(session, sweeping.list_checksums(self._store, shelf))
        return sum(sweeping.discard(self._store, checksum, now=now) for checksum in unused)
