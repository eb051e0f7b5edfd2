"""How parts of a message are copied into a player's state row; see `workers.listener.batch`."""

from operator import attrgetter
from typing import Final

from infoscreen_core.contracts import Heartbeat, WireModel
from infoscreen_core.contracts.pictures import ProcessHealth
from infoscreen_core.contracts.telemetry import ActualState, ExpectedState, HealthMetrics
from infoscreen_core.services.monitoring.player_states import MASK, PLACES, StateRow, bit_of


class Part:
    """How a part of a message is copied into a state row: at once if complete, else by field."""

    def __init__(self, model: type[WireModel], **columns: str) -> None:
        self.columns = {name: (PLACES[column], bit_of(column)) for name, column in columns.items()}
        places = [place for place, _ in self.columns.values()]
        self.is_block = len(places) > 1 and places == list(
            range(places[0], places[0] + len(model.model_fields))
        )
        """Whether all the model's fields, in their order, are neighbouring columns."""
        self.size = len(places)
        self.block = slice(places[0], places[0] + self.size)
        self.mask = sum(bit for _, bit in self.columns.values())
        self.read_block = attrgetter(*columns)

    def report(self, row: StateRow, part: WireModel) -> None:
        """Copy what the part reports: a field left out keeps its value, null clears it."""
        fields = part.__pydantic_fields_set__  # `model_fields_set`, without a property's cost
        if self.is_block and len(fields) == self.size:
            row[self.block] = self.read_block(part)
            row[MASK] |= self.mask
            return
        for name in fields:
            column = self.columns.get(name)
            if column is not None:
                row[column[0]] = getattr(part, name)
                row[MASK] |= column[1]


_PROCESS_COLUMNS: Final = {
    name: name for name in ("current_process", "process_pid", "process_status", "current_event_id")
}
HEARTBEAT: Final = Part(Heartbeat, **_PROCESS_COLUMNS, ip="ip")
PROCESS_HEALTH: Final = Part(ProcessHealth, **_PROCESS_COLUMNS)
ACTUAL: Final = Part(
    ActualState, process="current_process", pid="process_pid", status="process_status"
)
EXPECTED: Final = Part(ExpectedState, event_id="expected_event_id")
METRICS: Final = Part(HealthMetrics, **{name: name for name in HealthMetrics.model_fields})
