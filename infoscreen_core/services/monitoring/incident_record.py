"""The record of incidents, kept by whoever judges screens: they open and close here.

What people do with them is in `incidents`. One that somebody closed by hand while its cause goes
on opens again only after the cause has ended once.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Incident
from infoscreen_core.db.queries.monitoring import history
from infoscreen_core.db.queries.monitoring import incidents as queries
from infoscreen_core.db.queries.monitoring.due import DuePlayer, DueStatus
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.content.rule import Truth
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind, open_key
from infoscreen_core.domain.monitoring.incidents.limits import Limits
from infoscreen_core.domain.monitoring.incidents.rules import (
    IncidentFacts,
    Life,
    bind_rules,
    take_steps,
)
from infoscreen_core.domain.monitoring.judging import OUT_OF_SERVICE, Judgement
from infoscreen_core.domain.monitoring.liveness import ClientFacts, StatusReason
from infoscreen_core.domain.text.elapsed import is_within
from infoscreen_core.domain.webhooks.kinds import EventKind
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring.sight import SightChange
from infoscreen_core.services.webhooks import news

FOLDED_BEFORE: Final = timedelta(minutes=1)
"""Screens that fell silent so long before an outage of ours was noticed are part of it."""
_LIVES: Final = {
    StatusReason.HEARTBEAT_STALE: Life.SILENT,
    StatusReason.NEVER_SEEN: Life.NEVER,
}

Titles = Callable[[Session, Iterable[tuple[int | None, Truth]]], Mapping[int, str]]


def read_limits(session: Session) -> Limits:
    """Return from where on something counts as an incident here."""
    found = system_settings.read_all(session)

    def minutes(key: str) -> timedelta:
        return timedelta(minutes=found[key])

    return Limits(
        cpu_opens=found["incident_cpu_percent"],
        cpu_closes=found["incident_cpu_over_percent"],
        cpu_hold=minutes("incident_cpu_minutes"),
        temperature_opens=found["incident_temperature"],
        temperature_closes=found["incident_temperature_over"],
        temperature_hold=minutes("incident_temperature_minutes"),
        disk_opens=found["incident_disk_mb"],
        disk_closes=found["incident_disk_over_mb"],
        reconnects=found["incident_reconnects"],
        picture_age=minutes("incident_picture_minutes"),
        content_hold=timedelta(seconds=found["incident_content_seconds"]),
        outage_hold=timedelta(seconds=found["incident_outage_seconds"]),
    )


class IncidentBook:
    """The incidents of the screens that are judged in one transaction."""

    def __init__(
        self,
        session: Session,
        uuids: Collection[str],
        *,
        now: datetime,
        grace: timedelta,
        limits: Limits,
    ) -> None:
        self._now, self._grace = now, grace
        self._limits = limits
        self._rules = bind_rules(limits)
        self._waiting = queries.map_waiting(session, uuids)
        self._unsettled: dict[str, dict[IncidentKind, int]] = {}
        for one in queries.list_unsettled(session, uuids):
            self._unsettled.setdefault(one.client_uuid, {})[one.kind] = one.id
        self._opened: list[dict[str, Any]] = []
        self._wrong: list[tuple[int | None, Truth, dict[str, Any]]] = []
        """Of each screen that opens with wrong content: its group, what it shows, the evidence."""
        self._boots: list[tuple[str, str | None, str | None, datetime | None]] = []
        self._settled: list[int] = []
        self._gone: list[tuple[str, IncidentKind]] = []
        self._new: list[tuple[str, IncidentKind, datetime]] = []

    def look(
        self,
        row: DueStatus,
        client: DuePlayer,
        facts: ClientFacts,
        found: Judgement,
        content: Truth,
    ) -> Judgement:
        """Note what becomes of a screen's incidents; return when to judge it again, if sooner."""
        known = self._unsettled.get(client.uuid, {})
        waiting = self._waiting.get(client.uuid, {})
        if found.change.reason in OUT_OF_SERVICE and not found.is_unsure:
            self._settled.extend(known.values())
            self._gone.extend((client.uuid, kind) for kind in waiting)
            return found
        returned_at = self._note_boot(row, client)
        steps = take_steps(
            self._facts(client, facts, found, content, returned_at),
            self._rules,
            self._limits,
            unsettled=known,
            waiting=waiting,
        )
        for opening in steps.opened:
            if opening.kind is IncidentKind.WRONG_CONTENT:
                self._wrong.append((client.group_id, content, opening.evidence))
            self._opened.append(
                {
                    "kind": opening.kind,
                    "client_uuid": client.uuid,
                    "group_id": client.group_id,
                    "opened_at": opening.at,
                    "evidence": opening.evidence,
                }
            )
        self._settled.extend(known[kind] for kind in steps.closed)
        if waiting or steps.waiting:
            self._gone.extend((client.uuid, kind) for kind in waiting.keys() - steps.waiting.keys())
            self._new.extend(
                (client.uuid, kind, steps.waiting[kind])
                for kind in steps.waiting.keys() - waiting.keys()
            )
        if steps.look_at is not None and steps.look_at < found.judge_at:
            return replace(found, judge_at=steps.look_at)
        return found

    @property
    def opened(self) -> int:
        """How many open."""
        return len(self._opened)

    @property
    def closed(self) -> int:
        """How many have ended."""
        return len(self._settled)

    def write(self, session: Session, titles: Titles) -> None:
        """Write down what was noted; `titles` tells how events are called."""
        if self._wrong:
            names = titles(session, ((group_id, truth) for group_id, truth, _ in self._wrong))
            for _, truth, evidence in self._wrong:
                evidence["planned_title"] = names.get(truth.planned_id or 0)
                evidence["shown_title"] = names.get(truth.shown_id or 0)
        history.note_boots(session, self._boots)
        queries.replace_waiting(session, self._gone, self._new)
        news.tell_closing(session, self._settled, at=self._now, now=self._now)
        queries.settle(session, self._settled, at=self._now)
        queries.add(session, self._opened)
        keys = [open_key(row["kind"], row["client_uuid"]) for row in self._opened]
        news.tell_opened(session, keys, now=self._now)

    def _note_boot(self, row: DueStatus, client: DuePlayer) -> datetime | None:
        """Remember the last two boots of a player; only a twin brings it back to the one before.

        Returns when that was last.
        """
        boot_id = client.boot_id
        if boot_id is None or boot_id == row.boot_id:
            return row.boot_returned_at
        is_back = boot_id == row.boot_id_before
        returned_at = self._now if is_back else row.boot_returned_at
        self._boots.append((client.uuid, boot_id, row.boot_id, returned_at))
        return returned_at

    def _facts(
        self,
        client: DuePlayer,
        facts: ClientFacts,
        found: Judgement,
        content: Truth,
        boot_returned_at: datetime | None,
    ) -> IncidentFacts:
        life = _LIVES.get(found.change.reason, Life.HEARD)
        reported_at = client.health_at
        return IncidentFacts(
            now=self._now,
            life=Life.UNSURE if found.is_unsure else life,
            status_since=found.change.at,
            last_alive=client.last_alive,
            approved_at=client.approved_at,
            process_status=client.process_status,
            errors_last_hour=facts.errors_last_hour,
            service_failed_at=client.service_failed_at,
            service_failed_unit=client.service_failed_unit,
            screen_health=client.screen_health_status,
            content=content,
            reconnects_last_hour=facts.reconnects_last_hour,
            is_health_fresh=reported_at is not None
            and is_within(reported_at, self._grace, now=self._now),
            cpu_percent=client.cpu_percent,
            temperature_c=client.temperature_c,
            disk_free_mb=client.disk_free_mb,
            clock_behind_seconds=client.clock_behind_seconds,
            picture_at=client.last_screenshot_at,
            picture_captured_at=client.last_screenshot_captured_at,
            picture_type=client.last_screenshot_type,
            boot_returned_at=boot_returned_at,
        )


def note_outages(session: Session, changes: Collection[SightChange], *, now: datetime) -> None:
    """Open or close the incident of an outage of ours, after `sight.note` found these changes.

    An outage gets its incident once it has lasted a while. A standstill, which is noticed when it
    is over, gets one that is over.
    """
    for change in changes:
        if change.cause is BlindCause.STANDSTILL and change.ended_at is not None:
            _add_outage(session, change.cause, change.began_at, change.ended_at, now=now)
    outage = queries.find_unsettled_outage(session)
    span = history.find_open_blind_span(session)
    if outage is not None and span is None:
        _end_outage(session, outage, now)
    if outage is not None or span is None:
        return
    if now - span.began_at >= read_limits(session).outage_hold:
        _add_outage(session, span.cause, span.began_at, None, now=now)


def _add_outage(
    session: Session,
    cause: BlindCause,
    began_at: datetime,
    ended_at: datetime | None,
    *,
    now: datetime,
) -> None:
    outage = Incident(
        kind=IncidentKind.OUTAGE,
        opened_at=began_at,
        closed_at=ended_at,
        evidence={"cause": cause.value},
        open_key=None if ended_at else open_key(IncidentKind.OUTAGE, None),
    )
    session.add(outage)
    session.flush()
    _fold(session, outage)
    news.tell_incident(session, EventKind.INCIDENT_OPENED, outage.id, now=now)
    if ended_at is not None:
        news.tell_incident(session, EventKind.INCIDENT_CLOSED, outage.id, now=now)


def _end_outage(session: Session, outage: Incident, now: datetime) -> None:
    span = history.find_last_blind_span(session)
    ended_at = span.ended_at if span and span.ended_at else now
    _fold(session, outage)
    news.tell_closing(session, [outage.id], at=ended_at, now=now)
    queries.settle(session, [outage.id], at=max(ended_at, outage.opened_at))


def _fold(session: Session, outage: Incident) -> None:
    queries.fold(session, outage.id, since=outage.opened_at - FOLDED_BEFORE, until=outage.closed_at)
