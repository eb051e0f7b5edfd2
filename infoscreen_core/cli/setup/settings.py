"""`infoscreen settings`: what holds for the whole installation."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries import settings
from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS, get_key
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import system_settings as service
from infoscreen_core.services.actor import CLI

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.settings import Settings

app = typer.Typer(help="Settings of the whole installation.", no_args_is_help=True)

_COLUMNS = ("key", "value", "default", "updated_at")
_Key = Annotated[str, typer.Argument(metavar="KEY", help="As `infoscreen settings list` names it.")]


@app.command("list")
def list_(*, json: JsonFlag = False) -> None:
    """List every setting with its value and its default."""
    with cli_session() as (session, _):
        rows = [_row(session, key) for key in SETTING_KEYS]
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("get")
def get(key: _Key, *, json: JsonFlag = False) -> None:
    """Show one setting."""
    with cli_session() as (session, _):
        row = _row(session, key)
    emit(row, as_json=json)


# A value may begin with a minus, which must not be taken for an option.
@app.command("set", context_settings={"ignore_unknown_options": True})
def set_(
    key: _Key,
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="As text, such as true, 15 or Europe/Vienna.")
    ],
    *,
    json: JsonFlag = False,
) -> None:
    """Change one setting; a value that it does not allow is refused."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        try:
            service.set_setting(session, key, value, actor=CLI, now=utc_now())
        except InvalidInputError as error:
            raise _naming_the_other(error, key) from None
        return _row(session, key)

    emit(cli_change(change), as_json=json)


def _naming_the_other(error: InvalidInputError, key: str) -> InvalidInputError:
    """Return the refusal, with the setting that the value does not fit together with."""
    if error.field in {None, key}:
        return error
    problem = Sentence.of(error)
    return InvalidInputError("{key}: {problem}", field=key, key=error.field, problem=problem)


def _row(session: "Session", key: str) -> dict[str, Any]:
    known, value, stored = (
        get_key(key),
        service.get_setting(session, key),
        settings.find_stored(session, key),
    )
    updated_at = stored.updated_at if stored else None
    return {"key": key, "value": value, "default": known.default, "updated_at": updated_at}
