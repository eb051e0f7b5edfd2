"""`infoscreen schemas`: the contract with players, for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from infoscreen_core.cli.context import JsonFlag, emit
from infoscreen_core.errors import InvalidInputError

app = typer.Typer(
    help="The JSON Schemas of all messages to and from players.", no_args_is_help=True
)


@app.callback()
def _group() -> None:
    """The JSON Schemas of all messages to and from players."""


@app.command("export")
def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Made when it is missing.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Write one file per message into DIR."""
    # Here, because making the models of all messages takes its time.
    from infoscreen_core.contracts.schema_export import export_schemas  # noqa: PLC0415

    try:
        files = export_schemas(directory)
    except OSError as error:
        raise InvalidInputError(
            "The schemas cannot be written to {directory}: {problem}.",
            field="directory",
            directory=directory,
            problem=error.strerror or type(error).__name__,
        ) from None
    rows = [{"name": path.name.removesuffix(".schema.json"), "path": str(path)} for path in files]
    emit(rows, as_json=json)
