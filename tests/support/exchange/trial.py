"""Imports on trial: each into an empty group of a scratch database, and rolled back afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.events import list_events
from infoscreen_core.db.queries.periods import list_holidays_of
from infoscreen_core.domain.recurrence.expansion import expand
from infoscreen_core.domain.school.holiday_import import HolidayFormat, ImportRow
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events.occurrences import series_of
from infoscreen_core.services.exchange import calendar_export
from infoscreen_core.services.exchange.event_import import import_events
from infoscreen_core.services.exchange.views import EventImportRow
from infoscreen_core.services.school.holiday_import import import_holidays, preview_import
from tests.support.databases import migrated_file
from tests.support.events.planning import MONDAY, Sessions, add_group, add_period
from tests.support.scratch import make_scratch

Window = tuple[datetime, datetime]
_DAY = timedelta(days=1)
_ON = timedelta(days=800)


@dataclass(frozen=True, order=True)
class Span:
    """When something takes place, in UTC, and what."""

    start: datetime
    end: datetime
    title: str


@dataclass(frozen=True)
class Taken:
    """What became of a file: its rows, or why it was refused whole, and what takes place now."""

    rows: Sequence[EventImportRow] = ()
    refusal: InfoscreenError | None = None
    spans: Sequence[Span] = ()
    uids: Sequence[str] = ()
    """The UID of each span."""


@dataclass(frozen=True)
class Listed:
    """What became of a list of holidays: its rows, and those that are stored if it is imported."""

    rows: Sequence[ImportRow]
    is_calendar: bool
    stored: Sequence[tuple[date, date]] = ()
    refusal: InfoscreenError | None = None
    """Why nothing is imported."""


class Trial:
    """A database with two empty groups and a period, which each import finds as they were made."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        with sessions.begin() as session:
            self._group, self._other = add_group(session, "Trial"), add_group(session, "Again")
            self._period = add_period(session)

    def take(self, data: bytes, window: Window) -> Taken:
        """Import a file; return what takes place in a window."""
        with self._session() as session:
            return _take(session, data, self._group, window)

    def take_twice(self, data: bytes) -> tuple[Taken, Taken]:
        """Import a file, export what came of it, and import that into another group."""
        with self._session() as session:
            first = _take(session, data, self._group)
            planned = _planned(session, self._group)
            if not planned:
                return first, Taken()
            exported = calendar_export.write_group_calendar(session, self._group)
            return first, _take(session, exported, self._other, _window_of(planned))

    def take_holidays(self, data: bytes) -> Listed:
        """Preview a list of holidays and import it; raise `InfoscreenError` if it is none."""
        with self._session() as session:
            report = preview_import(session, self._period, data, file_name="trial", actor=CLI)
            listed = Listed(report.rows, report.format is HolidayFormat.ICALENDAR)
            try:
                import_holidays(
                    session, self._period, data, file_name="trial", actor=CLI, now=MONDAY
                )
            except InfoscreenError as error:
                return replace(listed, refusal=error)
            stored = list_holidays_of(session, self._period)
            return replace(listed, stored=[(one.start_date, one.end_date) for one in stored])

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._sessions() as session:
            yield session
            session.rollback()


@contextmanager
def open_trial() -> Iterator[Trial]:
    """Make a migrated SQLite database, in memory where there is room, and remove it again."""
    scratch = make_scratch()
    with TemporaryDirectory(dir=scratch) as folder:
        engine = make_engine(migrated_file(Path(folder) / "trial.db"))
        yield Trial(make_session_factory(engine))
        engine.dispose()
    if scratch:
        scratch.rmdir()


def _take(session: Session, data: bytes, group_id: int, window: Window | None = None) -> Taken:
    try:
        result = import_events(
            session, data, group_id=group_id, takes_private=True, actor=CLI, now=MONDAY
        )
    except InfoscreenError as error:
        return Taken(refusal=error)
    planned = _planned(session, group_id)
    found = sorted(_spans(planned, window or _window_of(planned)))
    return Taken(result.rows, None, [span for span, _uid in found], [uid for _span, uid in found])


def _planned(session: Session, group_id: int) -> list[Event]:
    return list_events(session, group_ids=[group_id], is_active=True)


def _window_of(planned: Sequence[Event]) -> Window:
    """Return a window from before the first start to years after the last."""
    starts = [event.start for event in planned] or [MONDAY]
    return min(starts) - _DAY, max(starts) + _ON


def _spans(planned: Sequence[Event], window: Window) -> Iterator[tuple[Span, str]]:
    begin, end = window
    for event in planned:
        uid = (event.ical_uid or "").split(";")[0]
        for one in expand(series_of(event), window_start=begin, window_end=end):
            if begin <= one.start < end:
                yield Span(one.start, one.end, event.title), uid
