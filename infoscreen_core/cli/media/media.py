"""`infoscreen media`: the library of files that events show."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core import settings as configuration
from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.media import conversions, files, folders
from infoscreen_core.cli.media.rows import FILE_COLUMNS, file_row
from infoscreen_core.cli.moments import read_day
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import ConversionStatus, MediaType
from infoscreen_core.domain.text.choices import one_of
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import media_deletions as event_media
from infoscreen_core.services.media import folders as folder_service
from infoscreen_core.services.media import library, media_deletions, room, views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from infoscreen_core.services.events.media_deletions import Loss
    from infoscreen_core.services.media.views import MediaView
    from infoscreen_core.settings import Settings

app = typer.Typer(help="The library of files that events show.", no_args_is_help=True)
app.add_typer(folders.app, name="folder")
app.command("retry")(conversions.retry)
app.command("mp4")(conversions.mp4)

_SORTS = ("name", "type", "size", "changed")
_File = Annotated[
    str, typer.Argument(metavar="FILE", help="Its path, as in Aula/plan.pdf, or its id.")
]
_Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Their paths in the library, or ids.")
]


@app.command("add")
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files on this machine.")],
    folder: Annotated[str, typer.Option(help="The folder that they go to; / is the top.")] = "/",
    *,
    json: JsonFlag = False,
) -> None:
    """Add files to the library: all of them, or, when one is refused, none."""
    settings = configuration.load_settings()
    taken = [files.take_in(path, settings.media_dir, settings.file_limits) for path in paths]

    def change(session: "Session", _: "Settings") -> list[dict[str, Any]]:
        target = folder_service.find_id_by_text(session, folder)
        added = [library.add(session, one.into(target), actor=CLI, now=utc_now()) for one in taken]
        return [_told(session, view) for view in added]

    rows = cli_change(change)
    for one in taken:
        _say(one.note)
    emit(rows if len(rows) > 1 else rows[0], as_json=json, columns=FILE_COLUMNS)


@app.command("replace")
def replace(
    file: _File,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The new one, on this machine.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Give a file a new content, everywhere it is used."""
    settings = configuration.load_settings()
    taken = files.take_in(path, settings.media_dir, settings.file_limits)

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        media_id = library.get_by_text(session, file).id
        part = taken.into(None)
        return file_row(library.replace(session, media_id, part, actor=CLI, now=utc_now()))

    emit(cli_change(change), as_json=json)


@app.command("list")
def list_(  # noqa: PLR0913 - one option each
    *,
    folder: Annotated[
        str | None, typer.Option(help="Only files directly in this folder; / is the top.")
    ] = None,
    text: Annotated[str, typer.Option(help="Words that are in the name.")] = "",
    kind: Annotated[
        list[str] | None, typer.Option("--type", help="One of: " + ", ".join(MediaType))
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(help="Of what is made of them: " + ", ".join(ConversionStatus)),
    ] = None,
    period: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help="Id of an academic period.")
    ] = None,
    used: Annotated[
        bool | None, typer.Option("--used/--unused", help="Shown by an event, or by none.")
    ] = None,
    expired: Annotated[
        bool | None, typer.Option("--expired/--unexpired", help="Past their last day, or not.")
    ] = None,
    sort: Annotated[str, typer.Option(help="One of: " + ", ".join(_SORTS))] = "name",
    descending: Annotated[bool, typer.Option("--descending", help="The last first.")] = False,
    page: Annotated[int, typer.Option(min=1, max=MAX_ID, help="Which page.")] = 1,
    size: Annotated[int, typer.Option(help="Files on a page.")] = 100,
    json: JsonFlag = False,
) -> None:
    """List files, a page at a time."""
    with cli_session() as (session, _):
        wanted = views.MediaFilter(
            folder_id=_asked_folder(session, folder),
            text=text,
            types=frozenset(one_of(MediaType, one, "type") for one in kind or ()),
            states=frozenset(one_of(ConversionStatus, one, "state") for one in state or ()),
            period_id=period,
            used=used,
            expired=expired,
        )
        order = views.MediaSort(one_of(views.SortBy, sort, "sort"), descending)
        asked = views.PageAsked(page, size)
        found = library.list_page(session, wanted, order, asked, today=_today(session))
    emit([file_row(one) for one in found.files], as_json=json, columns=FILE_COLUMNS)
    if found.page_count > 1:
        _say(
            f"Page {found.number} of {found.page_count}; {found.total} files in all. "
            "Others with --page."
        )


@app.command("show")
def show(file: _File, *, json: JsonFlag = False) -> None:
    """Show a file: what it is, what is made of it, and which events show it."""
    with cli_session() as (session, _):
        view = library.get_by_text(session, file)
        uses = library.list_uses(session, view.id, now=utc_now())
        row = {**_told(session, view), "events": [asdict(one) for one in uses]}
    emit(row, as_json=json)


@app.command("rename")
def rename(
    file: _File,
    name: Annotated[str, typer.Argument(help="Its new name.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Give a file another name."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        media_id = library.get_by_text(session, file).id
        return file_row(library.rename(session, media_id, name, actor=CLI, now=utc_now()))

    emit(cli_change(change), as_json=json)


@app.command("move")
def move(
    wanted: _Files,
    into: Annotated[str, typer.Option(help="The folder that they go to; / is the top.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Put files into a folder; names that are taken there get a number."""

    def change(session: "Session", _: "Settings") -> list[dict[str, Any]]:
        ids = [library.get_by_text(session, one).id for one in wanted]
        target = folder_service.find_id_by_text(session, into)
        moved = library.move(session, ids, target, actor=CLI, now=utc_now())
        return [file_row(one) for one in moved]

    emit(cli_change(change), as_json=json, columns=FILE_COLUMNS)


@app.command("tag")
def tag(
    file: _File,
    expires: Annotated[
        str | None, typer.Option(help="The last day on which it may be shown, or never.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="Id of the academic period that it belongs to, or none.")
    ] = None,
    *,
    json: JsonFlag = False,
) -> None:
    """Say until when a file may be shown, and to which academic period it belongs."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        view = library.get_by_text(session, file)
        tagged = library.tag(
            session,
            view.id,
            expires_on=_expiry(expires, view),
            academic_period_id=_period(period, view),
            actor=CLI,
            now=utc_now(),
        )
        return file_row(tagged)

    emit(cli_change(change), as_json=json)


@app.command("delete")
def delete(
    wanted: _Files,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Also from events that show them, which lose them.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Delete files; refused while any event shows one of them."""

    def change(session: "Session", _: "Settings") -> list[dict[str, Any]]:
        found = [library.get_by_text(session, one) for one in wanted]
        return [_deleted(session, view, is_forced=force) for view in found]

    rows = cli_change(change)
    for row in rows:
        for loss in row["losses"]:
            _say(loss)
    emit(rows, as_json=json, columns=("id", "name", "is_deleted"))


@app.command("room")
def show_room(*, json: JsonFlag = False) -> None:
    """Show how much the library holds, and what its quota leaves."""
    with cli_session() as (session, settings):
        view = room.measured(session, quota_bytes=settings.file_limits.quota_bytes)
    emit({**asdict(view), "free_bytes": view.free_bytes}, as_json=json)


def _deleted(session: "Session", view: "MediaView", *, is_forced: bool) -> dict[str, Any]:
    now = utc_now()
    losses: Sequence[Loss] = ()
    if is_forced:
        losses = event_media.delete_with_force(session, view.id, actor=CLI, now=now)
    else:
        media_deletions.delete(session, view.id, actor=CLI, now=now)
    told = [str(one.sentence) for one in losses]
    return {**file_row(view), "is_deleted": True, "losses": told}


def _told(session: "Session", view: "MediaView") -> dict[str, Any]:
    same = library.list_same(session, view.id)
    return {**file_row(view), "same_content": [{"id": one.id, "name": one.name} for one in same]}


def _asked_folder(session: "Session", folder: str | None) -> int | None:
    if folder is None:
        return None
    return folder_service.find_id_by_text(session, folder) or views.TOP


def _today(session: "Session") -> "date":
    zone = load_zone(system_settings.get_setting(session, "default_timezone"))
    return to_local(utc_now(), zone).date()


def _expiry(text: str | None, view: "MediaView") -> "date | None":
    """Return the day that a person gave; what is not given stays."""
    if text is None:
        return view.expires_on
    return None if text == "never" else read_day(text, field="expires")


def _period(text: str | None, view: "MediaView") -> int | None:
    if text is None:
        return view.academic_period_id
    if text == "none":
        return None
    if not text.isdecimal() or int(text) > MAX_ID:
        raise InvalidInputError(
            "The period “{value}” is no number; see the list of periods, or write none.",
            field="period",
            value=shown(text),
        )
    return int(text)


def _say(sentence: object) -> None:
    if sentence is not None:
        typer.echo(str(sentence), err=True)
