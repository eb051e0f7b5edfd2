"""All cases, in the order in which they run: what listens comes last, when the player is calm."""

from typing import Final

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from workers.conformance.case import Case
from workers.conformance.cases import (
    clock,
    execution,
    machine,
    power,
    refusals,
    rhythm,
    said,
    showing,
)

CASES: Final = (
    *refusals.CASES,
    *execution.CASES,
    *showing.CASES,
    *power.CASES,
    *said.FAILURE_CASES,
    *execution.OUTAGE_CASES,
    *machine.CASES,
    *rhythm.CASES,
    *clock.CASES,
    *said.CASES,
)


def choose(names: list[str]) -> list[Case]:
    """Return the cases of these names, all if none is given; raise `InvalidInputError` for others.

    An option that is there and empty names no case: a script's variable that is empty must not
    restart a player.
    """
    wanted = [part.strip() for name in names for part in name.split(",") if part.strip()]
    known = {case.name for case in CASES}
    for name in wanted if wanted or not names else [""]:
        if name not in known:
            raise InvalidInputError(
                "There is no case “{name}”; the cases are {known}.",
                field="case",
                name=shown(name),
                known=", ".join(case.name for case in CASES),
            )
    return [case for case in CASES if not wanted or case.name in wanted]
