"""The fleet's memory of commands, on disk: a command runs once, whatever ends the simulator."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from infoscreen_core.contracts import AckStatus
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.log import get_logger

log = get_logger()

_RESUME_WITHIN = timedelta(minutes=10)
_ENDS = {AckStatus.COMPLETED, AckStatus.FAILED}


@dataclass(frozen=True)
class Step:
    """How far a command has come on its player."""

    command_id: str
    client_uuid: str
    action: Action
    status: AckStatus
    at: datetime
    expires_at: datetime
    error_code: str | None = None
    error_message: str | None = None


class CommandMemory:
    """Every step of every command, in a file of JSON lines, written before the step is taken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._latest: dict[str, Step] = {}
        self._unwritten = b""
        if path.exists():
            self._load()

    def find(self, command_id: str) -> Step | None:
        """Return the latest step of a command, None for one never seen."""
        return self._latest.get(command_id)

    def list_unfinished(self, client_uuid: str, *, now: datetime) -> list[Step]:
        """Return the player's commands of the last minutes that have not come to an end."""
        return [
            step
            for step in self._latest.values()
            if step.client_uuid == client_uuid
            and step.status not in _ENDS
            and now - step.at < _RESUME_WITHIN
        ]

    def record(self, step: Step) -> None:
        """Keep a step; when this returns, the death of this process cannot lose it.

        What there is no room for is written with the next step: on a full disk players go on.
        """
        self._latest[step.command_id] = step
        self._unwritten += orjson.dumps(step) + b"\n"
        try:
            with self._path.open("ab") as file:
                file.write(self._unwritten)
        except OSError as error:
            log.warning("simulator.step_not_written", problem=error.strerror)
            # After half a line the next one has to begin anew; an empty one is none.
            self._unwritten = b"\n" + self._unwritten.lstrip(b"\n")
            return
        self._unwritten = b""

    def _load(self) -> None:
        content = self._path.read_bytes()
        if content and not content.endswith(b"\n"):
            with self._path.open("ab") as file:
                file.write(b"\n")
        for line in content.splitlines():
            try:
                step = _read_step(orjson.loads(line))
            except (ValueError, KeyError):
                continue  # half a line, from the moment this process died: its step was never taken
            self._latest[step.command_id] = step


def _read_step(line: dict[str, str]) -> Step:
    return Step(
        command_id=line["command_id"],
        client_uuid=line["client_uuid"],
        action=Action(line["action"]),
        status=AckStatus(line["status"]),
        at=datetime.fromisoformat(line["at"]),
        expires_at=datetime.fromisoformat(line["expires_at"]),
        error_code=line["error_code"],
        error_message=line["error_message"],
    )
