"""What crash recovery decided, as readers see it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, RecoveryDecision
from infoscreen_core.db.queries.commands import plugs as plug_queries
from infoscreen_core.db.queries.commands import recovery as queries
from infoscreen_core.domain.commands.on_site import Need, advice_on_site, is_by_plug
from infoscreen_core.domain.commands.recovery_facts import Limits
from infoscreen_core.domain.commands.recovery_words import what_is_done, what_speaks_for_it
from infoscreen_core.services.commands.views import RecoveryView


def find_recovery(session: Session, client_uuid: str) -> RecoveryView | None:
    """Return the decision in force about a player, or None when it is in no trouble."""
    newest = next(iter(list_decisions(session, client_uuid, limit=1)), None)
    return newest if newest and newest.ended_at is None else None


def list_recoveries(session: Session) -> list[RecoveryView]:
    """Return all decisions in force, the newest first."""
    return _views(session, queries.list_in_force(session))


def list_given_up(session: Session) -> frozenset[str]:
    """Return the UUIDs of the players that recovery has given up: somebody has to see to them."""
    return frozenset(queries.list_given_up(session))


def list_decisions(session: Session, client_uuid: str, *, limit: int) -> list[RecoveryView]:
    """Return the newest decisions about a player, newest first."""
    return _views(session, queries.list_of_client(session, client_uuid, limit=limit))


def list_candidates(session: Session, limits: Limits, *, now: datetime) -> list[str]:
    """Return the UUIDs of all players in trouble, decided about or not."""
    return queries.list_candidates(session, now=now, grace=limits.grace)


def count_running(session: Session) -> int:
    """Count the players that are being recovered."""
    return queries.count_running(session)


def _views(
    session: Session, found: Sequence[tuple[RecoveryDecision, Client]]
) -> list[RecoveryView]:
    called = [client.uuid for row, client in found if row.is_person_called]
    with_plug = plug_queries.list_usable(session, called) if called else frozenset()
    return [_view(row, client, has_plug=client.uuid in with_plug) for row, client in found]


def _view(row: RecoveryDecision, client: Client, *, has_plug: bool) -> RecoveryView:
    advice = advice_on_site(
        Need(row.evidence["need"]),
        client.recovery_class,
        has_plug=has_plug,
        was_cut=row.evidence.get("was_cut", False),
    )
    return RecoveryView(
        client_uuid=client.uuid,
        client_name=client.display_name,
        group_name=client.group.name if client.group else None,
        verdict=row.verdict,
        trouble=row.trouble,
        since=row.at,
        ended_at=row.until,
        what=what_is_done(row.verdict, row.trouble, row.evidence),
        evidence=tuple(what_speaks_for_it(row.trouble, row.evidence)),
        strikes=row.evidence.get("strikes", 0),
        is_person_called=row.is_person_called,
        advice=advice if row.is_person_called else None,
        command_id=row.command_id,
        cycle_id=row.cycle_id,
        is_plug_advised=row.is_person_called and is_by_plug(advice),
        outcome=row.outcome,
    )
