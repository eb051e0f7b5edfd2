"""A library with real contents: files are received and kept as the product does it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.domain.media.limits import DEFAULT_LIMITS, FileLimits
from infoscreen_core.files.incoming import Incoming, take_in
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.media import library
from infoscreen_core.services.media.views import MediaView
from tests.support.events.planning import plan


@dataclass(frozen=True)
class Shelf:
    """A media folder on disk."""

    store: MediaStore

    @classmethod
    def at(cls, path: Path) -> "Shelf":
        store = MediaStore(path / "media")
        store.uploads.mkdir(parents=True, exist_ok=True)
        return cls(store)

    def incoming(
        self,
        name: str,
        data: bytes,
        folder_id: int | None = None,
        *,
        limits: FileLimits = DEFAULT_LIMITS,
    ) -> Incoming:
        """Receive a file as an upload does."""
        part = self.store.uploads / "arriving.part"
        part.write_bytes(data)
        return take_in(self.store, part, name, limits=limits).into(folder_id)

    def add(
        self,
        session: Session,
        name: str,
        data: bytes,
        folder_id: int | None = None,
        *,
        actor: Actor = CLI,
        now: datetime,
    ) -> MediaView:
        """Receive a file and add it to the library."""
        return library.add(session, self.incoming(name, data, folder_id), actor=actor, now=now)

    def files(self) -> list[str]:
        """Return what lies in the media folder, but for folders."""
        root = self.store.root
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def show(session: Session, media_id: int, group_id: int, **changed: Any) -> int:  # noqa: ANN401 - fields of a draft
    """Plan an event that shows a file; return its id."""
    event = plan(session, group_id, **changed)
    event.event_media_id = media_id
    session.flush()
    return event.id
