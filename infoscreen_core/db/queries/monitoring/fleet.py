"""What lists of the whole fleet show besides each player's status, in a few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, Client, ClientScreenshot, Event, SchoolHoliday
from infoscreen_core.db.queries.clients import ClientRow, get_client_row, list_client_rows
from infoscreen_core.db.queries.periods import touches_days


@dataclass(frozen=True)
class FleetRow:
    """A player with its status, and what its line in lists shows besides."""

    row: ClientRow
    picture: ClientScreenshot | None
    """The newest one."""
    shown_title: str | None
    """Title of the event that the player says it shows, if that event still exists."""


def list_fleet(
    session: Session, *, now: datetime, grace: timedelta, window: timedelta
) -> list[FleetRow]:
    """Return every player by group and name; log counts cover `window`."""
    return _complete(session, list_client_rows(session, now=now, grace=grace, log_window=window))


def find_fleet_row(
    session: Session, uuid: str, *, now: datetime, grace: timedelta, window: timedelta
) -> FleetRow | None:
    """Return one player as `list_fleet` does, or None."""
    if session.get(Client, uuid) is None:
        return None
    row = get_client_row(session, uuid, now=now, grace=grace, log_window=window)
    return _complete(session, [row], client_uuid=uuid)[0]


def event_titles(session: Session, event_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the titles of those events that exist."""
    wanted = {event_id for event_id in event_ids if event_id is not None}
    if not wanted:
        return {}
    query = select(Event.id, Event.title).where(Event.id.in_(wanted))
    return {row.id: row.title for row in session.execute(query)}


def find_active_period(session: Session) -> AcademicPeriod | None:
    """Return the academic period in force, or None."""
    query = select(AcademicPeriod).where(
        AcademicPeriod.is_active, AcademicPeriod.archived_at.is_(None)
    )
    return session.scalars(query.order_by(AcademicPeriod.id).limit(1)).first()


def list_holidays(
    session: Session, *, period_id: int | None, first: date, last: date
) -> list[SchoolHoliday]:
    """Return the holidays, of a period and of none, that touch the days `first` to `last`."""
    query = select(SchoolHoliday).where(
        touches_days(first, last),
        or_(
            SchoolHoliday.academic_period_id.is_(None),
            SchoolHoliday.academic_period_id == period_id,
        ),
    )
    return list(session.scalars(query.order_by(SchoolHoliday.start_date, SchoolHoliday.name)))


def _complete(
    session: Session, rows: Sequence[ClientRow], *, client_uuid: str | None = None
) -> list[FleetRow]:
    pictures = _latest_pictures(session, client_uuid)
    titles = event_titles(session, (row.client.current_event_id for row in rows))
    return [
        FleetRow(row, pictures.get(row.client.uuid), titles.get(row.client.current_event_id or 0))
        for row in rows
    ]


def _latest_pictures(session: Session, client_uuid: str | None) -> dict[str, ClientScreenshot]:
    newest = select(func.max(ClientScreenshot.id)).group_by(ClientScreenshot.client_uuid)
    if client_uuid is not None:
        newest = newest.where(ClientScreenshot.client_uuid == client_uuid)
    query = select(ClientScreenshot).where(ClientScreenshot.id.in_(newest))
    return {row.client_uuid: row for row in session.scalars(query)}
