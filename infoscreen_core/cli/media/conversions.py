"""`infoscreen media retry` and `media mp4`: what is made of files, when somebody asks for it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import Target
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.media import conversions as service
from infoscreen_core.services.media import library

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.settings import Settings

_File = Annotated[
    str, typer.Argument(metavar="FILE", help="Its path, as in Aula/film.mp4, or its id.")
]
_COLUMNS = ("id", "name", "targets")


def retry(file: _File, *, json: JsonFlag = False) -> None:
    """Have tried again what could not be made of a file."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        view = library.get_by_text(session, file)
        targets = service.ask_again(session, view.id, actor=CLI, now=utc_now())
        return {"id": view.id, "name": view.name, "targets": [one.value for one in targets]}

    emit(cli_change(change), as_json=json, columns=_COLUMNS)


def mp4(file: _File, *, json: JsonFlag = False) -> None:
    """Have a video made as every screen can play it; screens get that once it is ready."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        view = library.get_by_text(session, file)
        service.request_mp4(session, view.id, actor=CLI, now=utc_now())
        return {"id": view.id, "name": view.name, "targets": [Target.MP4.value]}

    emit(cli_change(change), as_json=json, columns=_COLUMNS)
