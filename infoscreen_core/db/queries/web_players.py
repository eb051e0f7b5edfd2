"""Reads of browsers that are screens, and of what they said; nothing here commits."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientGroup, User, WebPlayer, WebPlayerMessage
from infoscreen_core.db.queries.clients import SCREEN_NAME


class WebPlayerRow(NamedTuple):
    """A browser with the names of its group and of who made its address."""

    player: WebPlayer
    name: str
    group_id: int | None
    group_name: str | None
    last_alive: datetime | None
    created_by_name: str | None


class OpenRow(NamedTuple):
    """A browser that may show something."""

    client_uuid: str
    token_hash: str
    name: str
    group_id: int | None


class WaitingRow(NamedTuple):
    """What a browser said."""

    id: int
    topic: str
    payload: bytes
    received_at: datetime


def find_player(session: Session, uuid: str, *, is_locked: bool = False) -> WebPlayer | None:
    """Return the browser or None; `is_locked` keeps others from changing it until the commit."""
    return session.get(WebPlayer, uuid, with_for_update=is_locked or None)


def list_rows(session: Session) -> list[WebPlayerRow]:
    """Return all browsers by name."""
    wanted = (
        select(
            WebPlayer,
            SCREEN_NAME,
            Client.group_id,
            ClientGroup.name,
            Client.last_alive,
            User.username,
        )
        .join(Client, Client.uuid == WebPlayer.client_uuid)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .outerjoin(User, User.id == WebPlayer.created_by)
        .order_by(SCREEN_NAME, WebPlayer.client_uuid)
    )
    return [WebPlayerRow(*row) for row in session.execute(wanted)]


def list_open(session: Session, *, token_hash: str | None = None) -> list[OpenRow]:
    """Return the browsers whose address holds; only the one of a token's hash, when it is given.

    One that an admin turned away shows nothing, and one that was not approved has no group.
    """
    wanted = (
        select(WebPlayer.client_uuid, WebPlayer.token_hash, SCREEN_NAME, Client.group_id)
        .join(Client, Client.uuid == WebPlayer.client_uuid)
        .where(WebPlayer.token_hash.is_not(None), Client.approved_at.is_not(None))
    )
    if token_hash is not None:
        wanted = wanted.where(WebPlayer.token_hash == token_hash)
    return [OpenRow(*row) for row in session.execute(wanted)]


def count_waiting(session: Session, uuid: str) -> int:
    """Return how many messages of a browser nobody has taken out yet."""
    wanted = select(func.count()).where(WebPlayerMessage.client_uuid == uuid)
    return session.scalar(wanted) or 0


def delete_older(session: Session, uuid: str, topics: Collection[str]) -> None:
    """Drop what waits of a browser on some topics."""
    session.execute(
        delete(WebPlayerMessage)
        .where(WebPlayerMessage.client_uuid == uuid, WebPlayerMessage.topic.in_(topics))
        .execution_options(synchronize_session=False)
    )


def list_waiting(session: Session, *, limit: int) -> list[WaitingRow]:
    """Return what waits longest, the oldest first."""
    wanted = (
        select(
            WebPlayerMessage.id,
            WebPlayerMessage.topic,
            WebPlayerMessage.payload,
            WebPlayerMessage.received_at,
        )
        .order_by(WebPlayerMessage.id)
        .limit(limit)
    )
    return [WaitingRow(*row) for row in session.execute(wanted)]


def delete_taken(session: Session, ids: Collection[int]) -> None:
    """Forget messages that are stored where they belong."""
    session.execute(
        delete(WebPlayerMessage)
        .where(WebPlayerMessage.id.in_(ids))
        .execution_options(synchronize_session=False)
    )
