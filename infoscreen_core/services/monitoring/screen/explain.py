"""Answer “Why is this screen red, and since when?” for any instant, in sentences.

`moment` finds the status and its beginning in the record, `evidence` what speaks for it. What
nobody saw is said to be unknown, never taken for a failure of the screen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.domain.commands.recovery_words import headline
from infoscreen_core.domain.commands.words import ACTION_WORDS, CYCLE_WORDS, STATE_WORDS
from infoscreen_core.domain.monitoring.evidence import Evidence, EvidenceCode
from infoscreen_core.domain.monitoring.fleet_count import DOWN_STATUSES
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.incidents.words import incident_sentence
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.status_words import (
    REASON_WORDS,
    STATUS_WORDS,
    advice_on,
)
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.courses import list_courses
from infoscreen_core.services.commands.plugs.plug_views import CycleView
from infoscreen_core.services.commands.plugs.plugs import list_cycles
from infoscreen_core.services.commands.recovery.recovery_record import find_recovery
from infoscreen_core.services.commands.views import CommandView
from infoscreen_core.services.monitoring.screen.evidence import find_evidence
from infoscreen_core.services.monitoring.screen.moment import Blindness, Moment, read_moment

_MOST_TRIED: Final = 5
"""Commands that are told of, and power cycles: the newest of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenExplanation:
    """Why a screen has, or had, its status, and since when."""

    client_uuid: str
    name: str
    at: datetime
    is_now: bool
    status: Status | None
    """None: not in service, or not on record."""
    reason: StatusReason | None
    """None: not on record."""
    since: datetime | None
    until: datetime | None
    """None: it goes on."""
    is_blind: bool
    """Whether the server itself did not see then; the status is the one from before."""
    sentence: Sentence
    """The answer."""
    evidence: tuple[Evidence, ...]
    advice: Sentence | None
    """What to do, in a short phrase; None where there is nothing to do any more."""


def explain_screen(
    session: Session,
    client_uuid: str,
    *,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
) -> ScreenExplanation:
    """Return why a screen has its status and since when, now or `at` an instant of the past.

    Lines of its log and commands are evidence to administrators only, as on its page. Raises
    `NotFoundError` for no such screen, `InvalidInputError` for an instant that is still to come.
    """
    actor.require(Role.USER)
    moment = read_moment(session, client_uuid, at=at, now=now)
    may_act = has_at_least(actor.role, Role.ADMIN)
    evidence = [*find_evidence(session, moment, may_read_logs=may_act)]
    if may_act:
        evidence += [*_tried(session, moment), *_recovery(session, moment)]
    return ScreenExplanation(
        client_uuid=moment.client.uuid,
        name=moment.client.display_name,
        at=moment.at,
        is_now=moment.is_now,
        status=moment.status,
        reason=moment.reason,
        since=moment.since,
        until=moment.until,
        is_blind=moment.blindness is not None,
        sentence=_answer(moment),
        evidence=tuple(evidence),
        advice=_advice(moment, may_act=may_act),
    )


def _advice(moment: Moment, *, may_act: bool) -> Sentence | None:
    """Return what to do now about what is the matter now, or still is."""
    if moment.reason is None or moment.until is not None or moment.status is Status.HEALTHY:
        return None
    return advice_on(moment.reason, may_act=may_act)


def _answer(moment: Moment) -> Sentence:
    name = moment.client.display_name
    if moment.reason is None:
        return _no_record(moment, name)
    if moment.blindness is not None:
        return _unseen(moment, moment.blindness, name)
    places: dict[str, Any] = {"screen": name, "reason": REASON_WORDS[moment.reason]}
    if not moment.is_now:
        return _was(moment, places)
    if moment.status is Status.UNKNOWN or moment.status is None:
        return Sentence("Nobody can tell how {screen} does: {reason}.", **places)
    places["status"] = STATUS_WORDS[moment.status]
    if moment.since is None:
        return Sentence("{screen} has the status “{status}”: {reason}.", **places)
    return Sentence(
        "{screen} has had the status “{status}” since {since}: {reason}.",
        **places,
        since=moment.since,
    )


def _was(moment: Moment, places: dict[str, Any]) -> Sentence:
    if moment.status is None:
        return Sentence("On {at} {screen} was not in service: {reason}.", **places, at=moment.at)
    places |= {"at": moment.at, "status": STATUS_WORDS[moment.status], "since": moment.since}
    if moment.until is None:
        return Sentence(
            "On {at} {screen} had the status “{status}”, as it has had since {since}: {reason}.",
            **places,
        )
    return Sentence(
        "On {at} {screen} had the status “{status}”, from {since} to {until}: {reason}.",
        **places,
        until=moment.until,
    )


def _no_record(moment: Moment, name: str) -> Sentence:
    if moment.record_begins is None:
        return Sentence("There is no record of {screen} yet.", screen=name)
    return Sentence(
        "There is no record of {screen} for {at}; it begins on {begins}.",
        screen=name,
        at=moment.at,
        begins=moment.record_begins,
    )


def _unseen(moment: Moment, blindness: Blindness, name: str) -> Sentence:
    places: dict[str, Any] = {
        "screen": name,
        "start": blindness.span.start,
        "cause": incident_sentence(IncidentKind.OUTAGE, {"cause": blindness.cause.value}),
        "before": _before(moment),
    }
    if not blindness.is_over:
        return Sentence(
            "Nobody can tell how {screen} does: the server itself has not seen its screens since "
            "{start}. {cause} {before}",
            **places,
        )
    return Sentence(
        "Nobody can tell how {screen} did on {at}: from {start} to {end} the server itself did not "
        "see its screens. {cause} {before}",
        **places,
        at=moment.at,
        end=blindness.span.end,
    )


def _before(moment: Moment) -> Sentence:
    if moment.reason is None or moment.status in (None, Status.UNKNOWN):
        return Sentence("What it did before is not on record.")
    return Sentence(
        "Its last known status is “{status}”: {reason}.",
        status=STATUS_WORDS[moment.status],
        reason=REASON_WORDS[moment.reason],
    )


def _tried(session: Session, moment: Moment) -> Iterator[Evidence]:
    """Yield what was done since the status began, and that nothing was where something was due."""
    uuid, since = moment.client.uuid, (moment.evidence_since, moment.at)
    commands = list_courses(session, uuid, issued=since, limit=_MOST_TRIED)
    cycles = list_cycles(session, uuid, requested=since, limit=_MOST_TRIED)
    tried = [*map(_command, commands), *map(_cycle, cycles)]
    yield from sorted(tried, key=lambda one: one.at or moment.at)
    if not tried and moment.status in DOWN_STATUSES and moment.blindness is None:
        now = Sentence("No command has been sent to it since then.")
        then = Sentence("By then no command had been sent to it.")
        yield Evidence(EvidenceCode.NOTHING_TRIED, now if moment.is_now else then)


def _recovery(session: Session, moment: Moment) -> Iterator[Evidence]:
    """Yield what crash recovery does now, and why."""
    found = find_recovery(session, moment.client.uuid) if moment.is_now else None
    if found is not None:
        yield Evidence(EvidenceCode.RECOVERY, headline(found.what), found.since)


def _command(command: CommandView) -> Evidence:
    places: dict[str, Any] = {
        "issued_at": command.issued_at,
        "action": ACTION_WORDS[command.action],
        "state": STATE_WORDS[command.status],
    }
    if command.requested_by is None:
        words = Sentence("On {issued_at} the system sent “{action}”: {state}.", **places)
    else:
        words = Sentence(
            "On {issued_at} {name} sent “{action}”: {state}.", **places, name=command.requested_by
        )
    refers_to = {"command_id": command.command_id}
    if command.rollout_id is not None:
        refers_to["rollout_id"] = command.rollout_id
    return Evidence(EvidenceCode.COMMAND, words, command.issued_at, refers_to)


def _cycle(cycle: CycleView) -> Evidence:
    places: dict[str, Any] = {
        "requested_at": cycle.requested_at,
        "state": CYCLE_WORDS[cycle.status],
    }
    if cycle.requested_by is None:
        words = Sentence(
            "On {requested_at} the system asked for its plug to be switched off and on: {state}.",
            **places,
        )
    else:
        words = Sentence(
            "On {requested_at} {name} asked for its plug to be switched off and on: {state}.",
            **places,
            name=cycle.requested_by,
        )
    refers_to = {"cycle_id": cycle.cycle_id}
    return Evidence(EvidenceCode.POWER_CYCLE, words, cycle.requested_at, refers_to)
