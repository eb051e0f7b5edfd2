"""Register players that announce themselves, and tell them whether they are known."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.contracts import Discovery, DiscoveryAck, DiscoveryStatus
from infoscreen_core.contracts.topics import discovery_ack_topic
from infoscreen_core.db.models import Client
from infoscreen_core.db.queries.clients import lock_client
from infoscreen_core.db.queries.monitoring.history import add_player
from infoscreen_core.domain.screens.player import boot_time, later_sign
from infoscreen_core.services import outbox
from infoscreen_core.services.screens import assignments

_MAX_MACS = 1000
_MAX_BOOT_SOURCE = 100


def discover(
    session: Session, discovery: Discovery, *, received_at: datetime, now: datetime
) -> Client:
    """Register a player, or renew what is known of it, and answer it through the outbox.

    An unknown player becomes a *pending* client: no group until an admin approves it. Telling an
    approved one its group again costs little and heals a player whose broker lost the retained
    message. The row is locked first: a group read before somebody else's assignment, and told after
    it, would send the player back to its old group.
    """
    client = lock_client(session, discovery.uuid)
    status = DiscoveryStatus.OK if client else DiscoveryStatus.NEW
    if client is None:
        client = Client(uuid=discovery.uuid, registration_time=received_at)
        session.add(client)
    _describe(client, discovery)
    _note_boot(client, discovery, received_at)
    client.last_alive = later_sign(client.last_alive, received_at)
    session.flush()
    if status is DiscoveryStatus.NEW:
        add_player(session, client.uuid, now=now)
    _answer(session, client, status, now)
    return client


def _describe(client: Client, discovery: Discovery) -> None:
    # A player may leave out what it said before, so only what it does say is taken over.
    said = discovery.model_fields_set
    for name in (
        "hardware_token",
        "ip",
        "type",
        "hostname",
        "os_version",
        "software_version",
        "model",
    ):
        if name in said:
            setattr(client, name, getattr(discovery, name))
    if "macs" in said:
        client.macs = ",".join(discovery.mac_addresses)[:_MAX_MACS] or None
    capabilities = discovery.capabilities
    if capabilities is None:
        return
    for name in ("recovery_class", "watchdog_enabled"):
        if name in capabilities.model_fields_set:
            setattr(client, name, getattr(capabilities, name))
    if capabilities.boot_source is not None:
        client.boot_source = capabilities.boot_source[:_MAX_BOOT_SOURCE]


def _note_boot(client: Client, discovery: Discovery, received_at: datetime) -> None:
    # Older players send neither, and some an empty text: that says nothing about the known boot.
    if discovery.boot_id:
        client.boot_id = discovery.boot_id
    if discovery.uptime_seconds is not None:
        client.booted_at = boot_time(
            received_at=received_at, uptime_seconds=discovery.uptime_seconds
        )


def _answer(session: Session, client: Client, status: DiscoveryStatus, now: datetime) -> None:
    group_id = client.group_id if client.approved_at else None
    ack = DiscoveryAck(status=status, uuid=client.uuid, group_id=group_id, server_time=now)
    outbox.enqueue(session, discovery_ack_topic(client.uuid), ack.to_payload(), now=now)
    if group_id is not None:
        assignments.announce(session, client.uuid, group_id, now=now)
