"""Notes in the audit trail from where names were tried that nobody has, when a quarter is over."""

from datetime import UTC, datetime

from infoscreen_core.log import get_logger
from infoscreen_core.services.people import unknown_names
from workers.runtime import Worker

log = get_logger()


class StrangersNote:
    """Looks once for each quarter of an hour."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._settled = datetime.min.replace(tzinfo=UTC)

    def step(self) -> None:
        """Note what is due."""
        now = self._worker.clock()
        settled = unknown_names.settled_until(now)
        if settled == self._settled:
            return
        with self._worker.sessions.begin() as session:
            count = unknown_names.note(session, now=now)
        self._settled = settled
        if count:
            log.warning("sign_in.names_guessed", entries=count)
