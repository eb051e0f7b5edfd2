"""Converters on a database, and files for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_read_session_factory
from infoscreen_core.db.models import EventMedia
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services import changes
from infoscreen_core.settings import Settings
from tests.support.events.planning import Sessions
from tests.support.media.conversions import add_waiting, rows_of
from tests.support.media.lab import put
from tests.support.ports import wait_until
from workers.converter.main import Converter
from workers.converter.sandbox import Sandbox
from workers.runtime import Database, Worker

PATIENCE = 120.0
"""Seconds that a conversion may take on a machine that is busy."""


@dataclass
class Plant:
    """A database and a media folder, at which converters work."""

    sessions: Sessions
    url: str
    folder: Path
    sandbox: Sandbox

    @property
    def store(self) -> MediaStore:
        return MediaStore(self.folder / "media")

    def settings(self, **values: object) -> Settings:
        return Settings(
            db_conn=self.url,
            infoscreen_data_dir=self.folder,
            _env_file=None,
            **values,  # type: ignore[arg-type] # by name
        )

    @contextmanager
    def converter(self, **values: object) -> Iterator[Converter]:
        """A converter of this process; nothing happens but by its steps."""
        engine = make_engine(self.url)
        database = Database(engine, self.sessions, make_read_session_factory(engine))
        running = Converter(Worker("converter", self.settings(**values), database), self.sandbox)
        try:
            yield running
        finally:
            running.close()
            engine.dispose()

    def add(self, path: Path, kind: MediaType) -> int:
        """Store a file, of which everything is to be made; return its id."""
        checksum = put(self.store, path)
        with self.sessions.begin() as session:
            for subject in (changes.SCHEDULE, changes.MEDIA):
                changes.add_counter(session, subject)
            return add_waiting(session, path.name, kind, now=utc_now(), checksum_sha256=checksum)

    def states(self, media_id: int) -> dict[Target, ConversionStatus]:
        with self.sessions() as session:
            return {target: row.status for target, row in rows_of(session, media_id).items()}

    def media(self, media_id: int) -> EventMedia:
        with self.sessions() as session:
            return session.get_one(EventMedia, media_id)

    def is_settled(self, *media_ids: int) -> bool:
        """Whether nothing of these files waits or is at work."""
        ends = {ConversionStatus.READY, ConversionStatus.FAILED}
        return all(set(self.states(one).values()) <= ends for one in media_ids)


def until(converters: Iterator[Converter] | list[Converter], condition: Callable[[], bool]) -> None:
    """Let converters step until a condition holds."""
    running = list(converters)

    def holds() -> bool:
        for one in running:
            one.step()
        return condition()

    wait_until(holds, seconds=PATIENCE, what="the conversions")
