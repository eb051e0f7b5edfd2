"""`infoscreen why`: why a group shows what it shows, or why it does not show an event."""

import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_session, emit
from infoscreen_core.cli.moments import read_instant
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.events.explanation import Reason
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.wording import Sentence
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
    group: Annotated[str, typer.Option(help="The group's name or id.")],
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
    """Say why a group's screens show what they show, now or at any other time."""
    with cli_session() as (session, settings):
        zone = load_zone(system_settings.get_setting(session, "default_timezone"))
        found = _explain(session, settings, zone, group=group, at=at, event=event)
    if as_json:
        emit(_row(found, zone), as_json=True)
    else:
        sys.stdout.writelines(f"{_text(reason.sentence, zone)}\n" for reason in found.reasons)


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
        "text": _text(reason.sentence, zone),
        "event_id": reason.event_id,
        "client_uuid": reason.client_uuid,
        "data": reason.sentence.params,
    }


def _text(sentence: Sentence, zone: ZoneInfo) -> str:
    """Return the sentence with its instants in the installation's zone."""
    places = {name: _shown(value, zone) for name, value in sentence.params.items()}
    return sentence.template.format(**places) if places else sentence.template


def _shown(value: object, zone: ZoneInfo) -> object:
    return f"{value.astimezone(zone):%a %Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
