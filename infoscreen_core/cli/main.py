"""`infoscreen`: one program for operators; other packages add their commands by entry point."""

import sys
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from io import TextIOWrapper

import typer
from sqlalchemy.exc import DatabaseError, InterfaceError, ProgrammingError

from infoscreen_core.db.outages import Outage, outage_of
from infoscreen_core.errors import BusyError, InfoscreenError, NotFoundError
from infoscreen_core.services.monitoring.storage import explain, measured
from infoscreen_core.settings import load_settings

EXIT_BAD_INPUT = 2
EXIT_UNAVAILABLE = 3
_GROUP = "infoscreen.commands"
_CORE_GROUPS = {
    "user": "people.users",
    "group": "screens.groups",
    "holiday": "school.holidays",
    "period": "school.periods",
    "client": "screens.clients",
    "event": "events.events",
    "feed": "exchange.feeds",
    "occurrences": "events.occurrences",
    "command": "commands.commands",
    "power": "screens.power",
    "schemas": "setup.schemas",
    "settings": "setup.settings",
    "subscription": "exchange.subscriptions",
}
_CORE_COMMANDS = {
    "migrate": "setup.database",
    "rrule": "events.rrule",
    "status": "status",
    "why": "playing.why",
}


def build_app(first_word: str | None = None) -> typer.Typer:
    """Assemble the command tree, or only what `first_word` needs, so that it starts quickly."""
    app = typer.Typer(
        name="infoscreen",
        help="Operations server for digital signage.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # frames and line breaks would take a script's error message apart
        add_completion=False,
    )
    app.callback()(_root)
    known = {*_CORE_GROUPS, *_CORE_COMMANDS, *(entry.name for entry in _entries())}
    wanted = {first_word} if first_word in known else known
    for name in sorted(wanted):
        _add(app, name)
    return app


def main() -> None:
    """Run the command line; errors that a person can act on become a sentence and an exit code."""
    _speak_utf8()
    words = _with_json_last(sys.argv[1:])
    _check_encoding(words)
    try:
        build_app(words[0] if words else None)(words)
    except BusyError as error:
        _fail(str(error), EXIT_UNAVAILABLE)
    except InfoscreenError as error:
        _fail(str(error), EXIT_BAD_INPUT)
    except ProgrammingError as error:
        _fail(
            f"The database has no current tables; run `infoscreen migrate` first. ({error.orig})",
            EXIT_UNAVAILABLE,
        )
    except (DatabaseError, InterfaceError) as error:
        _fail(_sentence_of(error), EXIT_UNAVAILABLE)
    except OSError as error:
        if outage_of(error) is None:
            raise
        _fail(_sentence_of_system(error), EXIT_UNAVAILABLE)


def _sentence_of(error: DatabaseError | InterfaceError) -> str:
    kind = outage_of(error)
    if kind in {None, Outage.AWAY, Outage.DAMAGED}:  # its own words say more
        hint = "; run `infoscreen migrate` first" if "no such table" in str(error.orig) else ""
        return f"The database cannot be used{hint}: {error.orig}"
    return f"{explain(kind, measured(load_settings().storage_directories))} ({error.orig})"


def _sentence_of_system(error: OSError) -> str:
    if outage_of(error) is Outage.DISK_FULL:
        return f"There is no room to write to: {error.strerror}."
    return f"{error.filename or 'A file'} cannot be used: {error.strerror}."


def _speak_utf8() -> None:
    # JSON is UTF-8, and names have umlauts, whatever an old locale says.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _check_encoding(words: list[str]) -> None:
    # Python keeps bytes that are no UTF-8 as lone surrogates, which no database takes.
    for word in words:
        if any("\ud800" <= character <= "\udfff" for character in word):
            _fail(f"The argument {word!a} is not UTF-8 text.", EXIT_BAD_INPUT)


def _with_json_last(words: list[str]) -> list[str]:
    """Let `--json` also come before the command, as in `infoscreen --json client list`."""
    before = next((i for i, word in enumerate(words[:2]) if word == "--json"), None)
    if before is None or len(words) <= before + 1:
        return words
    rest = [*words[:before], *words[before + 1 :]]
    end = rest.index("--") if "--" in rest else len(rest)
    return [*rest[:end], "--json", *rest[end:]]


def _root() -> None:
    """Operations server for digital signage."""


def _entries() -> list[EntryPoint]:
    return list(entry_points(group=_GROUP))


def _add(app: typer.Typer, name: str) -> None:
    if name in _CORE_GROUPS:
        module = import_module(f"infoscreen_core.cli.{_CORE_GROUPS[name]}")
        app.add_typer(module.app, name=name)
    elif name in _CORE_COMMANDS:
        module = import_module(f"infoscreen_core.cli.{_CORE_COMMANDS[name]}")
        app.command(name)(module.command)
    else:
        app.command(name)(_entry(name).load())


def _entry(name: str) -> EntryPoint:
    for entry in _entries():
        if entry.name == name:
            return entry
    raise NotFoundError("There is no command {name}.", name=name)


def _fail(sentence: str, code: int) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(code)
