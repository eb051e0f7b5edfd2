"""The workers' signs of life, for those who watch over them."""

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import monitoring as queries
from infoscreen_core.services.monitoring.views import WorkerView


def list_workers(session: Session) -> list[WorkerView]:
    """Return every worker that ever showed a sign of life, by name."""
    return [
        WorkerView(row.name, row.seen_at, row.is_broker_connected) for row in queries.list_workers(session)
    ]
