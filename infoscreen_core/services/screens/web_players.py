"""Browsers as screens: each has an address of its own, which whoever has it can open."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, WebPlayer
from infoscreen_core.db.queries import web_players as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import RecoveryClass
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people.tokens import new_token, token_hash
from infoscreen_core.services.screens.clients import DESCRIPTION_LIMIT, get_client, parse_uuid
from infoscreen_core.services.screens.group_contents import end_links, lock_groups_of
from infoscreen_core.services.screens.groups import get_group
from infoscreen_core.services.screens.views import OpenWebPlayer, WebPlayerView

KIND = "web player"
"""What these players say they are."""


@dataclass(frozen=True)
class NewAddress:
    """An address just made; `token` belongs in it and is known nowhere else."""

    player: WebPlayerView
    token: str


def add_web_player(
    session: Session, name: str, *, group_id: int | None, actor: Actor, now: datetime
) -> NewAddress:
    """Make a screen for a browser, approved and in its group if any, with an address to open.

    Raises `InvalidInputError` without a name, `NotFoundError` for an unknown group.
    """
    actor.require(Role.ADMIN)
    text = clean_line(name, field="name", limit=DESCRIPTION_LIMIT)
    if not text:
        raise InvalidInputError("Say what the screen is called, such as its room.", field="name")
    group = None if group_id is None else get_group(session, group_id, is_locked=True)
    client = Client(
        uuid=str(uuid4()),
        description=text,
        type=KIND,
        group=group,
        registration_time=now,
        approved_at=now,
        approved_by=actor.user_id,
        recovery_class=RecoveryClass.MANUAL_ONLY,
    )
    session.add(client)
    session.flush()
    token = new_token()
    player = WebPlayer(
        client_uuid=client.uuid,
        token_hash=token_hash(token),
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(player)
    return _changed(session, "web_player.added", player, token, actor, now)


def renew_address(session: Session, uuid: str, *, actor: Actor, now: datetime) -> NewAddress:
    """Give a browser another address; the one before ends at once."""
    actor.require(Role.ADMIN)
    player = _get(session, uuid)
    _end(session, player)
    token = new_token()
    player.token_hash, player.revoked_at = token_hash(token), None
    player.created_at, player.created_by = now, actor.user_id
    return _changed(session, "web_player.renewed", player, token, actor, now)


def revoke_address(session: Session, uuid: str, *, actor: Actor, now: datetime) -> WebPlayerView:
    """End a browser's address at once; its screen stays, with its past, until it is removed.

    Raises `ConflictError` when it was revoked before.
    """
    actor.require(Role.ADMIN)
    player = _get(session, uuid)
    if player.token_hash is None:
        raise ConflictError(
            "The address of this screen was revoked already; make a new one if it is to go on.",
            field="uuid",
        )
    _end(session, player)
    player.token_hash, player.revoked_at = None, now
    return _changed(session, "web_player.revoked", player, "", actor, now).player


def list_web_players(session: Session, *, actor: Actor) -> list[WebPlayerView]:
    """Return all browsers that are screens, by name."""
    actor.require(Role.ADMIN)
    return [_view(row) for row in queries.list_rows(session)]


def find_web_player(session: Session, token: str) -> OpenWebPlayer | None:
    """Return whose address a token opens; None: nobody's, or no longer. It only reads."""
    # By the hash's index: how long that takes tells nothing of a random token of 256 bits.
    found = queries.list_open(session, token_hash=token_hash(token))
    return OpenWebPlayer(*found[0]) if found else None


def list_open(session: Session) -> list[OpenWebPlayer]:
    """Return all browsers whose addresses hold."""
    return [OpenWebPlayer(*row) for row in queries.list_open(session)]


def player_address(root: str, token: str) -> str:
    """Return the whole address; `root` is the console's, without a trailing slash."""
    return f"{root}/player/{token}"


def _get(session: Session, uuid: str) -> WebPlayer:
    lock_groups_of(session, [parse_uuid(uuid)])
    client = get_client(session, uuid, is_locked=True)  # a client is locked before what is its
    player = queries.find_player(session, client.uuid, is_locked=True)
    if player is None:
        raise NotFoundError(
            "{name} is no browser: only screens that were added as one have an address.",
            field="uuid",
            name=client.display_name,
        )
    return player


def _end(session: Session, player: WebPlayer) -> None:
    """Whoever has the address has links to media as well: the group gets new ones."""
    end_links(session, [session.get_one(Client, player.client_uuid).group_id])


def _changed(
    session: Session, action: str, player: WebPlayer, token: str, actor: Actor, now: datetime
) -> NewAddress:
    session.flush()
    after = audit.audited_columns(player)
    audit.record(session, action, "client", player.client_uuid, actor=actor, now=now, after=after)
    changes.bump(session)  # so that streams that are open look again
    [row] = [row for row in queries.list_rows(session) if row.player is player]
    return NewAddress(_view(row), token)


def _view(row: queries.WebPlayerRow) -> WebPlayerView:
    return WebPlayerView(
        uuid=row.player.client_uuid,
        name=row.name,
        group_id=row.group_id,
        group_name=row.group_name,
        created_at=row.player.created_at,
        created_by_name=row.created_by_name,
        revoked_at=row.player.revoked_at,
        last_alive=row.last_alive,
    )
