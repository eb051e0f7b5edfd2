"""What screens show and when, and remote commands with their course."""

import sqlalchemy as sa

from migrations.tables import (
    INSTANT,
    create,
    drop,
    holds,
    index,
    key,
    may,
    must,
    one_of,
    refers,
    unique,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _client_commands()
    _event_media()
    _command_transitions()
    _conversions()
    _events()
    _event_exceptions()
    _occurrences()


def downgrade() -> None:
    drop(
        "occurrences",
        "event_exceptions",
        "events",
        "conversions",
        "command_transitions",
        "event_media",
        "client_commands",
    )


def _client_commands() -> None:
    create(
        "client_commands",
        *must(sa.String(36), "command_id client_uuid"),
        *must(sa.String(32), "action status"),
        *may(sa.String(2000), "reason"),
        *may(sa.Integer(), "requested_by"),
        *must(INSTANT, "issued_at expires_at"),
        *may(sa.String(100), "claimed_by"),
        *may(
            INSTANT,
            "claimed_at published_at acked_at execution_started_at awaiting_reconnect_at "
            "recovered_at completed_at failed_at canceled_at",
        ),
        *may(sa.String(128), "error_code"),
        *may(sa.Text(), "error_message"),
        *must(INSTANT, "created_at updated_at"),
        key("client_commands", "command_id"),
        refers("client_commands", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers("client_commands", "requested_by", "users.id", on_delete="SET NULL"),
        one_of("client_commands", "action", "reboot_host shutdown_host restart_app"),
        one_of(
            "client_commands",
            "status",
            "queued publish_in_progress published ack_received execution_started "
            "awaiting_reconnect recovered completed failed expired timed_out canceled "
            "blocked_safety manual_intervention_required",
        ),
    )
    index("client_commands", "client", "client_uuid", "issued_at")
    index("client_commands", "status", "status", "issued_at")


def _event_media() -> None:
    create(
        "event_media",
        *must(sa.Integer(), "id"),
        *must(sa.String(32), "media_type"),
        *must(sa.String(255), "name"),
        *must(sa.String(500), "file_path"),
        *may(sa.Integer(), "size"),
        *may(sa.String(64), "checksum_sha256"),
        *may(sa.String(100), "mime_type"),
        *may(sa.Double(), "duration"),
        *may(sa.String(20), "resolution"),
        *may(sa.Integer(), "bitrate page_count academic_period_id created_by"),
        *must(INSTANT, "created_at"),
        key("event_media", "id"),
        unique("event_media", "file_path"),
        refers("event_media", "academic_period_id", "academic_periods.id", on_delete="RESTRICT"),
        refers("event_media", "created_by", "users.id", on_delete="SET NULL"),
        one_of(
            "event_media",
            "media_type",
            "pdf ppt pptx odp doc docx odt png jpg gif svg webp mp4 webm mov mkv html other",
        ),
    )
    index("event_media", "checksum_sha256", "checksum_sha256")


def _command_transitions() -> None:
    create(
        "command_transitions",
        *must(sa.Integer(), "id"),
        *must(sa.String(36), "command_id"),
        *may(sa.String(32), "from_status"),
        *must(sa.String(32), "to_status"),
        *must(INSTANT, "at"),
        *may(sa.String(32), "cause"),
        key("command_transitions", "id"),
        refers(
            "command_transitions", "command_id", "client_commands.command_id", on_delete="CASCADE"
        ),
        one_of(
            "command_transitions",
            "from_status",
            "queued publish_in_progress published ack_received execution_started "
            "awaiting_reconnect recovered completed failed expired timed_out canceled "
            "blocked_safety manual_intervention_required",
        ),
        one_of(
            "command_transitions",
            "to_status",
            "queued publish_in_progress published ack_received execution_started "
            "awaiting_reconnect recovered completed failed expired timed_out canceled "
            "blocked_safety manual_intervention_required",
        ),
        one_of(
            "command_transitions",
            "cause",
            "claimed puback publish_unconfirmed publish_failed ack_accepted ack_started "
            "ack_completed ack_failed ack_timeout execution_timeout went_down seen_again steady "
            "stayed_silent reconnect_ceiling expired canceled",
        ),
    )
    index("command_transitions", "command_id", "command_id")


def _conversions() -> None:
    create(
        "conversions",
        *must(sa.Integer(), "id media_id"),
        *must(sa.String(10), "target_format"),
        *must(sa.String(64), "file_hash"),
        *must(sa.String(32), "status"),
        *may(sa.String(500), "target_path"),
        *must(sa.Integer(), "attempts"),
        *may(INSTANT, "not_before_at"),
        *may(sa.String(100), "claimed_by"),
        *may(INSTANT, "claimed_at started_at completed_at"),
        *may(sa.Text(), "error_message"),
        *must(INSTANT, "created_at"),
        key("conversions", "id"),
        unique("conversions", "media_id", "target_format", "file_hash"),
        refers("conversions", "media_id", "event_media.id", on_delete="CASCADE"),
        one_of("conversions", "status", "pending processing ready failed"),
    )


def _events() -> None:
    create(
        "events",
        *must(sa.Integer(), "id group_id"),
        *must(sa.String(200), "title"),
        *may(sa.Text(), "description"),
        *must(sa.String(32), "event_type"),
        *must(INSTANT, "start end"),
        *must(sa.String(64), "timezone"),
        *must(sa.Boolean(), "is_all_day"),
        *may(sa.String(500), "recurrence_rule"),
        *may(sa.Text(), "recurrence_exception"),
        *may(INSTANT, "recurrence_end"),
        *must(sa.Boolean(), "skip_holidays"),
        *may(sa.Integer(), "academic_period_id"),
        *must(sa.Integer(), "priority"),
        *must(sa.Boolean(), "is_active"),
        *may(sa.Integer(), "master_event_id"),
        *must(sa.Integer(), "version"),
        *may(INSTANT, "indexed_until"),
        *may(sa.Integer(), "event_media_id"),
        *may(sa.String(2000), "website_url"),
        *must(sa.Integer(), "slide_interval"),
        *must(sa.Boolean(), "page_progress auto_progress autoplay loop"),
        *must(sa.Double(), "volume"),
        *must(sa.Boolean(), "muted"),
        *may(sa.Text(), "message_text"),
        *must(sa.String(32), "message_severity"),
        *may(sa.Integer(), "created_by updated_by"),
        *must(INSTANT, "created_at updated_at"),
        key("events", "id"),
        refers("events", "group_id", "client_groups.id", on_delete="CASCADE"),
        refers("events", "academic_period_id", "academic_periods.id", on_delete="RESTRICT"),
        refers("events", "master_event_id", "events.id", on_delete="SET NULL"),
        refers("events", "event_media_id", "event_media.id", on_delete="RESTRICT"),
        refers("events", "created_by", "users.id", on_delete="SET NULL"),
        refers("events", "updated_by", "users.id", on_delete="SET NULL"),
        holds("events", "end_after_start", sa.column("end") > sa.column("start")),
        holds("events", "volume_range", "volume >= 0 AND volume <= 1"),
        one_of("events", "event_type", "presentation website webuntis video message other"),
        one_of("events", "message_severity", "info warning emergency"),
        sqlite_autoincrement=True,
    )
    index("events", "group", "group_id", "is_active", "start")
    index("events", "indexed_until", "indexed_until")


def _event_exceptions() -> None:
    create(
        "event_exceptions",
        *must(sa.Integer(), "id event_id"),
        *must(INSTANT, "occurrence_start"),
        *must(sa.String(32), "kind"),
        *may(sa.Integer(), "detached_event_id"),
        *must(INSTANT, "created_at"),
        key("event_exceptions", "id"),
        unique("event_exceptions", "event_id", "occurrence_start", "kind"),
        refers("event_exceptions", "event_id", "events.id", on_delete="CASCADE"),
        refers("event_exceptions", "detached_event_id", "events.id", on_delete="SET NULL"),
        one_of("event_exceptions", "kind", "skipped detached holiday"),
    )


def _occurrences() -> None:
    create(
        "occurrences",
        *must(sa.Integer(), "id group_id event_id"),
        *must(INSTANT, "start end"),
        key("occurrences", "id"),
        unique("occurrences", "event_id", "start"),
        refers("occurrences", "group_id", "client_groups.id", on_delete="CASCADE"),
        refers("occurrences", "event_id", "events.id", on_delete="CASCADE"),
    )
    index("occurrences", "end", "end")
    index("occurrences", "group", "group_id", "end", "start")
    index("occurrences", "start", "start")
