"""Set a screen's plug up, change it and remove it. `plugs` asks for power cycles."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, Plug
from infoscreen_core.db.queries.commands import plugs as queries
from infoscreen_core.domain.commands.plug_address import PlugAddress, read_plug_address
from infoscreen_core.domain.commands.plugs import (
    DEFAULT_SECONDS_OFF,
    MAX_SECONDS_OFF,
    MIN_SECONDS_OFF,
    PlugKind,
)
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError, Refusals
from infoscreen_core.fetching.plugs.errors import PlugError
from infoscreen_core.fetching.plugs.guard import check_written
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.plugs.plug_access import PlugTools, checked_login, seal
from infoscreen_core.services.commands.plugs.plug_views import PlugView, plug_view
from infoscreen_core.services.screens.clients import get_client

MAX_RELAYS: Final = 16
_AUDITED: Final = ("kind", "host", "port", "relay", "seconds_off", "is_enabled")


@dataclass(frozen=True, kw_only=True)
class PlugDraft:
    """A plug as a form holds it; without a password, a stored login is kept."""

    kind: PlugKind
    address: str
    relay: int = 1
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    forgets_login: bool = False
    """Whether a stored login is removed."""
    seconds_off: int = DEFAULT_SECONDS_OFF
    is_enabled: bool = False


def set_plug(
    session: Session,
    client_uuid: str,
    draft: PlugDraft,
    *,
    version: int | None = None,
    tools: PlugTools,
    actor: Actor,
    now: datetime,
) -> PlugView:
    """Give a screen its plug, or make the one that it has what the draft says.

    With `version`, raises `ConflictError` when somebody changed it since; so it does while the
    plug is being switched. Raises `InvalidInputError` with the fields that are wrong.
    """
    actor.require(Role.ADMIN)
    client = get_client(session, client_uuid, is_locked=True)
    plug = queries.find_plug(session, client.uuid, is_locked=True)
    if plug is not None:
        refuse_busy(session, client)
    if version is not None and (plug is None or plug.version != version):
        raise ConflictError(
            "Somebody changed the plug of {name} meanwhile; load it again and repeat your change.",
            field="version",
            name=client.display_name,
        )
    before = _said(plug) if plug else None
    plug = _written(session, client, plug, draft, tools, now)
    action = "plug.updated" if before else "plug.created"
    audit.record(
        session, action, "plug", client.uuid, actor=actor, now=now, before=before, after=_said(plug)
    )
    return plug_view(plug, client)


def set_enabled(
    session: Session, client_uuid: str, *, is_enabled: bool, actor: Actor, now: datetime
) -> PlugView:
    """Allow a plug to be switched, or forbid it; what it is stays."""
    actor.require(Role.ADMIN)
    client = get_client(session, client_uuid, is_locked=True)
    plug = _get_plug(session, client)
    refuse_busy(session, client)
    if plug.is_enabled != is_enabled:
        before = _said(plug)
        plug.is_enabled, plug.updated_at, plug.version = is_enabled, now, plug.version + 1
        session.flush()
        after = _said(plug)
        audit.record(
            session,
            "plug.updated",
            "plug",
            client.uuid,
            actor=actor,
            now=now,
            before=before,
            after=after,
        )
    return plug_view(plug, client)


def remove_plug(session: Session, client_uuid: str, *, actor: Actor, now: datetime) -> PlugView:
    """Forget a screen's plug and return what it was; its past power cycles stay on record."""
    actor.require(Role.ADMIN)
    client = get_client(session, client_uuid, is_locked=True)
    plug = _get_plug(session, client)
    refuse_busy(session, client)
    removed = plug_view(plug, client)
    audit.record(
        session, "plug.removed", "plug", client.uuid, actor=actor, now=now, before=_said(plug)
    )
    session.delete(plug)
    session.flush()
    return removed


def find_plug(session: Session, client_uuid: str) -> PlugView | None:
    """Return a screen's plug; None when it has none."""
    client = get_client(session, client_uuid)
    plug = queries.find_plug(session, client.uuid)
    return plug_view(plug, client) if plug else None


def get_plug(session: Session, client_uuid: str) -> PlugView:
    """Return a screen's plug; raise `NotFoundError` when it has none."""
    client = get_client(session, client_uuid)
    return plug_view(_get_plug(session, client), client)


def list_plugs(session: Session) -> list[PlugView]:
    """Return all plugs, by the UUIDs of their screens."""
    return [plug_view(row.plug, row.client) for row in queries.list_plugs(session)]


def no_plug(client: Client) -> NotFoundError:
    """Return what is said of a screen without a plug."""
    return NotFoundError(
        "The screen {name} has no plug; set one up first.",
        field="client_uuid",
        name=client.display_name,
    )


def refuse_busy(session: Session, client: Client) -> None:
    """Raise `ConflictError` while the screen's plug is being switched."""
    if queries.list_open(session, client.uuid):
        raise ConflictError(
            "The plug of {name} is being switched off and on just now; wait until it is on again.",
            name=client.display_name,
        )


def _get_plug(session: Session, client: Client) -> Plug:
    plug = queries.find_plug(session, client.uuid)
    if plug is None:
        raise no_plug(client)
    return plug


def _written(
    session: Session,
    client: Client,
    plug: Plug | None,
    draft: PlugDraft,
    tools: PlugTools,
    now: datetime,
) -> Plug:
    address = _checked(session, client, plug, draft, tools)
    access = _access(plug, draft, tools)
    if plug is None:
        plug = Plug(client_uuid=client.uuid, created_at=now, version=0)
        session.add(plug)
    plug.kind, plug.relay = draft.kind, draft.relay
    plug.host, plug.port = address.host, address.port
    plug.access_encrypted = access
    plug.seconds_off, plug.is_enabled = draft.seconds_off, draft.is_enabled
    plug.checked_at = plug.check_result = plug.check_wanted_at = None  # of what it was before
    plug.updated_at, plug.version = now, plug.version + 1
    session.flush()
    return plug


def _checked(
    session: Session, client: Client, plug: Plug | None, draft: PlugDraft, tools: PlugTools
) -> PlugAddress:
    refusals, addresses = Refusals(), list[PlugAddress]()
    with refusals:
        addresses.append(_allowed_address(draft.address, tools))
        _refuse_taken(session, client, addresses[0], draft.relay)
    with refusals:
        _check_range("relay", draft.relay, 1, MAX_RELAYS)
    with refusals:
        _check_range("seconds_off", draft.seconds_off, MIN_SECONDS_OFF, MAX_SECONDS_OFF)
    with refusals:
        login = checked_login(draft.username, draft.password)
        if addresses and login is None and not draft.forgets_login:
            _refuse_other_hosts_login(plug, addresses[0])
    refusals.raise_any()
    return addresses[0]


def _allowed_address(text: str, tools: PlugTools) -> PlugAddress:
    address = read_plug_address(text)
    try:
        check_written(address, tools.policy.allowed)
    except PlugError as error:
        raise InvalidInputError(error.template, field="address", **error.params) from None
    return address


def _refuse_taken(session: Session, client: Client, address: PlugAddress, relay: int) -> None:
    holder = queries.find_holder(session, address.host, address.port, relay)
    if holder is not None and holder.uuid != client.uuid:
        raise InvalidInputError(
            "This relay is the plug of {name} already; a screen has one of its own.",
            field="address",
            name=holder.display_name,
        )


def _check_range(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InvalidInputError(
            "{name} must lie between {low} and {high}, and not be {value}.",
            field=name,
            name=name,
            low=low,
            high=high,
            value=value,
        )


def _refuse_other_hosts_login(plug: Plug | None, address: PlugAddress) -> None:
    """Let a stored password never go to another machine than the one it was entered for."""
    if plug is not None and plug.access_encrypted and not _is_at(plug, address):
        raise InvalidInputError(
            "The stored password belongs to the former address; enter it again, or remove it.",
            field="password",
        )


def _access(plug: Plug | None, draft: PlugDraft, tools: PlugTools) -> str | None:
    login = checked_login(draft.username, draft.password)
    if login is not None:
        return seal(login, tools.find_cipher())
    return plug.access_encrypted if plug and not draft.forgets_login else None


def _is_at(plug: Plug, address: PlugAddress) -> bool:
    return (plug.host, plug.port) == (address.host, address.port)


def _said(plug: Plug) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(plug, name) for name in _AUDITED}
    return said | {"has_login": plug.access_encrypted is not None}
