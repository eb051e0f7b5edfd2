"""Databases of benchmarks, whose files stay in a folder and are filled once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.db.models import User, UserSession
from tests.support.servers import MariaDB


@contextmanager
def kept_database(backend: str, name: str, directory: Path, *, memory: str) -> Iterator[str]:
    """Return the URL of the folder's database; MariaDB gets so much memory for its tables."""
    directory.mkdir(parents=True, exist_ok=True)
    if backend == "sqlite":
        yield f"sqlite:///{directory / name}.db"
        return
    server = MariaDB(directory / "mariadb", memory=memory)
    server.start()
    try:
        yield server.database(name)
    finally:
        server.stop()


def fill_once(url: str, note: Path, fill: Callable[[sessionmaker[Session]], object]) -> None:
    """Fill the database unless the note says that it is; nobody has ever signed in then."""
    engine = make_engine(url)
    upgrade(engine)
    sessions = make_session_factory(engine)
    if not note.exists():
        fill(sessions)
        note.touch()
    with sessions.begin() as session:
        forget_people(session)
    engine.dispose()


def forget_people(session: Session) -> None:
    """Delete everybody, with their sessions."""
    session.execute(delete(UserSession))
    session.execute(delete(User))
