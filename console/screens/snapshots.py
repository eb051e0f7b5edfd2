"""One player in full, as all browsers that look at it share it."""

from datetime import datetime
from typing import Final

from console.monitoring.snapshots import FRESH_SECONDS, client_at
from console.runtime import Session, now, read_session
from console.screens.presenters.client import ClientDetail
from console.screens.presenters.health import VIEWS, HealthCurve
from console.shared import shared
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring.fleet import get_machine
from infoscreen_core.services.monitoring.health import list_stretches
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.playing.playing import playing_now
from infoscreen_core.services.playing.views import PlayingNow
from infoscreen_core.services.screens.kept_pictures import find_priority_picture, list_pictures
from infoscreen_core.services.screens.power import get_tv

CURVE_SECONDS: Final = 30.0
"""Curves grow by a point every five minutes."""


@shared(seconds=FRESH_SECONDS, entries=64)
def client(uuid: str) -> ClientDetail | None:
    """Return one player in full; None when there is none."""
    taken_at = now()
    with read_session() as session:
        view = client_at(session, uuid, taken_at)
        return _detail(session, view, taken_at) if view else None


@shared(seconds=CURVE_SECONDS, entries=64)
def health(uuid: str, view: str) -> HealthCurve:
    """Return a player's health over time as one of `presenters.health.VIEWS` shows it."""
    taken_at = now()
    wanted = VIEWS[view]
    window = Span(taken_at - wanted.window, taken_at)
    with read_session() as session:
        found = list_stretches(session, uuid, window, length=wanted.source)
    return HealthCurve(wanted, window, tuple(found))


def _detail(session: Session, view: ClientView, at: datetime) -> ClientDetail:
    plays = playing_now(session, view.group_id, now=at) if view.group_id else PlayingNow()
    return ClientDetail(
        view=view,
        machine=get_machine(session, view.uuid),
        tv=get_tv(session, view.uuid, now=at),
        planned=plays.current[0] if plays.current else None,
        priority_picture=find_priority_picture(session, view.uuid),
        pictures=tuple(list_pictures(session, view.uuid)),
    )
