"""What the page of commands reads: the history by time, and what each user asked for."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import index

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_HISTORY = ("issued_at", "action", "status", "requested_by", "client_uuid", "error_code")


def upgrade() -> None:
    index("client_commands", "requester", "requested_by", "issued_at")
    index("client_commands", "history", *_HISTORY)


def downgrade() -> None:
    op.drop_index("ix_client_commands_history", "client_commands")
    _keep_foreign_key()
    op.drop_index("ix_client_commands_requester", "client_commands")


def _keep_foreign_key() -> None:
    """Let the users' foreign key have an index of its own again, which MariaDB asks for.

    It made one with the table, and took it away when ours could do its work.
    """
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return
    name = "fk_client_commands_requested_by_users"
    known = {one["name"] for one in sa.inspect(connection).get_indexes("client_commands")}
    if name not in known:
        op.create_index(name, "client_commands", ["requested_by"])
