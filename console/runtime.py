"""What every page needs: settings, sessions on the database, the clock, and who is asking.

The cookie is frozen when a browser connects, so it proves nothing later: `current_identity` asks
the database each time. Call it (or `current_actor`) at the start of a run, of a fragment, and
inside each write.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st
from sqlalchemy import Engine, ExceptionContext, event, exc, text
from sqlalchemy.orm import Session as Session  # noqa: PLC0414 - pages take the type from here
from sqlalchemy.orm import sessionmaker

from console.identity import Identity as Identity  # noqa: PLC0414 - as below
from console.identity import PasswordOwedError as PasswordOwedError  # noqa: PLC0414
from console.identity import SignedOutError as SignedOutError  # noqa: PLC0414
from console.identity import actor_of, bearer_in, identity_in
from console.opening import Opening
from console.reach import Reach
from console.renewals import Renewals
from console.writes import Writes
from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import Reader as Reader  # noqa: PLC0414 - as above
from infoscreen_core.db.engine import (
    make_engine,
    make_glance_engine,
    make_read_session_factory,
    make_session_factory,
)
from infoscreen_core.db.outages import HangingError
from infoscreen_core.db.outages import Outage as Outage  # noqa: PLC0414 - as above
from infoscreen_core.db.outages import outage_of as outage_of  # noqa: PLC0414
from infoscreen_core.db.touched import note_read as note_read  # noqa: PLC0414
from infoscreen_core.db.touched import noting as noting  # noqa: PLC0414
from infoscreen_core.db.touched import watch
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.errors import BusyError, InvalidInputError, UnavailableError
from infoscreen_core.files.store import MediaStore
from infoscreen_core.log import get_logger
from infoscreen_core.services import write_check
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.database_clock import DatabaseClock
from infoscreen_core.services.monitoring.upkeep.storage import explain, measured
from infoscreen_core.services.people import api_tokens, sign_in
from infoscreen_core.services.screens.pictures import pictures_directory
from infoscreen_core.services.system_settings import get_setting
from infoscreen_core.settings import Settings, load_settings

T = TypeVar("T")
log = get_logger()

SESSION_COOKIE: Final = "infoscreen_session"
_LOOPBACK: Final = "127.0.0.1"
"""Where visitors are of whom Streamlit names no address: it does not of this machine."""
OutageError = exc.SQLAlchemyError
"""What is raised while the database does not answer."""
ANSWER_SECONDS: Final = 5
"""How long a person, or a probe, waits for the database."""


@dataclass
class _Comparison:
    """When the clock is compared next with the database's, by the monotonic one."""

    due: float = 0.0


@dataclass(frozen=True)
class Resources:
    """What one console process holds for all its users."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    read_sessions: sessionmaker[Session]
    glances: Engine
    """For single questions at every request: each costs the database one answer, and no more."""
    probe: Engine
    """For looking whether the database is well: it waits for nobody's connection or lock."""
    reach: Reach
    clock: DatabaseClock = field(default_factory=lambda: DatabaseClock(utc_now))
    comparison: _Comparison = field(default_factory=_Comparison)
    writes: Writes = field(default_factory=Writes)
    renewals: Renewals = field(default_factory=Renewals)
    opening: Opening = field(default_factory=Opening)
    serial: int = field(default_factory=count().__next__)
    """Tells these resources from those that came before."""

    @property
    def is_at_hand(self) -> bool:
        """Whether the database is a file here, whose answer takes less time than a thread's turn.

        Readers of it wait for nobody.
        """
        return self.engine.dialect.name == "sqlite"

    @property
    def screenshot_dir(self) -> Path:
        """Where the listener keeps pictures: `<uuid>/<filename>` below it."""
        return pictures_directory(self.settings.data_dir)

    @property
    def media_store(self) -> MediaStore:
        """Where the library's files lie."""
        return MediaStore(self.settings.media_dir)


_state: dict[str, Resources] = {}
_COMPARE_SECONDS: Final = 10.0


def configure(settings: Settings) -> Resources:
    """Make or replace the process's engine and sessions: for composition roots and tests."""
    url = settings.database_url
    engine = make_engine(url, answer_seconds=ANSWER_SECONDS)
    probe = make_engine(url, answer_seconds=ANSWER_SECONDS, busy_seconds=1, is_pooled=False)
    reach = Reach(lambda: _ask(probe))
    glances = make_glance_engine(url, answer_seconds=ANSWER_SECONDS)
    for one in (engine, glances):
        _watch_over(one, reach)
        watch(one)
    made = Resources(
        settings,
        engine,
        make_session_factory(engine),
        make_read_session_factory(engine),
        glances,
        probe,
        reach,
    )
    dispose()
    _state["resources"] = made
    return made


def dispose() -> None:
    """Close the process's connections to the database."""
    if previous := _state.pop("resources", None):
        previous.renewals.close()
        previous.reach.close()
        previous.engine.dispose()
        previous.glances.dispose()
        previous.probe.dispose()


def resources() -> Resources:
    """Return the process's resources, made from the environment at first use."""
    return _state.get("resources") or configure(load_settings())


def now() -> datetime:
    """Return the present instant, aware, UTC, as the workers have it too."""
    made = _state.get("resources")
    if made is None:
        return utc_now()
    if time.monotonic() >= made.comparison.due:
        made.comparison.due = time.monotonic() + _COMPARE_SECONDS
        _compare_clock(made)
    return made.clock()


def _compare_clock(made: Resources) -> None:
    with suppress(OutageError), made.read_sessions() as session:  # then it goes on as before
        made.clock.compare(session)


@contextmanager
def read_session() -> Iterator[Session]:
    """Open a session that only reads; it never waits for a writer."""
    with resources().read_sessions() as session:
        yield session


def glance(ask: Callable[[Reader], T]) -> T:
    """Ask the database one question, outside of any transaction, and return what `ask` makes of it.

    For what is asked at every request: it sees what is stored at this moment, as any new reading
    does.
    """
    try:
        return glance_at_once(ask)
    except exc.DBAPIError:  # the server closed the connection meanwhile, or a lock is waited for
        if resources().reach.is_hanging:
            raise
    with read_session() as session:
        return ask(session)


def glance_at_once(ask: Callable[[Reader], T]) -> T:
    """Do the same without patience: raise `OutageError` also when another try would succeed."""
    with resources().glances.connect() as connection:
        return ask(connection)


def reach_database() -> None:
    """Ask the database for an answer; raise `OutageError` when none comes."""
    with read_session() as session:
        session.execute(text("SELECT 1"))


def try_small_write() -> Outage | None:
    """Store the smallest change there is; return what forbids it, None when it is stored."""
    made = resources()
    try:
        with make_session_factory(made.probe).begin() as session:
            write_check.write(session)
    except OutageError as error:
        made.reach.trouble = outage_of(error)
    else:
        made.reach.trouble = None
    return Outage(made.reach.trouble) if made.reach.trouble else None


def change(work: Callable[[Session, Actor, datetime], T]) -> T:
    """Do the work in one transaction of the signed-in person, who is the actor.

    It is committed when the work ends well and rolled back when it raises anything but a
    `NotedError`. After a collision with somebody else's it is done again from its beginning (see
    `write`). Raise `SignedOutError`, before anything is written, when the session is over,
    `UnavailableError` when nothing can be stored.
    """
    return change_of(session_token() or "", work, address=visitor_address)


def change_of(
    token: str, work: Callable[[Session, Actor, datetime], T], *, address: Callable[[], str]
) -> T:
    """Do the same for the person who has the session `token`: for routes, which have no page."""

    def run(session: Session) -> T:
        at = now()
        result = work(session, actor_of(identity_in(session, token, now=at), address(), token), at)
        # Last, as whoever ends a person's sessions locks the person first.
        sign_in.resume(session, token, now=at)
        return result

    return store(run)


def change_by_bearer(
    secret: str, work: Callable[[Session, Actor, datetime], T], *, address: str
) -> T:
    """Do the same for the person whose API token this is."""

    def run(session: Session) -> T:
        at = now()
        identity, bearer = bearer_in(session, secret, now=at)
        result = work(session, actor_of(identity, address, secret), at)
        api_tokens.note_use(session, bearer.token_id, address=address, now=at)
        return result

    return store(run)


def store(work: Callable[[Session], T]) -> T:
    """Do the work as `write` does; an outage is told in a sentence, and pages see what changed."""
    with explained(), noting() as touched:
        try:
            return write(work)
        finally:  # also after a refusal, since some are noted
            resources().writes.note(touched.written)  # what was read before is out of date


def write(work: Callable[[Session], T]) -> T:
    """Do the work in one transaction, again from its beginning after a collision.

    So it may do nothing but read and write with its session. Raise `BusyError`, with nothing
    stored, when it collided in every try.
    """
    try:
        return in_transaction(resources().sessions, work)
    except BusyError as error:
        log.warning("transaction.gave_up", error=repr(error.__cause__))
        raise


@contextmanager
def explained() -> Iterator[None]:
    """Turn an outage of ours into a sentence that says what is wrong, such as a full disk."""
    try:
        yield
    except OutageError as error:
        if outage_of(error) is None and not isinstance(error, exc.OperationalError):
            raise
        raise explanation_of(error) from error


def explanation_of(error: Exception) -> UnavailableError:
    """Return what people are told about an outage."""
    return explain(outage_of(error), measured(resources().settings.storage_directories))


def session_token() -> str | None:
    """Return the session cookie of the browser being served: the one thing that tests replace."""
    return st.context.cookies.get(SESSION_COOKIE)


def why_signed_out() -> SessionEnd | None:
    """Return why the browser's session is over, None while it is not."""
    with read_session() as session:
        return sign_in.why_over(session, session_token() or "", now=now())


def current_identity() -> Identity:
    """Return who is signed in, asked of the database; raise `SignedOutError` when nobody is."""
    with read_session() as session:
        return identity_in(session, session_token(), now=now())


def keep_signed_in() -> None:
    """Note, at most once a minute, that the person is at work; live parts do not count.

    When nothing can be stored, people go on reading.
    """
    token = session_token() or ""
    with read_session() as session:
        person = sign_in.find_person(session, token, now=now())
        if person is None or not person.is_touch_due:
            return
    with suppress(OutageError, BusyError):
        write(lambda session: sign_in.resume(session, token, now=now()))


def current_actor() -> Actor:
    """Return the signed-in person as services ask for it; raise `SignedOutError` when nobody is."""
    return actor_of(current_identity(), visitor_address())


def visitor_address() -> str:
    """Return where the browser being served is, for the audit."""
    address = st.context.ip_address
    return address if isinstance(address, str) else _LOOPBACK


def run_again() -> NoReturn:
    """Run the page again from its top; what the browser asked for meanwhile goes first.

    `st.rerun` alone throws away what was asked for since the last element was drawn, such as
    another page: the click would be lost.
    """
    st.empty()  # drawing is where Streamlit gives way to what the browser asked for
    st.rerun()  # noqa: TID251 - the one place


def user_timezone() -> ZoneInfo:
    """Return the zone of the reader's times: the browser's, else the installation's."""
    try:
        return load_zone(st.context.timezone or "")
    except InvalidInputError:
        return _default_zone()


def installation_words() -> tuple[ZoneInfo, str]:
    """Return the zone of times and the language for those who have not chosen any."""
    with read_session() as session:
        language = str(get_setting(session, "ui_language"))
    return _default_zone(), language


def _ask(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")


def _watch_over(engine: Engine, reach: Reach) -> None:
    """Learn from each failure of the engine; refuse to connect while the database hangs."""

    def learn(context: ExceptionContext) -> None:
        kind = outage_of(context.sqlalchemy_exception or context.original_exception)
        if kind is Outage.HANGING:
            reach.note_hanging()
        elif kind in {Outage.DISK_FULL, Outage.READ_ONLY, Outage.DAMAGED}:
            reach.trouble = kind

    def refuse(*_connecting: object) -> None:
        if reach.is_hanging:
            raise HangingError("The database gives no answer.")

    event.listen(engine, "handle_error", learn)
    event.listen(engine, "do_connect", refuse)


def _default_zone() -> ZoneInfo:
    try:
        with read_session() as session:
            return load_zone(str(get_setting(session, "default_timezone")))
    except OutageError:  # what is said about it has times in it
        return load_zone(SETTING_KEYS["default_timezone"].default)
