"""The first words behind `infoscreen`: which there are, and what each is about.

A word's module is imported when that word is used. Help and completion of the first word read what
they say of it in its source, so that neither runs the programs that other packages add.
"""

import ast
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from infoscreen_core.cli.later import slow_ones_later

_ENTRY_POINTS: Final = "infoscreen.commands"
_PROGRAMS: Final = "Programs"
_SECTIONS: Final = {
    "Planning": {
        "emergency": "playing.emergencies:app",
        "event": "events.events:app",
        "feed": "exchange.feeds:app",
        "holiday": "school.holidays:app",
        "media": "media.media:app",
        "period": "school.periods:app",
        "rrule": "events.rrule:command",
        "subscription": "exchange.subscriptions:app",
        "why": "playing.why:command",
    },
    "Screens": {
        "client": "screens.clients:app",
        "command": "commands.commands:app",
        "group": "screens.groups:app",
        "logs": "monitoring.logs:app",
        "maintenance": "commands.maintenance:app",
        "monitoring": "monitoring.monitoring:app",
        "plug": "commands.plugs:app",
        "power": "screens.power:app",
        "rollout": "commands.rollouts:app",
        "recovery": "commands.recovery:app",
        "web-player": "screens.web_players:app",
    },
    "Installation": {
        "audit": "people.audit:app",
        "migrate": "setup.database:command",
        "occurrences": "events.occurrences:app",
        "schemas": "setup.schemas:app",
        "settings": "setup.settings:app",
        "status": "status:command",
        "user": "people.users:app",
        "webhook": "webhooks.webhooks:app",
    },
}


@dataclass(frozen=True)
class Noun:
    """A first word: a group of commands, or a single one."""

    name: str
    section: str
    module: str
    attribute: str
    """Of the module: a `typer.Typer`, or the function that is the command."""

    @property
    def is_program(self) -> bool:
        """Whether another package adds it: mostly a process that goes on for days."""
        return self.section == _PROGRAMS

    def load(self) -> Any:  # noqa: ANN401 - a Typer, or a function of any signature
        """Import the module, without what is slow and may not be needed; return the attribute.

        A program needs all of it, and has threads: of two that use such a module first at the same
        time, one finds it half run.
        """
        with nullcontext() if self.is_program else slow_ones_later():
            return getattr(import_module(self.module), self.attribute)

    @property
    def summary(self) -> str:
        """One sentence, from the source; empty where there is none to read."""
        spec = find_spec(self.module)
        if spec is None or spec.origin is None or not spec.has_location:
            return ""
        source = Path(spec.origin).read_text(encoding="utf-8")
        sentences = (_sentence(node, self.attribute) for node in ast.parse(source).body)
        return next(filter(None, sentences), "")


def nouns() -> dict[str, Noun]:
    """Return all first words in the order of the help; other packages' come last."""
    own = [
        Noun(name, section, *f"infoscreen_core.cli.{where}".split(":"))
        for section, members in _SECTIONS.items()
        for name, where in members.items()
    ]
    added = sorted(entry_points(group=_ENTRY_POINTS), key=lambda entry: entry.name)
    return {
        noun.name: noun
        for noun in [
            *own,
            *(Noun(entry.name, _PROGRAMS, entry.module, entry.attr) for entry in added),
        ]
    }


def _sentence(node: ast.stmt, name: str) -> str | None:
    """Return what a function's docstring, or a Typer's `help`, says first."""
    match node:
        case ast.FunctionDef(name=found) if found == name:
            text = ast.get_docstring(node) or ""
        case ast.Assign(targets=[ast.Name(id=found)], value=ast.Call(keywords=keywords)) if (
            found == name
        ):
            helps = [word.value for word in keywords if word.arg == "help"]
            text = next((str(one.value) for one in helps if isinstance(one, ast.Constant)), "")
        case _:
            return None
    return text.split("\n\n")[0].replace("\n", " ")
