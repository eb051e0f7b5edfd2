"""A screen's past, as all browsers that look at it share it."""

from datetime import datetime
from typing import Final

from console.monitoring.snapshots import FRESH_SECONDS
from console.runtime import now, read_session
from console.screens.past.span import read_window
from console.shared import shared
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.screen.explain import ScreenExplanation, explain_screen
from infoscreen_core.services.monitoring.screen.timeline import ScreenTimeline, read_timeline

_PICTURE_SECONDS: Final = 10.0


@shared(seconds=_PICTURE_SECONDS, entries=64)
def timeline(uuid: str, chosen: str, start: str | None, end: str | None) -> ScreenTimeline:
    """Return what became of a screen in the time that an address names (`span`, `from`, `to`).

    Raises `InvalidInputError` for a time that no picture can show.
    """
    asked = {"span": chosen, "from": start or "", "to": end or ""}
    with read_session() as session:
        return read_timeline(session, uuid, read_window(asked, now=now()), now=now())


@shared(seconds=FRESH_SECONDS, entries=64)
def explanation(uuid: str, at: datetime | None, *, may_act: bool) -> ScreenExplanation:
    """Return why a screen is, or was, as it is; `may_act` as an administrator sees it."""
    reader = Actor(None, "console", Role.ADMIN if may_act else Role.USER, "console")
    with read_session() as session:
        return explain_screen(session, uuid, actor=reader, now=now(), at=at)
