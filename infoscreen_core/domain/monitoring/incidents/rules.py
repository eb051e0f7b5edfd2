"""When an incident opens and closes: one table of rules, and the step that each look takes.

Each kind has a measure of the facts. An incident opens once its measure has reached one limit for
as long as the rule asks, and closes when it is back beyond another one, so that a figure that
swings around a limit makes one incident. A measure of None means that nothing can be told, as when
the player is silent: then what is open stays open, and what was about to open begins anew.

Facts are looked at whenever the player is judged: on news, and every minute.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final, NamedTuple

from infoscreen_core.domain.monitoring.content.pictures import staleness
from infoscreen_core.domain.monitoring.content.rule import Truth
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.incidents.limits import Limits
from infoscreen_core.domain.monitoring.player_clocks import known_clock
from infoscreen_core.domain.screens.player import PictureType, ProcessStatus, taken_at
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.text.elapsed import is_within

DUPLICATE_LASTS: Final = timedelta(minutes=15)
"""After two machines were last seen under one UUID."""
NEWCOMERS_TIME: Final = timedelta(minutes=10)
"""How long a player that was approved may take to report for the first time."""


class Life(Enum):
    """Whether a player is heard."""

    HEARD = auto()
    SILENT = auto()
    NEVER = auto()
    """It has not said a word yet."""
    UNSURE = auto()
    """It is silent, but so may we be deaf."""


@dataclass(slots=True, kw_only=True)  # not frozen, which takes twice the time
class IncidentFacts:
    """What is known of one screen in service when it is judged."""

    now: datetime
    life: Life
    status_since: datetime
    """When the status began that it is judged to have."""
    last_alive: datetime | None = None
    approved_at: datetime | None = None
    process_status: ProcessStatus | None = None
    errors_last_hour: int = 0
    service_failed_at: datetime | None = None
    """By the player's clock."""
    service_failed_unit: str | None = None
    screen_health: ScreenHealth = ScreenHealth.UNKNOWN
    content: Truth | None = None
    """Whether it shows what is planned; None: that was not judged."""
    reconnects_last_hour: int = 0
    is_health_fresh: bool = False
    """Whether the figures below were reported lately."""
    cpu_percent: float | None = None
    temperature_c: float | None = None
    disk_free_mb: float | None = None
    clock_behind_seconds: float | None = None
    picture_at: datetime | None = None
    """Receive time of the newest picture."""
    picture_captured_at: datetime | None = None
    """When that was taken, by the player's clock."""
    picture_type: PictureType | None = None
    boot_returned_at: datetime | None = None
    """When another machine of the same UUID was last seen."""


Measure = Callable[[IncidentFacts, Limits], float | None]
Limit = Callable[[Limits], float]


_WRONG_CONTENT: Final = frozenset(
    {ContentReason.OTHER_EVENT, ContentReason.SHOWS_NOTHING, ContentReason.OUTLASTS_PLAN}
)
_UNSETTLED_CONTENT: Final = frozenset({ContentReason.NOT_YET, ContentReason.PICTURE_STALE})
"""It may still be wrong."""


def _is_so(_limits: Limits) -> float:
    """The limit of what is or is not: measured as 1 and 0."""
    return 1


def _no_wait(_limits: Limits) -> timedelta:
    return timedelta()


def _now(facts: IncidentFacts) -> datetime:
    return facts.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one kind of incident is told from the facts."""

    measure: Measure
    """None: nothing can be told."""
    is_told: bool = True
    """Whether only a player that is heard can tell."""
    is_figure: bool = False
    """Whether it is a figure that players report of their machines every few seconds."""
    evidence: Callable[[IncidentFacts], dict[str, Any]]
    opens: Limit = _is_so
    """From this measure on."""
    closes: Limit = _is_so
    """Below this measure."""
    is_low: bool = False
    """The other way round: it opens below the one and closes from the other on."""
    hold: Callable[[Limits], timedelta] = _no_wait
    """How long it has to last before it opens."""
    since: Callable[[IncidentFacts], datetime] = _now
    """When it began, where the facts know it."""


class BoundRule(NamedTuple):
    """A rule with the limits of one installation, since thousands of screens are judged by it."""

    kind: IncidentKind
    measure: Measure
    opens: float
    closes: float
    rule: Rule


def _silence(facts: IncidentFacts, _limits: Limits) -> float | None:
    if facts.life is Life.UNSURE:
        return None
    return float(facts.life is not Life.HEARD and not _is_newcomer(facts))


def _is_newcomer(facts: IncidentFacts) -> bool:
    """Whether it was approved a moment ago and has yet to be switched on."""
    at = facts.approved_at
    return (
        facts.life is Life.NEVER and at is not None and is_within(at, NEWCOMERS_TIME, now=facts.now)
    )


def _is_crashed(facts: IncidentFacts, _limits: Limits) -> bool:
    """Whether it says so, or logs errors while it does not run."""
    is_running = facts.process_status is ProcessStatus.RUNNING
    return facts.process_status is ProcessStatus.CRASHED or (
        facts.errors_last_hour > 0 and not is_running
    )


def _is_wrong(facts: IncidentFacts, _limits: Limits) -> bool | None:
    """Whether it shows something else; one that does not run, or is black, is another incident."""
    truth = facts.content
    if truth is None or truth.reason in _UNSETTLED_CONTENT:
        return None
    return truth.state is Content.BEHIND and truth.reason in _WRONG_CONTENT


def _picture_age(facts: IncidentFacts, limits: Limits) -> float | None:
    """Return how old what the newest picture shows is, as a share of what is allowed."""
    at = facts.picture_at
    if at is None:
        return None
    taken = taken_at(
        received_at=at,
        captured_at=facts.picture_captured_at,
        clock_behind_seconds=facts.clock_behind_seconds,
    )
    return staleness(
        taken,
        received_at=at,
        kind=facts.picture_type,
        process_status=facts.process_status,
        now=facts.now,
        allowed=limits.picture_age,
    )


def _has_twin(facts: IncidentFacts, _limits: Limits) -> bool:
    at = facts.boot_returned_at
    return at is not None and is_within(at, DUPLICATE_LASTS, now=facts.now)


def _clock_is_off(facts: IncidentFacts, _limits: Limits) -> bool:
    behind = facts.clock_behind_seconds
    return behind is not None and known_clock(behind).is_off


def _failed_since(facts: IncidentFacts) -> datetime:
    """Return when systemd gave up, by our clock; the player said it by its own."""
    behind = timedelta(seconds=facts.clock_behind_seconds or 0)
    return facts.service_failed_at + behind if facts.service_failed_at else facts.now


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _content_evidence(facts: IncidentFacts) -> dict[str, Any]:
    """Return the events by their ids; whoever writes the incident adds their titles."""
    truth = facts.content or Truth()
    return {
        "planned_event_id": truth.planned_id,
        "shown_event_id": truth.shown_id,
        "since": _iso(truth.since),
    }


RULES: Final[Mapping[IncidentKind, Rule]] = {
    IncidentKind.SILENT: Rule(
        measure=_silence,
        is_told=False,
        since=lambda facts: facts.status_since,
        evidence=lambda facts: {"last_alive": _iso(facts.last_alive)},
    ),
    IncidentKind.PROCESS_CRASHED: Rule(
        measure=_is_crashed,
        evidence=lambda facts: {
            "process_status": facts.process_status,
            "errors_last_hour": facts.errors_last_hour,
        },
    ),
    IncidentKind.SERVICE_FAILED: Rule(
        measure=lambda facts, _limits: facts.service_failed_at is not None,
        is_told=False,
        since=_failed_since,
        evidence=lambda facts: {"unit": facts.service_failed_unit},
    ),
    IncidentKind.SCREEN_BLACK: Rule(
        measure=lambda facts, _limits: facts.screen_health is ScreenHealth.BLACK,
        evidence=lambda facts: {"picture_at": _iso(facts.picture_at)},
    ),
    IncidentKind.SCREEN_FROZEN: Rule(
        measure=lambda facts, _limits: facts.screen_health is ScreenHealth.FROZEN,
        evidence=lambda facts: {"picture_at": _iso(facts.picture_at)},
    ),
    IncidentKind.WRONG_CONTENT: Rule(
        measure=_is_wrong,
        hold=lambda limits: limits.content_hold,
        evidence=_content_evidence,
    ),
    IncidentKind.PICTURE_STALE: Rule(
        measure=_picture_age,
        evidence=lambda facts: {
            "captured_at": _iso(facts.picture_captured_at),
            "received_at": _iso(facts.picture_at),
        },
    ),
    IncidentKind.DUPLICATE_ID: Rule(
        measure=_has_twin, evidence=lambda facts: {"seen_at": _iso(facts.boot_returned_at)}
    ),
    IncidentKind.RESTART_STORM: Rule(
        measure=lambda facts, _limits: facts.reconnects_last_hour,
        opens=lambda limits: limits.reconnects,
        evidence=lambda facts: {"reconnects": facts.reconnects_last_hour},
    ),
    IncidentKind.HOT: Rule(
        measure=lambda facts, _limits: facts.temperature_c,
        is_figure=True,
        opens=lambda limits: limits.temperature_opens,
        closes=lambda limits: limits.temperature_closes,
        hold=lambda limits: limits.temperature_hold,
        evidence=lambda facts: {"temperature_c": facts.temperature_c},
    ),
    IncidentKind.PROCESSOR_BUSY: Rule(
        measure=lambda facts, _limits: facts.cpu_percent,
        is_figure=True,
        opens=lambda limits: limits.cpu_opens,
        closes=lambda limits: limits.cpu_closes,
        hold=lambda limits: limits.cpu_hold,
        evidence=lambda facts: {"cpu_percent": facts.cpu_percent},
    ),
    IncidentKind.DISK_NEARLY_FULL: Rule(
        measure=lambda facts, _limits: facts.disk_free_mb,
        is_figure=True,
        opens=lambda limits: limits.disk_opens,
        closes=lambda limits: limits.disk_closes,
        is_low=True,
        evidence=lambda facts: {"disk_free_mb": facts.disk_free_mb},
    ),
    IncidentKind.CLOCK_WRONG: Rule(
        measure=_clock_is_off,
        evidence=lambda facts: {"behind_seconds": facts.clock_behind_seconds},
    ),
}
"""How each kind is told; an outage of ours is told from the blind spans."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An incident that opens."""

    kind: IncidentKind
    at: datetime
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Steps:
    """What a look at one screen changes."""

    opened: Sequence[Opening]
    closed: Sequence[IncidentKind]
    waiting: Mapping[IncidentKind, datetime]
    """Conditions that have not lasted long enough, and since when each has held."""
    look_at: datetime | None
    """When the first of those has."""


def bind_rules(limits: Limits) -> Sequence[BoundRule]:
    """Return the rules with these limits."""
    return [
        BoundRule(kind, rule.measure, rule.opens(limits), rule.closes(limits), rule)
        for kind, rule in RULES.items()
    ]


def take_steps(
    facts: IncidentFacts,
    rules: Sequence[BoundRule],
    limits: Limits,
    *,
    unsettled: Collection[IncidentKind],
    waiting: Mapping[IncidentKind, datetime],
) -> Steps:
    """Return what becomes of a screen's incidents.

    `unsettled` are those whose cause had not ended at the last look, `waiting` is what `Steps`
    said then.
    """
    opened: list[Opening] = []
    closed: list[IncidentKind] = []
    still: dict[IncidentKind, datetime] = {}
    is_heard = facts.life is Life.HEARD
    for kind, measure, opens, closes, rule in rules:
        if (rule.is_told and not is_heard) or (rule.is_figure and not facts.is_health_fresh):
            continue
        value = measure(facts, limits)
        if value is None:
            continue
        if kind in unsettled:
            if (value >= closes) is rule.is_low:
                closed.append(kind)
        elif (value < opens) is rule.is_low:
            since = min(waiting.get(kind) or rule.since(facts), facts.now)
            due = since + rule.hold(limits)
            if due <= facts.now:
                opened.append(Opening(kind, due, rule.evidence(facts)))
            else:
                still[kind] = since
    look_at = min((at + RULES[kind].hold(limits) for kind, at in still.items()), default=None)
    return Steps(opened, closed, still, look_at)
