"""What became of each player: its status over time, and when nobody could tell."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WORD = sa.String(32)
_STATUSES = "unknown offline critical warning healthy"
_REASONS = (
    "not_judged judge_away pending rejected deactivated never_seen heartbeat_stale "
    "process_crashed service_failed screen_black screen_frozen errors_while_not_running "
    "process_not_running error_logs warn_logs unexpected_event reconnects all_well"
)


def upgrade() -> None:
    create(
        "client_statuses",
        *must(sa.String(36), "client_uuid"),
        *may(_WORD, "status reason"),
        *may(INSTANT, "since"),
        *must(INSTANT, "judge_at"),
        key("client_statuses", "client_uuid"),
        refers("client_statuses", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        one_of("client_statuses", "status", _STATUSES),
        one_of("client_statuses", "reason", _REASONS),
    )
    index("client_statuses", "judge_at", "judge_at")
    create(
        "client_status_changes",
        *must(sa.Integer(), "id"),
        *must(sa.String(36), "client_uuid"),
        *must(INSTANT, "at"),
        *may(_WORD, "status"),
        *must(_WORD, "reason"),
        key("client_status_changes", "id"),
        refers("client_status_changes", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        one_of("client_status_changes", "status", _STATUSES),
        one_of("client_status_changes", "reason", _REASONS),
    )
    index("client_status_changes", "client", "client_uuid", "at")
    index("client_status_changes", "time", "at")
    create(
        "blind_spans",
        *must(sa.Integer(), "id"),
        *must(_WORD, "cause"),
        *must(INSTANT, "began_at"),
        *may(INSTANT, "ended_at"),
        key("blind_spans", "id"),
        one_of("blind_spans", "cause", "broker listener standstill network"),
    )
    index("blind_spans", "began_at", "began_at")
    index("blind_spans", "ended_at", "ended_at")
    create(
        "job_runs",
        *must(_WORD, "name"),
        *must(INSTANT, "ran_at"),
        key("job_runs", "name"),
    )


def downgrade() -> None:
    drop("job_runs", "blind_spans", "client_status_changes", "client_statuses")
