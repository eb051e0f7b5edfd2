"""`infoscreen webhook`: other programs that are told what happens."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.webhooks.kinds import CHOOSABLE
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.encryption import load_cipher
from infoscreen_core.services.webhooks import webhooks as service

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from infoscreen_core.services.webhooks.views import DeliveryView, NewSecret, WebhookView
    from infoscreen_core.settings import Settings

app = typer.Typer(help="Other programs that are told what happens.", no_args_is_help=True)

_COLUMNS: Final = ("id", "name", "address_shown", "kinds", "is_active", "stop", "pending")
_MESSAGE: Final = (
    "id",
    "created_at",
    "kind",
    "state",
    "status",
    "tries",
    "duration_seconds",
    "problem",
    "answer",
)
_SHOWN: Final = 20
_STANDARD_INPUT: Final = "-"

_Id = Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The webhook's id.")]
_Kinds = Annotated[
    list[str] | None,
    typer.Option("--on", help=f"What is told, once for each: {', '.join(CHOOSABLE)}."),
]


@app.command("list")
def list_(*, json: JsonFlag = False) -> None:
    """List webhooks, and how many messages wait for each."""
    with cli_session() as (session, _):
        found = service.list_webhooks(session, actor=CLI)
    emit([_row(view) for view in found], as_json=json, columns=_COLUMNS)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    address: Annotated[
        str, typer.Argument(help="Its address (https); - reads it from standard input.")
    ],
    on: _Kinds = None,
    *,
    json: JsonFlag = False,
) -> None:
    """Add a webhook that is told everything, or what --on names; its secret is shown this once."""
    draft = service.WebhookDraft(name, _given(address), on or CHOOSABLE)
    made = cli_change(
        lambda session, settings: service.create_webhook(
            session, draft, cipher=load_cipher(settings), actor=CLI, now=utc_now()
        )
    )
    emit(_with_secret(made), as_json=json)


@app.command("edit")
def edit(
    webhook_id: _Id,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    address: Annotated[
        str | None, typer.Option(help="Another address; - reads it from standard input.")
    ] = None,
    on: _Kinds = None,
    *,
    json: JsonFlag = False,
) -> None:
    """Change a webhook; what is not named stays as it is, and so does the secret."""
    given = _given(address or "")

    def change(session: "Session", settings: "Settings") -> "WebhookView":
        known = service.get_webhook(session, webhook_id, actor=CLI)
        draft = service.WebhookDraft(
            known.name if name is None else name, given, known.kinds if on is None else on
        )
        cipher = load_cipher(settings)
        return service.edit_webhook(
            session, webhook_id, draft, cipher=cipher, actor=CLI, now=utc_now()
        )

    emit(_row(cli_change(change)), as_json=json)


@app.command("pause")
def pause(webhook_id: _Id, *, json: JsonFlag = False) -> None:
    """Tell nothing from now on; what waits is given up."""
    _change(service.pause_webhook, webhook_id, as_json=json)


@app.command("resume")
def resume(webhook_id: _Id, *, json: JsonFlag = False) -> None:
    """Tell what happens from now on."""
    _change(service.resume_webhook, webhook_id, as_json=json)


@app.command("rotate")
def rotate(webhook_id: _Id, *, json: JsonFlag = False) -> None:
    """Make a new secret, shown this once; for 24 hours the former one signs, too."""
    made = cli_change(
        lambda session, settings: service.rotate_secret(
            session, webhook_id, cipher=load_cipher(settings), actor=CLI, now=utc_now()
        )
    )
    emit(_with_secret(made), as_json=json)


@app.command("test")
def send_test(webhook_id: _Id, *, json: JsonFlag = False) -> None:
    """Write a message that only tries whether it arrives; `messages` says how that went."""
    message_id = cli_change(
        lambda session, _: service.send_test(session, webhook_id, actor=CLI, now=utc_now())
    )
    emit({"webhook_id": webhook_id, "message_id": message_id}, as_json=json)


@app.command("messages")
def messages(
    webhook_id: _Id,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = _SHOWN,
    *,
    json: JsonFlag = False,
) -> None:
    """List a webhook's newest messages with how their last tries went."""
    with cli_session() as (session, _):
        found = service.list_deliveries(session, webhook_id, limit=limit, actor=CLI)
    emit([_message(view) for view in found], as_json=json, columns=_MESSAGE)


@app.command("send-again")
def send_again(
    message: Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The message's number.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Try a message again that was taken or given up; it keeps its webhook-id."""
    view = cli_change(
        lambda session, _: service.send_again(session, message, actor=CLI, now=utc_now())
    )
    emit(_message(view), as_json=json)


@app.command("remove")
def remove(webhook_id: _Id, *, json: JsonFlag = False) -> None:
    """Delete a webhook with its messages."""
    name = cli_change(
        lambda session, _: service.delete_webhook(session, webhook_id, actor=CLI, now=utc_now())
    )
    emit({"id": webhook_id, "name": name, "is_deleted": True}, as_json=json)


def _change(deed: "Callable[..., WebhookView]", webhook_id: int, *, as_json: bool) -> None:
    view = cli_change(lambda session, _: deed(session, webhook_id, actor=CLI, now=utc_now()))
    emit(_row(view), as_json=as_json)


def _given(address: str) -> str:
    return sys.stdin.readline().strip() if address == _STANDARD_INPUT else address


def _row(view: "WebhookView") -> dict[str, Any]:
    return asdict(view)


def _with_secret(made: "NewSecret") -> dict[str, Any]:
    return {**_row(made.webhook), "secret": made.secret}


def _message(view: "DeliveryView") -> dict[str, Any]:
    return {**asdict(view), "problem": str(view.problem) if view.problem else None}
