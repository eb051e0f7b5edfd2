"""`infoscreen why`: why a group shows what it shows, or a screen has its status."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_session, emit
from infoscreen_core.cli.moments import read_instant
from infoscreen_core.cli.playing import why_screen
from infoscreen_core.cli.sentences import print_lines, text_of
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.events.explanation import Reason
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.playing import explain as service
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.events.views import OccurrenceView
    from infoscreen_core.services.playing.views import Explanation
    from infoscreen_core.settings import Settings

_ITEM_FIELDS = ("event_id", "title", "event_type", "start", "end", "priority")


def command(
    *,
    group: Annotated[
        str | None, typer.Option(help="The group's name or id: what does it show?")
    ] = None,
    client: Annotated[
        str | None, typer.Option(help="A screen's UUID: how does it do, and since when?")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            help="2026-12-24T08:00 in the installation's zone, or with Z or offset; default: now."
        ),
    ] = None,
    event: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help="Id of an event: why is it (not) showing?")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say why screens show what they show, or why one is red and since when, at any time."""
    if (group is None) == (client is None):
        raise InvalidInputError("Name either a group (--group) or a screen (--client).")
    if client is not None:
        if event is not None:
            raise InvalidInputError("An event is asked about with its group; use --group.")
        why_screen.answer(client, at=at, as_json=as_json)
    elif group is not None:
        _answer_for_group(group, at=at, event=event, as_json=as_json)


def _answer_for_group(group: str, *, at: str | None, event: int | None, as_json: bool) -> None:
    with cli_session() as (session, settings):
        zone = load_zone(system_settings.get_setting(session, "default_timezone"))
        found = _explain(session, settings, zone, group=group, at=at, event=event)
    if as_json:
        emit(_row(found, zone), as_json=True)
    else:
        print_lines((reason.sentence for reason in found.reasons), zone)


def _explain(
    session: "Session",
    settings: "Settings",
    zone: ZoneInfo,
    *,
    group: str,
    at: str | None,
    event: int | None,
) -> "Explanation":
    return service.explain(
        session,
        groups.get_group_by_text(session, group).id,
        at=None if at is None else read_instant(at, zone, field="at"),
        event_id=event,
        actor=CLI,
        now=utc_now(),
        grace=settings.heartbeat_grace,
    )


def _row(found: "Explanation", zone: ZoneInfo) -> dict[str, Any]:
    return {
        "group_id": found.group_id,
        "group": found.group_name,
        "at": found.at,
        "event_id": found.event_id,
        "is_shown": found.is_shown,
        "on_screen": [_item(view) for view in found.on_screen],
        "reasons": [_reason(reason, zone) for reason in found.reasons],
    }


def _item(view: "OccurrenceView") -> dict[str, Any]:
    known = asdict(view)
    return {name: known[name] for name in _ITEM_FIELDS}


def _reason(reason: Reason, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "code": reason.code,
        "text": text_of(reason.sentence, zone),
        "event_id": reason.event_id,
        "client_uuid": reason.client_uuid,
        "data": reason.sentence.params,
    }
