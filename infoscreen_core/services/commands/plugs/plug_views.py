"""Plugs and their power cycles as readers see them: without passwords."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infoscreen_core.db.models import Client, Plug
from infoscreen_core.db.queries.commands.plugs import CycleRow
from infoscreen_core.domain.commands.plug_address import PlugAddress
from infoscreen_core.domain.commands.plugs import PlugKind, State
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.fetching.plugs.errors import PlugError
from infoscreen_core.fetching.plugs.found import FoundPlug


@dataclass(frozen=True)
class CheckResult:
    """What a test of a plug found, as one sentence and by its parts."""

    is_ok: bool
    sentence: Sentence
    problem: str | None
    is_on: bool | None
    firmware: str | None


@dataclass(frozen=True, kw_only=True)
class PlugView:
    """A screen's plug."""

    client_uuid: str
    screen_name: str
    kind: PlugKind
    address: str
    relay: int
    has_login: bool
    seconds_off: int
    is_enabled: bool
    check_wanted_at: datetime | None
    """Since when a test is waited for; None: nobody waits."""
    checked_at: datetime | None
    check: CheckResult | None
    version: int


@dataclass(frozen=True, kw_only=True)
class CycleView:
    """A power cycle with the instants of its steps; those that it has not taken are None."""

    cycle_id: str
    client_uuid: str
    status: State
    reason: str | None
    requested_by: str | None
    """A user's name; None stands for the system, or the command line."""
    seconds_off: int
    next_at: datetime
    attempts: int
    is_off_proven: bool | None
    requested_at: datetime
    switching_off_at: datetime | None
    off_at: datetime | None
    switching_on_at: datetime | None
    completed_at: datetime | None
    failed_at: datetime | None
    canceled_at: datetime | None
    error_code: str | None
    error: Sentence | None
    """What went wrong last; while it runs, why it is tried again."""


def plug_view(plug: Plug, client: Client) -> PlugView:
    """Return the view of a stored plug."""
    return PlugView(
        client_uuid=plug.client_uuid,
        screen_name=client.display_name,
        kind=plug.kind,
        address=str(PlugAddress(plug.host, plug.port)),
        relay=plug.relay,
        has_login=plug.access_encrypted is not None,
        seconds_off=plug.seconds_off,
        is_enabled=plug.is_enabled,
        check_wanted_at=plug.check_wanted_at,
        checked_at=plug.checked_at,
        check=_restored(plug.check_result) if plug.check_result else None,
        version=plug.version,
    )


def cycle_view(row: CycleRow) -> CycleView:
    """Return the view of a stored power cycle."""
    cycle = row.cycle
    return CycleView(
        cycle_id=cycle.cycle_id,
        client_uuid=cycle.client_uuid,
        status=cycle.status,
        reason=cycle.reason,
        requested_by=row.requested_by_name,
        seconds_off=cycle.seconds_off,
        next_at=cycle.next_at,
        attempts=cycle.attempts,
        is_off_proven=cycle.is_off_proven,
        requested_at=cycle.requested_at,
        switching_off_at=cycle.switching_off_at,
        off_at=cycle.off_at,
        switching_on_at=cycle.switching_on_at,
        completed_at=cycle.completed_at,
        failed_at=cycle.failed_at,
        canceled_at=cycle.canceled_at,
        error_code=cycle.error_code,
        error=Sentence.restored(cycle.error) if cycle.error else None,
    )


def kept_found(sentence: Sentence, found: FoundPlug) -> dict[str, Any]:
    """Return what a test found, as it is stored."""
    return {**sentence.kept(), "is_on": found.is_on, "firmware": found.firmware}


def kept_failure(error: PlugError) -> dict[str, Any]:
    """Return why a test failed, as it is stored."""
    return {**Sentence.of(error).kept(), "problem": error.problem.value}


def _restored(kept: Mapping[str, Any]) -> CheckResult:
    problem = kept.get("problem")
    return CheckResult(
        is_ok=problem is None,
        sentence=Sentence.restored(kept),
        problem=problem,
        is_on=kept.get("is_on"),
        firmware=kept.get("firmware"),
    )
