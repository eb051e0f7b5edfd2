"""Pictures of the demo's last day, drawn as its simulated players draw them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from infoscreen_core.contracts import EventItem
from infoscreen_core.domain.events.schedule import playing_order
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services import system_settings
from infoscreen_core.services.playing.playing import active_lists
from infoscreen_core.services.screens import kept_pictures, pictures
from infoscreen_core.services.screens.clients import get_client
from infoscreen_core.services.screens.pictures import Picture
from workers.runtime import Session
from workers.simulator.identity import PlayerIdentity
from workers.simulator.pictures import draw_screen
from workers.simulator.state import PlayerState

_AGES: Final = tuple(timedelta(hours=hours) for hours in (23, 17, 8, 2))
"""When somebody looked; what was shown then began before, and its picture was taken then."""
_TAKEN: Final = timedelta(seconds=2)
"""So long after it began."""


def keep_past_pictures(
    session: Session, players: Sequence[PlayerIdentity], data_dir: Path, *, now: datetime
) -> None:
    """Keep a few pictures of each player that has none: of when its events began."""
    new = [one for one in players if not kept_pictures.find_latest_picture(session, one.uuid)]
    if not new:
        return
    zone = load_zone(system_settings.get_setting(session, "default_timezone"))
    lists = [(now - age, active_lists(session, now=now - age)) for age in _AGES]
    for identity in new:
        group_id = get_client(session, identity.uuid).group_id
        state = PlayerState(identity, group_id=group_id)
        for at, shown in _moments(lists, group_id, since=now - _AGES[0]):
            state.shown = shown
            data = draw_screen(state, at.astimezone(zone))
            _keep(session, data, _picture(identity.uuid, shown, at, data), data_dir)


def _moments(
    lists: Iterable[tuple[datetime, dict[int, list[EventItem]]]],
    group_id: int | None,
    *,
    since: datetime,
) -> list[tuple[datetime, EventItem]]:
    """Return what a group showed and when that began, each once."""
    found: dict[datetime, EventItem] = {}
    for at, of_groups in lists:
        items = of_groups.get(group_id, []) if group_id is not None else []
        shown = min(items, key=playing_order, default=None)
        if shown is not None:
            began = shown.start + _TAKEN
            found[began if began > since else at] = shown
    return sorted(found.items(), key=lambda one: one[0])


def _picture(client_uuid: str, shown: EventItem, at: datetime, data: bytes) -> Picture:
    return Picture(
        client_uuid=client_uuid,
        type=PictureType.EVENT_START,
        captured_at=at,
        received_at=at,
        event_id=shown.id,
        occasion=f"past {at.isoformat()}",
        facts=pictures.inspect(data),
    )


def _keep(session: Session, data: bytes, picture: Picture, data_dir: Path) -> None:
    directory = pictures.pictures_directory(data_dir) / picture.client_uuid
    pictures.write_file(directory, picture.filename, data)
    pictures.keep(session, [picture])
