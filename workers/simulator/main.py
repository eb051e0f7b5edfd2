"""`infoscreen simulate`: players that speak the real contract, for demos, tests and load."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from infoscreen_core.clock import utc_now
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.log import configure_logging
from infoscreen_core.settings import Settings, load_settings
from workers.simulator.control import WORDS, leave_note, parse_note
from workers.simulator.fleet import FleetPlan, lock_fleet, run_fleet
from workers.simulator.link import BrokerAddress
from workers.simulator.processes import PLAYERS_PER_PROCESS, run_processes
from workers.simulator.reports import Habits

_LONGEST_PREFIX = 40
"""A host name, which begins with it, stays under 63 characters."""
_TELL_HELP = (
    f"Leave a note for a running fleet and end: WORD NUMBER [TEXT], a word of {WORDS}. Repeatable."
)


def command(  # noqa: PLR0913 - one parameter per option
    *,
    clients: Annotated[int, typer.Option(min=1, max=20_000, help="How many players.")] = 1,
    host: Annotated[str | None, typer.Option(help="Broker; default MQTT_BROKER_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Default MQTT_BROKER_PORT.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Broker account; default MQTT_USER.")] = None,
    password: Annotated[str | None, typer.Option(help="Default MQTT_PASSWORD.")] = None,
    prefix: Annotated[
        str, typer.Option(help="Name of the fleet; the same name gives the same players.")
    ] = "demo",
    first: Annotated[int, typer.Option(min=1, help="Number of the first player.")] = 1,
    reboot_seconds: Annotated[float, typer.Option(min=0, help="How long a reboot takes.")] = 12.0,
    wake_after: Annotated[
        float | None,
        typer.Option(min=0, help="Seconds after which a player that was shut down comes back."),
    ] = None,
    picture_seconds: Annotated[
        float, typer.Option(min=1, help="Pause between periodic pictures.")
    ] = 60.0,
    errors_per_day: Annotated[
        float, typer.Option(min=0, help="ERROR log lines of each player.")
    ] = 0.0,
    crash: Annotated[
        list[int] | None, typer.Option(help="Start with this player's process crashed.")
    ] = None,
    service_failed: Annotated[
        list[int] | None, typer.Option(help="Start with this player's unit failed.")
    ] = None,
    tell: Annotated[list[str] | None, typer.Option(help=_TELL_HELP)] = None,
) -> None:
    """Simulate a fleet of players until told to stop."""
    settings = load_settings()
    directory = settings.data_dir / "simulator" / _checked_prefix(prefix)
    if tell:
        _tell(directory, tell)
        return
    configure_logging(settings, program="simulator")
    wishes = [
        *(f"crash {n}" for n in crash or ()),
        *(f"service-failed {n}" for n in service_failed or ()),
    ]
    habits = Habits(
        reboot_seconds=reboot_seconds,
        wake_after_seconds=wake_after,
        picture_seconds=picture_seconds,
        errors_per_day=errors_per_day,
    )
    notes = tuple(parse_note(text) for text in wishes)
    plan = FleetPlan(prefix, clients, first, directory, habits, notes)
    if clients > PLAYERS_PER_PROCESS:
        run_processes(plan, sys.argv[1:])
        return
    with lock_fleet(plan):
        asyncio.run(run_fleet(plan, _address(settings, host, port, user, password)))


def _address(
    settings: Settings, host: str | None, port: int | None, user: str | None, password: str | None
) -> BrokerAddress:
    login = settings.mqtt_login if user is None else (user, password or _kept_password(settings))
    return BrokerAddress(
        host or settings.mqtt_broker_host, port or settings.mqtt_broker_port, login, settings
    )


def _kept_password(settings: Settings) -> str:
    return settings.mqtt_password.get_secret_value() if settings.mqtt_password else ""


def _checked_prefix(prefix: str) -> Path:
    is_word = prefix.replace("-", "").replace("_", "").isalnum() and prefix.isascii()
    if not is_word or len(prefix) > _LONGEST_PREFIX:
        raise InvalidInputError(
            "The prefix {prefix!r} has to be up to 40 letters, digits, hyphens or underscores.",
            field="prefix",
            prefix=prefix,
        )
    return Path(prefix)


def _tell(directory: Path, texts: list[str]) -> None:
    for note in [parse_note(text) for text in texts]:
        leave_note(directory / "notes", note, now=utc_now())
        sys.stdout.write(f"Told: {note}\n")
