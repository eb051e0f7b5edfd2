"""`infoscreen`: one program for operators; other packages add their commands by entry point."""

import atexit
import gc
import sys
from importlib.metadata import version
from io import TextIOWrapper
from itertools import groupby
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from infoscreen_core.cli.later import slow_ones_later
from infoscreen_core.cli.nouns import Noun, nouns
from infoscreen_core.domain.text.wording import printable
from infoscreen_core.errors import BusyError, InfoscreenError

with slow_ones_later():
    from infoscreen_core.cli import failures

EXIT_BAD_INPUT: Final = 2
EXIT_UNAVAILABLE: Final = 3
_USUALLY: Final = gc.get_threshold()
_RARELY: Final = (100_000, 50, 100)


class _Outline(TyperCommand):
    """Stands for a first word until it is used: it only knows what the help says of it."""

    def __init__(self, noun: Noun) -> None:
        super().__init__(noun.name)
        self.noun = noun

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the summary, whole where it fits."""
        self.help = self.noun.summary
        return super().get_short_help_str(limit)


class _FirstWords(TyperGroup):
    """The root of the command tree; its branches grow when they are used."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(**attributes)
        self.outlines = {name: _Outline(noun) for name, noun in nouns().items()}
        self.commands.update(self.outlines)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's own
        """Return the first word's real command, imported for that."""
        name, outline, rest = super().resolve_command(ctx, args)
        return name, _command(outline.noun) if isinstance(outline, _Outline) else outline, rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 - typer's own
        """Write the first words under their sections, all in one width."""
        width = max(map(len, self.outlines))
        room = formatter.width - width - 6
        members = self.outlines.values()
        for section, outlines in groupby(members, key=lambda outline: outline.noun.section):
            with formatter.section(section):
                formatter.write_dl(
                    [(one.noun.name.ljust(width), one.get_short_help_str(room)) for one in outlines]
                )


def build_app() -> typer.Typer:
    """Return the command tree."""
    app = _plain_typer(
        name="infoscreen",
        cls=_FirstWords,
        help="Operations server for digital signage.",
        no_args_is_help=True,
        add_completion=True,
    )
    app.callback()(_root)
    return app


def main() -> None:
    """Run the command line; errors that a person can act on become a sentence and an exit code."""
    _rarely_collect()
    _speak_utf8()
    words = _with_json_last(sys.argv[1:])
    _check_encoding(words)
    try:
        build_app()(words)
    except InfoscreenError as error:
        code = EXIT_UNAVAILABLE if isinstance(error, BusyError) else EXIT_BAD_INPUT
        _fail(failures.words_of(error), code)
    except Exception as error:
        sentence = failures.find_sentence(error)
        if sentence is None:
            raise
        _fail(sentence, EXIT_UNAVAILABLE)


def _command(noun: Noun) -> Any:  # noqa: ANN401 - typer gives its kind no public name
    """Import a first word's command, or group of commands, in the manner of the root."""
    loaded = noun.load()
    if noun.is_program:
        gc.set_threshold(*_USUALLY)
    holder = _plain_typer(add_completion=False)
    holder.callback()(_root)
    if isinstance(loaded, typer.Typer):
        holder.add_typer(loaded, name=noun.name)
    else:
        holder.command(noun.name)(loaded)
    return get_group(holder).commands[noun.name]


def _plain_typer(**options: Any) -> typer.Typer:  # noqa: ANN401 - typer's own
    return typer.Typer(
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # frames and line breaks would take a script's error message apart
        **options,
    )


def _root(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda is_wanted: _tell_version(is_wanted=is_wanted),
            is_eager=True,
            help="Print the version and end.",
        ),
    ] = False,
) -> None:
    """Operations server for digital signage."""


def _tell_version(*, is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"infoscreen {version('infoscreen')}")
        raise typer.Exit


def _rarely_collect() -> None:
    # Importing and mapping makes many objects and next to no garbage: looking for some, on the way
    # and once more at the end, was a fifth of a command on the database.
    gc.set_threshold(*_RARELY)
    atexit.register(gc.freeze)


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


def _fail(sentence: str, code: int) -> None:
    # What a sentence quotes came from outside, and might control the terminal.
    lines = map(printable, sentence.split("\n"))
    sys.stderr.write("\n".join(lines) + "\n")
    sys.exit(code)
