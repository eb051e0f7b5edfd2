"""A player's commands with the steps they have taken, for pages that follow them."""

from dataclasses import fields
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientCommand
from infoscreen_core.db.queries.commands import commands as queries
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.screens.player import RecoveryClass
from infoscreen_core.services.commands.plugs.plugs import has_usable_plug
from infoscreen_core.services.commands.views import CommandView

_OF_OTHERS: Final = {"requested_by", "recovery_class", "has_plug"}
_COLUMNS: Final = tuple(one.name for one in fields(CommandView) if one.name not in _OF_OTHERS)


def list_courses(
    session: Session,
    client_uuid: str,
    *,
    limit: int,
    issued: tuple[datetime, datetime] | None = None,
) -> list[CommandView]:
    """Return a player's newest commands, newest first; with `issued` only those of that time."""
    rows = queries.list_commands(session, client_uuid=client_uuid, issued=issued, limit=limit)
    needs_hands = any(row.command.status is State.MANUAL_INTERVENTION_REQUIRED for row in rows)
    has_plug = needs_hands and has_usable_plug(session, client_uuid)
    return [
        command_view(
            row.command,
            requested_by=row.requested_by_name,
            recovery_class=row.client.recovery_class,
            has_plug=has_plug,
        )
        for row in rows
    ]


def command_view(
    command: ClientCommand,
    *,
    requested_by: str | None,
    recovery_class: RecoveryClass | None = None,
    has_plug: bool = False,
) -> CommandView:
    """Return the command as readers see it; `requested_by` is a user's name."""
    columns = {name: getattr(command, name) for name in _COLUMNS}
    return CommandView(
        **columns, requested_by=requested_by, recovery_class=recovery_class, has_plug=has_plug
    )
