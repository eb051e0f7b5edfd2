"""`infoscreen user`: people who sign in."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.people import second_factor, tokens
from infoscreen_core.cli.people.passwords import given_password, required_password
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.listing import UserFilter, UserOrder, UserSort, UserState
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.people import provided, user_list
from infoscreen_core.services.people import sessions as session_service
from infoscreen_core.services.people import users as service
from infoscreen_core.services.people.views import CreatedUser, NewUser, UserEdit, UserView

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from infoscreen_core.settings import Settings

app = typer.Typer(help="People who sign in to the console.", no_args_is_help=True)
app.add_typer(tokens.app, name="token")
app.add_typer(second_factor.app, name="second-factor")

_COLUMNS = (
    *("id", "username", "display_name", "role", "is_active", "must_change_password"),
    *("last_login_at", "locked_until"),
)
_SESSION_COLUMNS = ("handle", "began_at", "last_seen_at", "expires_at", "address", "user_agent")
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
_RoleOption = Annotated[Role, typer.Option(help="What the user may do.")]
_DisplayName = Annotated[
    str | None, typer.Option("--display-name", help="What people call them; empty takes it away.")
]
_Email = Annotated[
    str | None, typer.Option("--email", help="Their mail address; empty takes it away.")
]
_Password = Annotated[
    str | None,
    typer.Option(help="Better: write it to standard input, where no list of processes shows it."),
]


@app.command("create")
def create(
    name: _Name,
    *,
    role: _RoleOption = Role.USER,
    password: _Password = None,
    display_name: _DisplayName = None,
    email: _Email = None,
    json: JsonFlag = False,
) -> None:
    """Create a user; without a password, a random one is set and shown this once.

    The random one has to be changed at the first sign-in.
    """
    given = given_password(password, is_prompting=not json)
    new = NewUser(name, role, given, display_name, email)
    made = cli_change(
        lambda session, _: service.create_user(session, new, actor=CLI, now=utc_now())
    )
    emit(_with_password(made), as_json=json)


@app.command("list")
def list_(
    *,
    text: Annotated[str, typer.Option(help="Words in user name, name or mail address.")] = "",
    role: Annotated[Role | None, typer.Option(help="Only this role.")] = None,
    state: Annotated[UserState | None, typer.Option(help="Only accounts in this state.")] = None,
    sort: Annotated[UserOrder, typer.Option(help="What they are sorted by.")] = UserOrder.NAME,
    json: JsonFlag = False,
) -> None:
    """List users, by name unless `--sort` says otherwise."""
    wanted = UserFilter(text=text, role=role, state=state, as_of=utc_now())
    rows: list[dict[str, Any]] = []
    with cli_session() as (session, _):
        page = user_list.list_page(session, wanted, sort=UserSort(sort), actor=CLI)
        rows += map(asdict, page.items)
        while page.next:
            page = user_list.list_page(
                session, wanted, sort=UserSort(sort), after=page.next, actor=CLI
            )
            rows += map(asdict, page.items)
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("show")
def show(name: _Name, *, json: JsonFlag = False) -> None:
    """Show everything about a user."""
    with cli_session() as (session, _):
        row = asdict(user_list.get_view_by_name(session, name, actor=CLI))
    emit(row, as_json=json)


@app.command("edit")
def edit(
    name: _Name,
    *,
    username: Annotated[str | None, typer.Option(help="The name to sign in with.")] = None,
    display_name: _DisplayName = None,
    email: _Email = None,
    json: JsonFlag = False,
) -> None:
    """Give a user other names or another mail address; what is not given stays."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        user = user_list.get_view_by_name(session, name, actor=CLI)
        wanted = UserEdit(
            user.username if username is None else username,
            user.display_name if display_name is None else display_name,
            user.email if email is None else email,
        )
        return asdict(service.edit_user(session, user.id, wanted, actor=CLI, now=utc_now()))

    emit(cli_change(change), as_json=json)


@app.command("set-password")
def set_password(
    name: _Name,
    *,
    password: _Password = None,
    random: Annotated[
        bool, typer.Option("--random", help="Set a random one, shown this once.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Give a user a new password; their sessions and API tokens end at once.

    A random one has to be changed at the next sign-in.
    """
    chosen = None if random else required_password(password)

    def change(session: "Session", _: "Settings") -> CreatedUser:
        user = user_list.get_view_by_name(session, name, actor=CLI)
        return service.set_password(session, user.id, chosen, actor=CLI, now=utc_now())

    emit(_with_password(cli_change(change)), as_json=json)


@app.command("set-role")
def set_role(
    name: _Name, role: Annotated[Role, typer.Argument()], *, json: JsonFlag = False
) -> None:
    """Give a user another role."""
    emit(_changed(name, service.set_role, role), as_json=json)


@app.command("unlock")
def unlock(name: _Name, *, json: JsonFlag = False) -> None:
    """Forget wrong passwords, so that the user may try again to sign in at once."""
    emit(_changed(name, service.unlock_user), as_json=json)


@app.command("deactivate")
def deactivate(name: _Name, *, json: JsonFlag = False) -> None:
    """Lock a user out; their sessions end at once."""
    emit(_changed(name, service.deactivate_user), as_json=json)


@app.command("reactivate")
def reactivate(name: _Name, *, json: JsonFlag = False) -> None:
    """Let a deactivated user sign in again."""
    emit(_changed(name, service.reactivate_user), as_json=json)


@app.command("link")
def link(
    name: _Name,
    subject: Annotated[str, typer.Argument(help="What the provider calls the person (`sub`).")],
    *,
    json: JsonFlag = False,
) -> None:
    """Let a person of the identity provider into an account that exists."""

    def change(session: "Session", settings: "Settings") -> dict[str, Any]:
        user = user_list.get_view_by_name(session, name, actor=CLI)
        issuer = settings.oidc_issuer or ""
        provided.link(session, user.id, issuer, subject, actor=CLI, now=utc_now())
        return {"id": user.id, "username": user.username, "issuer": issuer, "subject": subject}

    emit(cli_change(change), as_json=json)


@app.command("delete")
def delete(
    name: _Name,
    *,
    confirm: Annotated[
        str | None, typer.Option(metavar="NAME", help="The user name once more, exactly.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Delete a user for good; what they made stays, and the audit keeps their name."""
    typed = confirm if confirm is not None else _asked_name(is_prompting=not json)

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        user = user_list.get_view_by_name(session, name, actor=CLI)
        service.delete_user(session, user.id, typed_name=typed, actor=CLI, now=utc_now())
        return {"id": user.id, "username": user.username, "is_deleted": True}

    emit(cli_change(change), as_json=json)


@app.command("sessions")
def sessions(name: _Name, *, json: JsonFlag = False) -> None:
    """List the browsers in which a user is signed in."""
    with cli_session() as (session, _):
        user = user_list.get_view_by_name(session, name, actor=CLI)
        found = session_service.list_sessions(session, user.id, actor=CLI, now=utc_now())
        rows = [asdict(one) for one in found]
    emit(rows, as_json=json, columns=_SESSION_COLUMNS)


@app.command("end-sessions")
def end_sessions(
    name: _Name,
    *,
    handle: Annotated[
        str | None, typer.Option(help="Only this one, as `infoscreen user sessions` names it.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Sign a user out: in all browsers, or in one."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        user, now = user_list.get_view_by_name(session, name, actor=CLI), utc_now()
        if handle is None:
            count = session_service.end_all_sessions(session, user.id, actor=CLI, now=now)
        else:
            session_service.end_session(session, user.id, handle, actor=CLI, now=now)
            count = 1
        return {"id": user.id, "username": user.username, "ended": count}

    emit(cli_change(change), as_json=json)


def _asked_name(*, is_prompting: bool) -> str:
    label = "Type the user name to delete the account for good"
    return str(typer.prompt(label, err=True)) if is_prompting else ""


def _with_password(made: CreatedUser) -> dict[str, Any]:
    row = asdict(made.view)
    return row if made.first_password is None else {**row, "password": made.first_password}


def _changed(name: str, service_call: "Callable[..., UserView]", *arguments: object) -> Any:  # noqa: ANN401 - a row
    """Let the service change the user of this name; return the row."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        user = user_list.get_view_by_name(session, name, actor=CLI)
        return asdict(service_call(session, user.id, *arguments, actor=CLI, now=utc_now()))

    return cli_change(change)
