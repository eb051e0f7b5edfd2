"""People, groups, players, the school's calendar, and what keeps the programs together."""

import sqlalchemy as sa

from migrations.tables import (
    INSTANT,
    LONG_BLOB,
    LONG_TEXT,
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

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _change_counters()
    _client_groups()
    _dead_letters()
    _leases()
    _login_failures()
    _outbox()
    _users()
    _worker_status()
    _academic_periods()
    _audit_log()
    _clients()
    _system_settings()
    _user_sessions()
    _client_logs()
    _client_screenshots()
    _school_holidays()


def downgrade() -> None:
    drop(
        "school_holidays",
        "client_screenshots",
        "client_logs",
        "user_sessions",
        "system_settings",
        "clients",
        "audit_log",
        "academic_periods",
        "worker_status",
        "users",
        "outbox",
        "login_failures",
        "leases",
        "dead_letters",
        "client_groups",
        "change_counters",
    )


def _change_counters() -> None:
    create(
        "change_counters",
        *must(sa.String(32), "subject"),
        *must(sa.Integer(), "value"),
        key("change_counters", "subject"),
    )


def _client_groups() -> None:
    create(
        "client_groups",
        *must(sa.Integer(), "id"),
        *must(sa.String(100), "name"),
        *may(sa.String(500), "description"),
        *must(sa.Integer(), "sort_order"),
        *must(sa.Boolean(), "is_active"),
        *must(INSTANT, "created_at"),
        key("client_groups", "id"),
        unique("client_groups", "name"),
        sqlite_autoincrement=True,
    )
    index("client_groups", "sort_order", "sort_order")


def _dead_letters() -> None:
    create(
        "dead_letters",
        *must(sa.Integer(), "id"),
        *must(INSTANT, "received_at"),
        *must(sa.String(500), "topic"),
        *may(sa.String(36), "client_uuid"),
        *must(sa.String(64), "reason"),
        *must(sa.String(1000), "detail"),
        *must(LONG_BLOB, "payload"),
        *must(sa.Integer(), "payload_size"),
        key("dead_letters", "id"),
    )
    index("dead_letters", "client_uuid", "client_uuid")
    index("dead_letters", "reason", "reason", "received_at")
    index("dead_letters", "received_at", "received_at")


def _leases() -> None:
    create(
        "leases",
        *must(sa.String(64), "name"),
        *must(sa.String(100), "holder"),
        *must(INSTANT, "expires_at"),
        key("leases", "name"),
    )


def _login_failures() -> None:
    create(
        "login_failures",
        *must(sa.Integer(), "id"),
        *must(sa.String(45), "ip"),
        *must(sa.String(64), "username"),
        *must(INSTANT, "at"),
        key("login_failures", "id"),
    )
    index("login_failures", "address", "ip", "at")
    index("login_failures", "username", "username", "at")


def _outbox() -> None:
    create(
        "outbox",
        *must(sa.Integer(), "id"),
        *must(sa.String(255), "topic"),
        *must(LONG_BLOB, "payload"),
        *must(sa.Integer(), "qos"),
        *must(sa.Boolean(), "retain"),
        *must(INSTANT, "created_at"),
        *must(sa.Integer(), "attempts"),
        key("outbox", "id"),
    )
    index("outbox", "topic", "topic")


def _users() -> None:
    create(
        "users",
        *must(sa.Integer(), "id"),
        *must(sa.String(64), "username"),
        *must(sa.String(255), "password_hash"),
        *must(sa.String(32), "role"),
        *must(sa.Boolean(), "is_active"),
        *may(sa.String(8), "ui_language"),
        *may(INSTANT, "last_login_at last_password_change_at"),
        *must(sa.Integer(), "failed_login_attempts"),
        *may(INSTANT, "last_failed_login_at locked_until deactivated_at"),
        *may(sa.Integer(), "deactivated_by"),
        *must(INSTANT, "created_at updated_at"),
        key("users", "id"),
        unique("users", "username"),
        refers("users", "deactivated_by", "users.id", on_delete="SET NULL"),
        one_of("users", "role", "user editor admin superadmin"),
        sqlite_autoincrement=True,
    )


def _worker_status() -> None:
    create(
        "worker_status",
        *must(sa.String(64), "name"),
        *must(sa.Integer(), "pid"),
        *must(sa.String(255), "host"),
        *must(INSTANT, "started_at seen_at"),
        *must(sa.Boolean(), "is_broker_connected"),
        *may(sa.JSON(), "metrics"),
        key("worker_status", "name"),
    )


def _academic_periods() -> None:
    create(
        "academic_periods",
        *must(sa.Integer(), "id"),
        *must(sa.String(100), "name"),
        *may(sa.String(50), "display_name"),
        *must(sa.String(32), "period_type"),
        *must(sa.Date(), "start_date end_date"),
        *must(sa.Boolean(), "is_active"),
        *may(INSTANT, "archived_at"),
        *may(sa.Integer(), "archived_by"),
        *must(INSTANT, "created_at updated_at"),
        key("academic_periods", "id"),
        refers("academic_periods", "archived_by", "users.id", on_delete="SET NULL"),
        holds("academic_periods", "dates_ordered", "start_date <= end_date"),
        one_of("academic_periods", "period_type", "schuljahr semester trimester"),
    )


def _audit_log() -> None:
    create(
        "audit_log",
        *must(sa.Integer(), "id"),
        *must(INSTANT, "at"),
        *may(sa.Integer(), "actor_id"),
        *must(sa.String(64), "actor_name source action"),
        *must(sa.String(32), "entity"),
        *must(sa.String(36), "entity_id"),
        *may(sa.JSON(), "before after"),
        key("audit_log", "id"),
        refers("audit_log", "actor_id", "users.id", on_delete="SET NULL"),
    )
    index("audit_log", "at", "at")
    index("audit_log", "entity", "entity", "entity_id")


def _clients() -> None:
    create(
        "clients",
        *must(sa.String(36), "uuid"),
        *may(sa.String(255), "description"),
        *may(sa.Integer(), "group_id"),
        *must(sa.Boolean(), "is_active"),
        *must(INSTANT, "registration_time"),
        *may(INSTANT, "approved_at"),
        *may(sa.Integer(), "approved_by"),
        *may(INSTANT, "last_alive"),
        *may(sa.String(64), "hardware_token"),
        *may(sa.String(45), "ip"),
        *may(sa.String(50), "type"),
        *may(sa.String(100), "hostname os_version software_version"),
        *may(sa.Text(), "macs"),
        *may(sa.String(100), "model"),
        *may(sa.String(32), "recovery_class"),
        *may(sa.Boolean(), "watchdog_enabled"),
        *may(sa.String(100), "boot_source current_process"),
        *may(sa.Integer(), "process_pid"),
        *may(sa.String(32), "process_status"),
        *may(sa.Integer(), "current_event_id expected_event_id"),
        *may(INSTANT, "health_at"),
        *may(sa.Boolean(), "screen_on"),
        *may(INSTANT, "last_frame_update"),
        *may(sa.Double(), "cpu_percent memory_percent temperature_c disk_free_mb"),
        *must(sa.Integer(), "mqtt_reconnect_count"),
        *may(INSTANT, "mqtt_last_disconnect_at"),
        *must(sa.Integer(), "reconnect_window_count"),
        *may(INSTANT, "reconnect_window_at"),
        *must(sa.String(32), "screen_health_status"),
        *may(INSTANT, "last_screenshot_at"),
        *may(sa.String(32), "last_screenshot_type last_screenshot_hash"),
        *must(sa.Integer(), "same_screenshot_count"),
        *may(INSTANT, "priority_screenshot_at"),
        *may(sa.String(32), "priority_screenshot_type"),
        *may(INSTANT, "service_failed_at"),
        *may(sa.String(128), "service_failed_unit"),
        *may(INSTANT, "service_failure_seen_at"),
        *must(sa.String(32), "power_state"),
        *may(INSTANT, "power_state_at"),
        *may(sa.String(36), "power_intent_id"),
        key("clients", "uuid"),
        refers("clients", "group_id", "client_groups.id", on_delete="SET NULL"),
        refers("clients", "approved_by", "users.id", on_delete="SET NULL"),
        one_of("clients", "recovery_class", "software_only managed_poe_available manual_only"),
        one_of("clients", "process_status", "running crashed starting stopped"),
        one_of("clients", "screen_health_status", "OK BLACK FROZEN UNKNOWN"),
        one_of("clients", "last_screenshot_type", "periodic event_start event_stop"),
        one_of("clients", "priority_screenshot_type", "periodic event_start event_stop"),
        one_of("clients", "power_state", "on off unknown"),
    )
    index("clients", "alive", "is_active", "last_alive")
    index("clients", "service_failed_at", "service_failed_at")


def _system_settings() -> None:
    create(
        "system_settings",
        *must(sa.String(64), "key"),
        *must(sa.Text(), "value"),
        *must(INSTANT, "updated_at"),
        *may(sa.Integer(), "updated_by"),
        key("system_settings", "key"),
        refers("system_settings", "updated_by", "users.id", on_delete="SET NULL"),
    )


def _user_sessions() -> None:
    create(
        "user_sessions",
        *must(sa.String(64), "token_hash"),
        *must(sa.Integer(), "user_id"),
        *must(INSTANT, "created_at last_seen_at expires_at"),
        *may(sa.String(45), "ip"),
        *may(sa.String(255), "user_agent"),
        key("user_sessions", "token_hash"),
        refers("user_sessions", "user_id", "users.id", on_delete="CASCADE"),
    )
    index("user_sessions", "expires_at", "expires_at")
    index("user_sessions", "user_id", "user_id")


def _client_logs() -> None:
    create(
        "client_logs",
        *must(sa.Integer(), "id"),
        *must(sa.String(36), "client_uuid"),
        *must(sa.String(8), "level"),
        *must(LONG_TEXT, "message"),
        *may(sa.JSON(), "context"),
        *may(INSTANT, "timestamp"),
        *must(INSTANT, "received_at ordered_at"),
        *must(sa.Boolean(), "is_clock_skewed"),
        *must(sa.String(64), "digest"),
        key("client_logs", "id"),
        unique("client_logs", "digest"),
        refers("client_logs", "client_uuid", "clients.uuid", on_delete="CASCADE"),
    )
    index("client_logs", "client", "client_uuid", "level", "ordered_at")
    index("client_logs", "level", "level", "ordered_at")
    index("client_logs", "time", "ordered_at")


def _client_screenshots() -> None:
    create(
        "client_screenshots",
        *must(sa.Integer(), "id"),
        *must(sa.String(36), "client_uuid"),
        *must(sa.String(32), "type"),
        *must(sa.String(100), "filename"),
        *may(INSTANT, "captured_at"),
        *must(INSTANT, "received_at"),
        *must(sa.String(32), "md5"),
        *must(sa.Integer(), "size width height"),
        *may(sa.Integer(), "event_id"),
        *must(sa.String(32), "screen_health"),
        key("client_screenshots", "id"),
        refers("client_screenshots", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        one_of("client_screenshots", "type", "periodic event_start event_stop"),
        one_of("client_screenshots", "screen_health", "OK BLACK FROZEN UNKNOWN"),
    )
    index("client_screenshots", "latest", "client_uuid", "received_at")


def _school_holidays() -> None:
    create(
        "school_holidays",
        *must(sa.Integer(), "id"),
        *may(sa.Integer(), "academic_period_id"),
        *must(sa.String(150), "name"),
        *may(sa.String(100), "region"),
        *must(sa.Date(), "start_date end_date"),
        *may(sa.String(255), "source_file_name"),
        *must(INSTANT, "created_at updated_at"),
        key("school_holidays", "id"),
        refers("school_holidays", "academic_period_id", "academic_periods.id", on_delete="CASCADE"),
        holds("school_holidays", "dates_ordered", "start_date <= end_date"),
    )
    index("school_holidays", "academic_period_id", "academic_period_id")
