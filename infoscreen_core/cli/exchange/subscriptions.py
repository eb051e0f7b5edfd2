"""`infoscreen subscription`: calendars of other programs that are read again every so often."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.exchange.subscriptions import DEFAULT_MINUTES
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.exchange import calendar_subscriptions as service
from infoscreen_core.services.exchange import subscription_reading as reading
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.exchange.subscription_reading import Claimed
    from infoscreen_core.services.exchange.subscription_views import SubscriptionView
    from infoscreen_core.settings import Settings

app = typer.Typer(
    help="Calendars of other programs that are read again every so often.", no_args_is_help=True
)

_COLUMNS: Final = (
    "id",
    "group_name",
    "name",
    "address_shown",
    "is_active",
    "event_count",
    "last_success_at",
    "failures",
    "last_words",
)
_STANDARD_INPUT: Final = "-"

GroupOption = Annotated[str, typer.Option(help="The group that gets the events, by name or id.")]
IdArgument = Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The subscription's id.")]
NameOption = Annotated[str | None, typer.Option(help="What people call it; default: the host.")]
EveryOption = Annotated[int | None, typer.Option(help="Minutes between two readings.")]
UserOption = Annotated[
    str | None, typer.Option("--user", help="For calendars that ask for one (HTTP Basic).")
]
PasswordOption = Annotated[
    str | None,
    typer.Option(help="Its password; without this option it is asked for, or read from a pipe."),
]
KindOption = Annotated[
    EventType | None,
    typer.Option("--type", help="What new events become; default: what suits each."),
]
PrivateOption = Annotated[
    bool | None,
    typer.Option("--private/--no-private", help="Also take events that are marked as private."),
]


@app.command("add")
def add(  # noqa: PLR0913 - one parameter for each option
    address: Annotated[
        str, typer.Argument(help="Its address (https or webcal); - reads it from standard input.")
    ],
    group: GroupOption,
    name: NameOption = None,
    every: EveryOption = None,
    kind: KindOption = None,
    user: UserOption = None,
    password: PasswordOption = None,
    *,
    private: PrivateOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what the first reading would bring.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Subscribe a group to a calendar, and read it for the first time."""
    draft = service.SubscriptionDraft(
        name=name or "",
        address=_given(address),
        username=user or "",
        password=_password(user, password),
        interval_minutes=DEFAULT_MINUTES if every is None else every,
        event_type=kind,
        takes_private=bool(private),
    )
    with cli_session() as (session, settings):
        found, reader = groups.get_group_by_text(session, group).id, reading.Reader.of(settings)
    fetched = reading.fetch_draft(draft, reader, now=utc_now())
    if dry_run:
        tried = cli_change(
            lambda session, _: reading.rehearse(
                session, found, draft, fetched, reader, actor=CLI, now=utc_now()
            )
        )
        counts = {outcome.value: count for outcome, count in tried.counts.items()}
        emit({"is_dry_run": True, **counts}, as_json=json)
        return
    view = cli_change(
        lambda session, _: reading.begin(
            session, found, draft, fetched, reader, actor=CLI, now=utc_now()
        )
    )
    emit(_row(view), as_json=json)


@app.command("list")
def list_(
    group: Annotated[str | None, typer.Option(help="Only those of this group.")] = None,
    *,
    json: JsonFlag = False,
) -> None:
    """List subscribed calendars and how their last readings went."""
    with cli_session() as (session, _):
        group_id = groups.get_group_by_text(session, group).id if group else None
        found = service.list_subscriptions(session, group_id=group_id, actor=CLI, now=utc_now())
    emit([_row(view) for view in found], as_json=json, columns=_COLUMNS)


@app.command("show")
def show(subscription_id: IdArgument, *, json: JsonFlag = False) -> None:
    """Show a subscribed calendar, with the events of it that cannot be shown."""
    with cli_session() as (session, _):
        view = service.get_subscription(session, subscription_id, actor=CLI, now=utc_now())
    emit(_row(view), as_json=json)


@app.command("read")
def read(
    subscription_id: IdArgument,
    *,
    accept_removal: Annotated[
        bool,
        typer.Option("--accept-removal", help="Also when most of its events are gone."),
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Read a subscribed calendar now."""
    owner = reading.new_owner("cli")

    def claim(session: "Session", settings: "Settings") -> "tuple[reading.Reader, Claimed]":
        reader = reading.Reader.of(settings)
        now = utc_now()
        return reader, reading.claim_now(session, subscription_id, owner, actor=CLI, now=now)

    reader, claimed = cli_change(claim)
    outcome = reading.fetch_claimed(claimed, reader, now=utc_now())

    def store(session: "Session", _: "Settings") -> "SubscriptionView | None":
        view = reading.store(
            session,
            claimed,
            outcome,
            actor=CLI,
            now=utc_now(),
            accepts_removal=accept_removal,
        )
        reading.renew_seal(session, claimed, reader.cipher)
        return view

    view = cli_change(store)
    emit(_row(view) if view else {"id": subscription_id, "is_lost": True}, as_json=json)


@app.command("edit")
def edit(  # noqa: PLR0913 - one parameter for each option
    subscription_id: IdArgument,
    name: NameOption = None,
    every: EveryOption = None,
    kind: KindOption = None,
    address: Annotated[
        str | None, typer.Option(help="Another address; - reads it from standard input.")
    ] = None,
    user: UserOption = None,
    password: PasswordOption = None,
    *,
    private: PrivateOption = None,
    json: JsonFlag = False,
) -> None:
    """Change a subscribed calendar; what is not named stays as it is."""
    given, secret = _given(address or ""), _password(user, password)

    def change(session: "Session", settings: "Settings") -> "SubscriptionView":
        known = service.get_subscription(session, subscription_id, actor=CLI, now=utc_now())
        return service.update_subscription(
            session,
            subscription_id,
            service.SubscriptionDraft(
                name=known.name if name is None else name,
                address=given,
                username=user or "",
                password=secret,
                interval_minutes=known.interval_minutes if every is None else every,
                event_type=kind or known.event_type,
                takes_private=known.takes_private if private is None else private,
            ),
            version=known.version,
            cipher=reading.Reader.of(settings).cipher,
            actor=CLI,
            now=utc_now(),
        )

    view = cli_change(change)
    emit(_row(view), as_json=json)


@app.command("pause")
def pause(subscription_id: IdArgument, *, json: JsonFlag = False) -> None:
    """Stop reading a calendar; its events stay as they are."""
    _set_active(subscription_id, is_active=False, as_json=json)


@app.command("resume")
def resume(subscription_id: IdArgument, *, json: JsonFlag = False) -> None:
    """Read a calendar again, from now on."""
    _set_active(subscription_id, is_active=True, as_json=json)


@app.command("remove")
def remove(
    subscription_id: IdArgument,
    *,
    with_events: Annotated[
        bool,
        typer.Option("--with-events/--keep-events", help="Delete its events, or keep them."),
    ],
    json: JsonFlag = False,
) -> None:
    """End a subscription; its events go with it, or stay as ordinary ones."""
    view = cli_change(
        lambda session, _: service.remove_subscription(
            session, subscription_id, with_events=with_events, actor=CLI, now=utc_now()
        )
    )
    emit({"id": view.id, "name": view.name, "is_removed": True}, as_json=json)


def _set_active(subscription_id: int, *, is_active: bool, as_json: bool) -> None:
    view = cli_change(
        lambda session, _: service.set_active(
            session, subscription_id, is_active=is_active, actor=CLI, now=utc_now()
        )
    )
    emit(_row(view), as_json=as_json)


def _given(text: str) -> str:
    # An argument is visible to others on this machine, and an address may be a secret.
    return sys.stdin.readline().strip() if text == _STANDARD_INPUT else text


def _password(user: str | None, given: str | None) -> str:
    if given is not None or user is None:
        return given or ""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _row(view: "SubscriptionView") -> dict[str, Any]:
    result = view.last_result
    told = result and {
        "is_known": result.is_known,
        "counts": {outcome.value: count for outcome, count in result.counts.items()},
        "problem": str(result.problem) if result.problem else None,
        "held_back": result.held_back,
        "refused": [{"title": one.title, "reason": str(one.reason)} for one in result.refused],
    }
    return {**asdict(view), "last_result": told, "last_words": _words(view)}


def _words(view: "SubscriptionView") -> str:
    result = view.last_result
    if result is None:
        return ""
    if result.problem:
        return str(result.problem)
    counts = [f"{count} {outcome}" for outcome, count in result.counts.items() if count]
    told = "as before" if result.is_known else ", ".join(counts)
    held = f"{result.held_back} removals wait for a second reading" if result.held_back else ""
    return "; ".join(part for part in (told, held) if part)
