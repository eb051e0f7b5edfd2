"""The source of what an event shows: a web page, a media file, or a file on another server."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.media.files import find_media_type
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.events.limits import FILES_LIMIT
from infoscreen_core.domain.media.types import PRESENTATION_TYPES, VIDEO_TYPES, MediaType
from infoscreen_core.domain.text.web_address import clean_url
from infoscreen_core.errors import InvalidInputError

Source = dict[str, Any]


def checked_source(
    session: Session,
    kind: EventType,
    media_ids: Sequence[int],
    url: str | None,
    settings: Mapping[str, Any],
) -> Source:
    """Return `event_media_id`, `further_media_ids` and `website_url` for this type of event.

    What the type does not have is None, or empty. Raises `InvalidInputError` when it needs what is
    missing, or cannot show a file, or not so many.
    """
    address = clean_url(url, field="website_url") if url and url.strip() else None
    match kind:
        case EventType.WEBSITE:
            return _source(url=_required_url(address))
        case EventType.WEBUNTIS:
            return _source(url=_supplement_url(settings))
        case EventType.PRESENTATION:
            _check_count(media_ids)
            _check_media(session, media_ids, PRESENTATION_TYPES)
            return _source(media_ids, None if media_ids else address)
        case EventType.VIDEO:
            _check_media(session, media_ids, VIDEO_TYPES)
            _check_single(media_ids)
            return _source(media_ids, None if media_ids else _required_film(address))
        case _:
            return _source()


def _source(media_ids: Sequence[int] = (), url: str | None = None) -> Source:
    return {
        "event_media_id": next(iter(media_ids), None),
        "further_media_ids": tuple(media_ids[1:]),
        "website_url": url,
    }


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


def _check_count(media_ids: Sequence[int]) -> None:
    if len(media_ids) > FILES_LIMIT:
        raise InvalidInputError(
            "A presentation cannot show {value} files; choose {limit} at most, or put some of them "
            "into one.",
            field="event_media_id",
            value=len(media_ids),
            limit=FILES_LIMIT,
        )


def _check_single(media_ids: Sequence[int]) -> None:
    if len(media_ids) > 1:
        raise InvalidInputError(
            "A video event shows one file, not {value}; choose one, and plan the others as events "
            "of their own.",
            field="event_media_id",
            value=len(media_ids),
        )


def _check_media(session: Session, media_ids: Sequence[int], allowed: frozenset[MediaType]) -> None:
    for media_id in media_ids:
        _check_file(find_media_type(session, media_id, for_share=True), media_id, allowed)


def _check_file(found: MediaType | None, media_id: int, allowed: frozenset[MediaType]) -> None:
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
