"""`infoscreen feed`: links under which calendar programs read a group's events."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.exchange import calendar_feeds as service
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.settings import Settings

app = typer.Typer(
    help="Links under which calendar programs read a group's events.", no_args_is_help=True
)

_COLUMNS = ("id", "group_id", "group_name", "name", "created_by_name", "created_at", "last_used_at")
_GROUP_HELP = "The group's name or id."


@app.command("create")
def create(
    group: Annotated[str, typer.Option(help=_GROUP_HELP)],
    name: Annotated[str | None, typer.Option(help="Who uses it.")] = None,
    *,
    json: JsonFlag = False,
) -> None:
    """Make a link; its address is shown this once. Whoever has it can read the group's events."""

    def change(session: "Session", settings: "Settings") -> dict[str, Any]:
        found = groups.get_group_by_text(session, group)
        made = service.create_feed(session, found.id, name=name, actor=CLI, now=utc_now())
        address = service.feed_address(settings.media_root, made.feed.group_id, made.token)
        return {**asdict(made.feed), "url": address}

    emit(cli_change(change), as_json=json)


@app.command("list")
def list_(
    group: Annotated[str | None, typer.Option(help=_GROUP_HELP)] = None, *, json: JsonFlag = False
) -> None:
    """List the links with who made them and when they were last used."""
    with cli_session() as (session, _):
        group_id = groups.get_group_by_text(session, group).id if group else None
        rows = [asdict(feed) for feed in service.list_feeds(session, group_id=group_id, actor=CLI)]
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("revoke")
def revoke(
    feed_id: Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The link's id.")],
    *,
    json: JsonFlag = False,
) -> None:
    """End a link at once."""
    feed = cli_change(
        lambda session, _: service.revoke_feed(session, feed_id, actor=CLI, now=utc_now())
    )
    emit({**asdict(feed), "is_revoked": True}, as_json=json)
