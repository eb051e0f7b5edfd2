"""Who was heard of when: conditions that find players by an index over the minute of it.

An index over the instants themselves would change with each of a fleet's messages.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_

from infoscreen_core.db.models import Client

_minute: Final[ColumnElement[Any]] = Client.__table__.c.alive_minute
_SECONDS: Final = 60


def heard_before(moment: datetime) -> ColumnElement[bool]:
    """Whether a player has been silent since before then; no row that was never heard of."""
    latest = (int(moment.timestamp()) + _SECONDS - 1) // _SECONDS
    return and_(_minute <= latest, Client.last_alive < moment)


def heard_since(moment: datetime) -> ColumnElement[bool]:
    """Whether a player was heard of then or later."""
    return and_(_minute >= int(moment.timestamp()) // _SECONDS, Client.last_alive >= moment)


def never_heard() -> ColumnElement[bool]:
    """Whether a player was never heard of."""
    return _minute.is_(None)


def latest_first() -> ColumnElement[Any]:
    """Order players by when they were heard of, by a minute or two, with the index."""
    return _minute.desc()
