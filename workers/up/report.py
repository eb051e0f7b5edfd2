"""What `infoscreen up` says to the person who started it."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workers.supervision import ChildEnded, ChildEvent, ChildNotStarted
from workers.up.broker import BrokerKind
from workers.up.plan import StartPlan
from workers.up.state import state_path

if TYPE_CHECKING:
    from workers.up.prepare import Prepared

EMBEDDED_WARNING = (
    "Warning: this is the embedded broker. "
    "It forgets sessions and retained messages when it ends;\n"
    "for more than trying things out, install mosquitto or set MQTT_BROKER_HOST."
)


def say(text: str) -> None:
    """Print at once, for whoever reads along through a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_if_moved(what: str, wish: int, port: int) -> None:
    """Say that a port was taken."""
    if port != wish:
        say(f"Port {wish} is taken: the {what} uses {port}.")


def describe_beginning(plan: StartPlan) -> Iterator[str]:
    """Say what is about to start."""
    yield f"Data directory: {plan.data_dir}"
    yield f"Broker: {plan.broker.describe()}"
    if plan.broker.kind is BrokerKind.EMBEDDED:
        yield EMBEDDED_WARNING
    yield "Starting broker and console, preparing the database …"


def describe_prepared(prepared: "Prepared") -> Iterator[str]:
    """Say what was done to the database."""
    schema = prepared.schema
    if schema.before != schema.after:
        yield f"Database schema: {schema.before or 'empty'} -> {schema.after}"
    seeded = prepared.seeded
    if seeded and (seeded.groups or seeded.events or seeded.players):
        free = f", {seeded.holidays} holidays" if seeded.holidays else ""
        files = f", {seeded.files} files" if seeded.files else ""
        yield (
            f"Demo: {seeded.groups} groups, {seeded.events} events{free}{files}, "
            f"{seeded.players} players added"
        )
    if warning := prepared.bootstrapped.period_warning("enter one in the console"):
        yield warning
    yield "Starting the workers …"


def describe_ready(plan: StartPlan, prepared: "Prepared", *, seconds: float) -> Iterator[str]:
    """Say where everything is; the first password stands here and nowhere else."""
    who = prepared.bootstrapped
    password = f", password {who.created_password} (shown only now)" if who.created_password else ""
    account = f", account {plan.broker.login[0]}" if plan.broker.login else ""
    yield ""
    yield f"infoscreen is running (ready after {seconds:.1f} s)."
    yield f"  Console    {plan.console_url}"
    yield f"  Sign in    {who.admin_username}{password}"
    yield f"  Broker     {plan.broker.host}:{plan.broker.port}{account}"
    yield f"  Database   {plan.settings.database_address}"
    if plan.demo:
        yield f"  Players    {plan.demo} simulated"
    yield f"  Scripts    {state_path(plan.data_dir)}"
    yield f"  Logs       {plan.data_dir / 'log'}"
    yield "Ctrl-C ends everything."
    yield ""


def describe_child(event: ChildEvent) -> str | None:
    """Return what happened to a child in a sentence; None for an ordinary start."""
    if isinstance(event, ChildNotStarted):
        return (
            f"{event.name} cannot be started ({event.problem}); "
            f"the next try is in {event.restart_seconds:g} s."
        )
    if isinstance(event, ChildEnded):
        how = (
            f"signal {-event.exit_code}" if event.exit_code < 0 else f"exit code {event.exit_code}"
        )
        return f"{event.name} ended ({how}); it starts again in {event.restart_seconds:g} s."
    return f"{event.name} runs again (process {event.pid})." if event.is_restart else None
