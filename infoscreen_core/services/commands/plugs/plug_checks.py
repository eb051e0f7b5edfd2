"""Tests of plugs: a person asks, the process that speaks with plugs answers. Nothing is switched.

Steps as in `plug_steps`: `want`, then `claim`, `carry_out` and `store`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import clients
from infoscreen_core.db.queries.commands import plugs as queries
from infoscreen_core.domain.commands.plugs import CLAIM, PlugKind, Problem, State
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import UnavailableError
from infoscreen_core.fetching.plugs.errors import PlugError
from infoscreen_core.fetching.plugs.found import FoundPlug
from infoscreen_core.fetching.plugs.plug import PlugAccess, open_plug
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.plugs.plug_access import PlugTools, access_of
from infoscreen_core.services.commands.plugs.plug_setup import no_plug, refuse_busy
from infoscreen_core.services.commands.plugs.plug_views import (
    PlugView,
    kept_failure,
    kept_found,
    plug_view,
)
from infoscreen_core.services.screens.clients import get_client

KIND_NAMES: Final = {PlugKind.SHELLY_GEN2: "Shelly", PlugKind.TASMOTA: "Tasmota"}
_UNQUIET: Final = frozenset({State.SWITCHING_OFF, State.OFF, State.SWITCHING_ON})


@dataclass(frozen=True)
class Check:
    """A test that `owner` alone may make just now."""

    client_uuid: str
    owner: str
    access: PlugAccess | PlugError = field(repr=False)


@dataclass(frozen=True)
class Checked:
    """What a test found, as it is stored."""

    result: dict[str, Any]


def want(session: Session, client_uuid: str, *, actor: Actor, now: datetime) -> PlugView:
    """Ask for a test of a screen's plug; raise `ConflictError` while it is being switched."""
    actor.require(Role.ADMIN)
    client = get_client(session, client_uuid, is_locked=True)
    plug = queries.find_plug(session, client.uuid)
    if plug is None:
        raise no_plug(client)
    refuse_busy(session, client)
    plug.check_wanted_at, plug.check_claimed_until = now, None
    audit.record(session, "plug.check_requested", "plug", client.uuid, actor=actor, now=now)
    session.flush()
    return plug_view(plug, client)


def list_wanted(session: Session, *, now: datetime, limit: int) -> list[str]:
    """Return the UUIDs of screens whose plugs somebody waits to see tested."""
    return queries.list_wanted_checks(session, now=now, limit=limit)


def claim(
    session: Session, client_uuid: str, owner: str, tools: PlugTools, *, now: datetime
) -> Check | None:
    """Take a test that is wanted; None when somebody else has, or the plug must be left alone."""
    # In the order of all who lock: a power cycle may begin at this very moment.
    clients.lock_client(session, client_uuid)
    if any(one.status in _UNQUIET for one in queries.list_open(session, client_uuid)):
        return None
    if not queries.claim_check(session, client_uuid, owner, now=now, until=now + CLAIM):
        return None
    session.expire_all()
    plug = queries.find_plug(session, client_uuid)
    if plug is None:
        return None
    try:
        return Check(client_uuid, owner, access_of(plug, tools))
    except PlugError as error:
        return Check(client_uuid, owner, error)


def carry_out(check: Check, tools: PlugTools) -> Checked:
    """Ask the plug what it is; no session is open meanwhile."""
    try:
        if isinstance(check.access, PlugError):
            raise check.access
        found = open_plug(check.access, tools.policy).identify()
        return Checked(kept_found(_sentence(check.access, found), found))
    except PlugError as error:
        return Checked(kept_failure(error))


def unanswered() -> UnavailableError:
    """Return what is told to who waited for a test in vain."""
    return UnavailableError(
        "The plug was not tested: the process that speaks with plugs (fetcher) does not answer."
    )


def unforeseen(error: Exception) -> Checked:
    """Return what is said of a mistake of our own."""
    return Checked(
        kept_failure(
            PlugError(
                "The plug could not be spoken with ({mistake}); the programs' log says more.",
                problem=Problem.WRONG_ANSWER,
                mistake=type(error).__name__,
            )
        )
    )


def store(session: Session, check: Check, checked: Checked, *, now: datetime) -> bool:
    """Write what a test found; False when its claim was lost meanwhile."""
    plug = queries.find_plug(session, check.client_uuid, is_locked=True)
    if plug is None or plug.check_claimed_by != check.owner or plug.check_wanted_at is None:
        return False
    plug.check_wanted_at = plug.check_claimed_by = plug.check_claimed_until = None
    plug.checked_at, plug.check_result = now, checked.result
    session.flush()
    return True


def _sentence(access: PlugAccess, found: FoundPlug) -> Sentence:
    name = f"{KIND_NAMES[access.kind]} {found.model}".strip()
    if found.is_on:
        return Sentence(
            "Reached: {name}, firmware {firmware}; relay {relay} is on.",
            name=name,
            firmware=found.firmware,
            relay=access.relay,
        )
    return Sentence(
        "Reached: {name}, firmware {firmware}; relay {relay} is off.",
        name=name,
        firmware=found.firmware,
        relay=access.relay,
    )
