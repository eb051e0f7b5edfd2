"""A database with a big fleet in it, made once and used again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.db.models import ClientStatus, Incident
from tests.support.big_fleet.fleet import Size, add_fleet
from tests.support.big_fleet.kept import forget_people, kept_database

BACKENDS: Final = ("sqlite", "mariadb")
_MEMORY: Final = "1G"
"""What MariaDB gets for its tables."""
_NAME: Final = "fleet"
_PATIENCE_SECONDS: Final = 3600
"""An index of millions of lines takes minutes where other programs have work, too."""


@contextmanager
def prepared(backend: str, size: Size, directory: Path) -> Iterator[str]:
    """Return the URL of a database with such a fleet; it is filled if the folder has none.

    The fleet is as if its statuses were judged a moment ago, nobody looks after an incident, and
    nobody has ever signed in.
    """
    with kept_database(backend, _NAME, directory, memory=_MEMORY) as url:
        yield _ready(url, size, directory / f"{backend}.json")


def _ready(url: str, size: Size, note: Path) -> str:
    engine = make_engine(url, answer_seconds=_PATIENCE_SECONDS)
    upgrade(engine)
    if not note.exists():
        add_fleet(engine, size, now=utc_now())
        note.write_text(json.dumps(asdict(size)))
    elif json.loads(note.read_text()) != asdict(size):
        message = f"{note.parent} holds a fleet of another size: {note.read_text()}"
        raise ValueError(message)
    with Session(engine) as session:
        session.execute(update(ClientStatus).values(judge_at=utc_now() + timedelta(days=1)))
        session.execute(update(Incident).values(acknowledged_at=None, acknowledged_by=None))
        forget_people(session)
        session.commit()
    engine.dispose()
    return url
