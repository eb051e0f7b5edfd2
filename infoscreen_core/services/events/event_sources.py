"""The source of what an event shows: a web page, a media file, or a file on another server."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import events as queries
from infoscreen_core.db.queries.media import list_media_names
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import PRESENTATION_TYPES, VIDEO_TYPES, MediaType
from infoscreen_core.domain.text.web_address import clean_url
from infoscreen_core.errors import InvalidInputError

Source = dict[str, Any]


def list_files_for(session: Session, kind: EventType) -> dict[int, str]:
    """Return the names of the files that this type of event can show, by id, ordered by name."""
    shown = {EventType.PRESENTATION: PRESENTATION_TYPES, EventType.VIDEO: VIDEO_TYPES}.get(kind)
    return list_media_names(session, shown) if shown else {}


def checked_source(
    session: Session,
    kind: EventType,
    media_id: int | None,
    url: str | None,
    settings: Mapping[str, Any],
) -> Source:
    """Return `event_media_id` and `website_url` for this type of event; None where it has none.

    Raises `InvalidInputError` when the type needs what is missing, or cannot show the file.
    """
    address = clean_url(url, field="website_url") if url and url.strip() else None
    match kind:
        case EventType.WEBSITE:
            return _source(url=_required_url(address))
        case EventType.WEBUNTIS:
            return _source(url=_supplement_url(settings))
        case EventType.PRESENTATION:
            _check_media(session, media_id, PRESENTATION_TYPES)
            return _source(media_id, None if media_id else address)
        case EventType.VIDEO:
            _check_media(session, media_id, VIDEO_TYPES)
            return _source(media_id, None if media_id else _required_film(address))
        case _:
            return _source()


def _source(media_id: int | None = None, url: str | None = None) -> Source:
    return {"event_media_id": media_id, "website_url": url}


def _required_url(address: str | None) -> str:
    if address is None:
        raise InvalidInputError(
            "A website needs its address; write it in full, as in https://www.example.org/page.",
            field="website_url",
        )
    return address


def _required_film(address: str | None) -> str:
    if address is None:
        raise InvalidInputError(
            "A video needs a file; choose one, or give its address.", field="event_media_id"
        )
    return address


def _supplement_url(settings: Mapping[str, Any]) -> str:
    address = str(settings["supplement_table_url"] or "").strip()
    if not address:
        raise InvalidInputError(
            "The supplement table has no address yet; an administrator enters it in the settings "
            "(supplement_table_url).",
            field="website_url",
        )
    return clean_url(address, field="website_url")


def _check_media(session: Session, media_id: int | None, allowed: frozenset[MediaType]) -> None:
    if media_id is None:
        return
    found = queries.find_media_type(session, media_id)
    if found is None:
        raise InvalidInputError(
            "There is no file with the number {value}; choose one of the list.",
            field="event_media_id",
            value=media_id,
        )
    if found not in allowed:
        raise InvalidInputError(
            "A file of type {value} cannot be shown here; choose one of: {allowed}.",
            field="event_media_id",
            value=found.value,
            allowed=", ".join(sorted(kind.value for kind in allowed)),
        )
