"""Players and the groups they belong to."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, String, Text, column
from sqlalchemy.orm import Mapped, Unmapped, mapped_column, relationship, unmapped_column

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, LongText, enum_column
from infoscreen_core.db.sql_time import OwnMinute
from infoscreen_core.domain.screens.player import (
    ObservedPower,
    PictureType,
    ProcessStatus,
    RecoveryClass,
    screen_name,
)
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.screens.standing import Standing, standing_of


class ClientGroup(Base):
    """A set of players that show the same events ("Raumgruppe")."""

    __tablename__ = "client_groups"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str | None] = mapped_column(String(500))
    sort_order: Mapped[int] = mapped_column(default=0, index=True)
    """Place in every list, set by editors; `db.queries.groups.GROUP_ORDER` is the same in SQL."""
    is_active: Mapped[bool] = mapped_column(default=True)
    link_term: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts how often the links to media on the group's lists were ended: when a screen left."""
    created_at: Mapped[datetime]

    @property
    def order(self) -> tuple[int, int]:
        """Key that sorts groups as people want to see them."""
        return self.sort_order, self.id


class Client(Base):
    """A player behind a TV, known by its UUID. Only the listener writes telemetry columns."""

    __tablename__ = "clients"
    __table_args__ = (
        # Who is silent. A player speaks every few seconds; an entry for each sign of life cost
        # MariaDB as much as the rest of the row.
        Index("ix_clients_alive", "is_active", "alive_minute"),
        # What a player is to the school: counted by group without reading the rows, which are long.
        Index("ix_clients_standing", "group_id", "is_active", "approved_at", "rejected_at", "uuid"),
        Base.__table_args__,
    )

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    description: Mapped[str | None] = mapped_column(String(255))
    """The name people gave the screen, such as "Aula links"; None shows the host name."""
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("client_groups.id", ondelete="SET NULL")
    )
    is_active: Mapped[bool] = mapped_column(default=True)
    registration_time: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    """None while the player is pending: known, but given no group."""
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    rejected_at: Mapped[datetime | None]
    """When it was turned away; approving it after all clears this."""
    rejected_name: Mapped[str | None] = mapped_column(String(64))
    """Who turned it away, by the name that people read."""
    rejection_reason: Mapped[str | None] = mapped_column(String(500))
    last_alive: Mapped[datetime | None]
    """Server receive time of the last sign of life; never moves backwards."""
    alive_minute: Unmapped[int | None] = unmapped_column(
        BigInteger, Computed(OwnMinute(column("last_alive"), column("uuid")), persisted=True)
    )
    """What finds it by an index; only for `db.queries.signs`, hence no attribute of a player."""

    hardware_token: Mapped[str | None] = mapped_column(String(64))
    ip: Mapped[str | None] = mapped_column(String(45))
    type: Mapped[str | None] = mapped_column(String(50))
    hostname: Mapped[str | None] = mapped_column(String(100))
    os_version: Mapped[str | None] = mapped_column(String(100))
    software_version: Mapped[str | None] = mapped_column(String(100))
    macs: Mapped[str | None] = mapped_column(Text)
    """Comma-separated."""
    model: Mapped[str | None] = mapped_column(String(100))
    recovery_class: Mapped[RecoveryClass | None] = mapped_column(
        enum_column(RecoveryClass, "recovery_class")
    )
    watchdog_enabled: Mapped[bool | None]
    boot_source: Mapped[str | None] = mapped_column(String(100))

    boot_id: Mapped[str | None] = mapped_column(String(64))
    """The player's own text for the current boot of its machine; None until it sends one."""
    booted_at: Mapped[datetime | None]
    """When that boot was, by our clock: receive time minus the uptime that the player reported."""

    clock_behind_seconds: Mapped[float | None]
    """How far the player's clock is behind ours, negative when ahead, as its live reports said when
    it was last judged otherwise than before; None while none has said."""

    current_process: Mapped[str | None] = mapped_column(String(100))
    process_pid: Mapped[int | None]
    process_status: Mapped[ProcessStatus | None] = mapped_column(
        enum_column(ProcessStatus, "process_status")
    )
    current_event_id: Mapped[int | None]
    """What the player says it shows; no foreign key, since a player may lag behind a deletion."""
    expected_event_id: Mapped[int | None]
    """What the player says it should show."""
    health_at: Mapped[datetime | None]
    """Receive time of the telemetry that the columns here stem from."""
    screen_on: Mapped[bool | None]
    last_frame_update: Mapped[datetime | None]
    cpu_percent: Mapped[float | None]
    memory_percent: Mapped[float | None]
    temperature_c: Mapped[float | None]
    disk_free_mb: Mapped[float | None]
    mqtt_reconnect_count: Mapped[int] = mapped_column(default=0)
    mqtt_last_disconnect_at: Mapped[datetime | None]
    reconnect_window_count: Mapped[int] = mapped_column(default=0)
    """`mqtt_reconnect_count` as it was at `reconnect_window_at`, at most an hour ago."""
    reconnect_window_at: Mapped[datetime | None]

    screen_health_status: Mapped[ScreenHealth] = mapped_column(
        enum_column(ScreenHealth, "screen_health_status"), default=ScreenHealth.UNKNOWN
    )
    last_screenshot_at: Mapped[datetime | None]
    last_screenshot_captured_at: Mapped[datetime | None]
    """By the player's own clock; None when it did not say."""
    last_screenshot_type: Mapped[PictureType | None] = mapped_column(
        enum_column(PictureType, "last_screenshot_type")
    )
    last_screenshot_hash: Mapped[str | None] = mapped_column(String(32))
    """MD5 of the picture's bytes, hexadecimal."""
    same_screenshot_count: Mapped[int] = mapped_column(default=0)
    """How many periodic pictures in a row had `last_screenshot_hash`."""
    priority_screenshot_at: Mapped[datetime | None] = mapped_column(index=True)
    priority_screenshot_type: Mapped[PictureType | None] = mapped_column(
        enum_column(PictureType, "priority_screenshot_type")
    )

    service_failed_at: Mapped[datetime | None] = mapped_column(index=True)
    service_failed_unit: Mapped[str | None] = mapped_column(String(128))
    service_failure_seen_at: Mapped[datetime | None]
    """`failed_at` of the newest reported failure. It stays when that is acknowledged, so that
    the broker's retained copy, delivered again, is not taken for a new one."""
    power_state: Mapped[ObservedPower] = mapped_column(
        enum_column(ObservedPower, "power_state"), default=ObservedPower.UNKNOWN
    )
    power_state_at: Mapped[datetime | None]
    """Of the newest report; an older one changes nothing."""
    power_state_since: Mapped[datetime | None]
    """Of the first report in a row that said `power_state`."""
    power_intent_id: Mapped[str | None] = mapped_column(String(36))

    group: Mapped[ClientGroup | None] = relationship(lazy="joined")

    @property
    def standing(self) -> Standing:
        """Whether it counts as a screen; `db.queries.clients.IN_SERVICE` asks the same in SQL."""
        return standing_of(
            is_approved=self.approved_at is not None,
            is_rejected=self.rejected_at is not None,
            is_active=self.is_active,
        )

    @property
    def order(self) -> tuple[str, str]:
        """Key that sorts the players of a group: by name, whatever its case."""
        return self.display_name.casefold(), self.uuid

    @property
    def display_name(self) -> str:
        """The name for people: the given one, else the host name, else the UUID's beginning."""
        return screen_name(self.uuid, given=self.description, hostname=self.hostname)


class ClientScreenshot(Base):
    """One kept picture; the file is `<data dir>/screenshots/<uuid>/<filename>`."""

    __tablename__ = "client_screenshots"
    __table_args__ = (
        Index("ix_client_screenshots_latest", "client_uuid", "received_at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    type: Mapped[PictureType] = mapped_column(enum_column(PictureType, "type"))
    filename: Mapped[str] = mapped_column(String(100))
    captured_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    md5: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    event_id: Mapped[int | None]
    screen_health: Mapped[ScreenHealth] = mapped_column(enum_column(ScreenHealth, "screen_health"))


class ClientLog(Base):
    """One log line of a player."""

    __tablename__ = "client_logs"
    __table_args__ = (
        Index("ix_client_logs_client", "client_uuid", "level", "ordered_at"),
        Index("ix_client_logs_level", "level", "ordered_at"),
        Index("ix_client_logs_time", "ordered_at"),
        Index("ix_client_logs_family", "family_id", "ordered_at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    level: Mapped[str] = mapped_column(String(8))
    message: Mapped[str] = mapped_column(LongText)
    context: Mapped[dict[str, Any] | None]
    timestamp: Mapped[datetime | None]
    """The player's own clock."""
    received_at: Mapped[datetime]
    ordered_at: Mapped[datetime]
    """The player's time, however late the line came; the receive time if its clock is off."""
    is_clock_skewed: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Identity of the message; a redelivery has the same and is not stored again."""
    family_id: Mapped[int | None] = mapped_column(BigInteger)
    """Of `log_families`, without a foreign key: it is computed from level and message."""
