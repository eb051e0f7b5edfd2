"""`infoscreen event edit`: change what an event, or a whole series, shows and is called."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.events.looks import read_look
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_drafts, events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from infoscreen_core.settings import Settings

_COLUMNS = ("id", "group_id", "title", "event_type", "event_media_id", "further_media_ids")


def command(  # noqa: PLR0913 - one option each
    event_id: Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The event's id.")],
    *,
    title: Annotated[str | None, typer.Option(help="What people read.")] = None,
    media: Annotated[
        list[int] | None,
        typer.Option(
            min=1, max=MAX_ID, help="Id of a media file; repeat it for several, in this order."
        ),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Address of a website, or of a file to show.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Text of a message.")] = None,
    look: Annotated[str | None, typer.Option("--look", help="Of a message.")] = None,
    interval: Annotated[int | None, typer.Option(help="Seconds per page.")] = None,
    description: Annotated[str | None, typer.Option(help="A note for colleagues.")] = None,
    location: Annotated[str | None, typer.Option(help="Where it takes place.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Change an event, or a whole series; what is not given stays as it is."""
    given: dict[str, Any] = {
        "title": title,
        "website_url": url,
        "message_text": text,
        "message_severity": None if look is None else read_look(look),
        "slide_interval": interval,
        "description": description,
        "location": location,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    changed |= _files(media, url)
    if not changed:
        raise InvalidInputError("Nothing would change; give at least one option.")

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        event = events.get_event(session, event_id)
        draft = replace(event_drafts.EventDraft.of(event), **changed)
        written = events.update_event(
            session, event_id, draft, version=event.version, actor=CLI, now=utc_now()
        )
        return audit.audited_columns(written)

    emit(cli_change(change), as_json=as_json, columns=_COLUMNS)


def _files(media: "Sequence[int] | None", url: str | None) -> dict[str, Any]:
    """Return the files that are to be shown; an address takes their place."""
    if media:
        return {"event_media_id": media[0], "further_media_ids": tuple(media[1:])}
    return {} if url is None else {"event_media_id": None, "further_media_ids": ()}
