"""What speaks for a screen's status at an instant, found in the record, the weightiest first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    Client,
    ClientLog,
    ClientScreenshot,
    ClientStatus,
    Incident,
)
from infoscreen_core.db.queries.monitoring import screen as queries
from infoscreen_core.domain.monitoring.content.states import Content, ContentSpan
from infoscreen_core.domain.monitoring.evidence import Evidence, EvidenceCode
from infoscreen_core.domain.monitoring.health import STRETCH
from infoscreen_core.domain.monitoring.incidents.words import incident_sentence
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW, RECONNECT_WINDOW, StatusReason
from infoscreen_core.domain.monitoring.logs.lines import without_terminal_codes
from infoscreen_core.domain.monitoring.player_clocks import CLOCK_TOLERANCE
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.monitoring.status_words import REASON_WORDS
from infoscreen_core.domain.screens.player import LogLevel, ObservedPower, taken_at
from infoscreen_core.domain.screens.words import PROCESS_WORDS, SCREEN_HEALTH_WORDS
from infoscreen_core.domain.text.wording import Sentence, printable
from infoscreen_core.services.monitoring.content.history import list_content
from infoscreen_core.services.monitoring.health import list_stretches
from infoscreen_core.services.monitoring.screen.moment import Moment

_MOST: Final = 5
_LONGEST_LINE: Final = 200
_HOUR: Final = timedelta(hours=1)
_OF_LOGS: Final = {
    StatusReason.ERROR_LOGS: LogLevel.ERROR,
    StatusReason.ERRORS_WHILE_NOT_RUNNING: LogLevel.ERROR,
    StatusReason.WARN_LOGS: LogLevel.WARN,
}
"""Reasons that are log lines, and of which level."""
_WELL: Final = frozenset({StatusReason.ALL_WELL, StatusReason.DEACTIVATED, StatusReason.REJECTED})
"""Nobody looks for what may have caused these."""


def find_evidence(session: Session, moment: Moment, *, may_read_logs: bool) -> Iterator[Evidence]:
    """Yield what speaks for a screen's status; lines of its log only to whoever may read them."""
    yield from _beginning(moment)
    yield from _blindness(session, moment)
    yield from _contact(session, moment)
    if moment.is_now:
        yield from _report(moment.client)
    yield from _content(session, moment)
    yield from _reconnects(session, moment)
    yield from _logs(session, moment, may_read_logs=may_read_logs)
    yield from _picture(session, moment)
    yield from _incidents(session, moment)


def _beginning(moment: Moment) -> Iterator[Evidence]:
    since = moment.since
    if since is None:
        return
    if moment.may_be_older:
        older = Sentence("The record begins there; the status may be older.")
        yield Evidence(EvidenceCode.RECORD_BEGINS, older, since)
    if moment.began_as not in (None, moment.reason):
        began = Sentence(
            "It began for another reason: {reason}.", reason=REASON_WORDS[moment.began_as]
        )
        yield Evidence(EvidenceCode.BEGAN_AS, began, since)


def _blindness(session: Session, moment: Moment) -> Iterator[Evidence]:
    """Yield the last time in which nobody could see, unless that is the answer itself."""
    window = Span(moment.evidence_since, moment.at)
    span = queries.find_last_blind_span(session, window)
    if span is None or span.ended_at is None or moment.blindness is not None:
        return
    sentence = Sentence(
        "From {start} to {end} the server itself did not see its screens.",
        start=span.began_at,
        end=span.ended_at,
    )
    yield Evidence(EvidenceCode.BLIND, sentence, span.began_at)


def _contact(session: Session, moment: Moment) -> Iterator[Evidence]:
    if moment.is_now:
        last = moment.client.last_alive
        words = Sentence("It was last heard of on {last_alive}.", last_alive=last)
    else:
        last = queries.find_last_figures(session, moment.client.uuid, at=moment.at)
        words = Sentence("Its last figures before that are of {last_alive}.", last_alive=last)
    if last is not None:
        yield Evidence(EvidenceCode.LAST_CONTACT, words, last)
    elif moment.is_now:
        yield Evidence(EvidenceCode.LAST_CONTACT, Sentence("It has never reported."))


def _report(client: Client) -> Iterator[Evidence]:
    if client.health_at is not None and client.process_status is not None:
        report = Sentence(
            "It reported last on {reported_at}; its display process is {state}.",
            reported_at=client.health_at,
            state=PROCESS_WORDS[client.process_status],
        )
        yield Evidence(EvidenceCode.LAST_REPORT, report, client.health_at)
    if client.service_failed_at is not None:
        failed = Sentence(
            "The service {unit} failed on {failed_at}.",
            unit=client.service_failed_unit or "?",
            failed_at=client.service_failed_at,
        )
        yield Evidence(EvidenceCode.SERVICE, failed, client.service_failed_at)
    yield from _tv(client)


def _tv(client: Client) -> Iterator[Evidence]:
    if client.power_state is ObservedPower.OFF and client.power_state_since is not None:
        off = Sentence("Its TV has been off since {since}.", since=client.power_state_since)
        yield Evidence(EvidenceCode.TV_OFF, off, client.power_state_since)


def _content(session: Session, moment: Moment) -> Iterator[Evidence]:
    """Yield what it showed against what was published, where that is on record."""
    since = max(moment.evidence_since, moment.at - LOG_WINDOW)
    spans = list_content(session, moment.client.uuid, since=since, until=moment.at)
    if not spans or (words := _content_words(spans[-1])) is None:
        return
    behind_since = _behind_since(session, moment)
    if behind_since is not None:
        words = Sentence("Since {since}: {what}", since=behind_since, what=words)
    yield Evidence(EvidenceCode.CONTENT, words, spans[-1].began)


def _behind_since(session: Session, moment: Moment) -> datetime | None:
    """Return since when a screen has been behind its plan; None: it is not, or that is past."""
    row = session.get(ClientStatus, moment.client.uuid) if moment.is_now else None
    return row.content_since if row and row.content is Content.BEHIND else None


def _content_words(span: ContentSpan) -> Sentence | None:
    title, shown = span.planned_title, span.shown_title
    if span.state is Content.AS_PLANNED and title:
        return Sentence("It shows what was published: “{title}”.", title=title)
    if span.state is not Content.BEHIND:
        return None
    if title and shown and title != shown:
        return Sentence(
            "It shows “{shown}” instead of “{title}”, which was published.",
            shown=shown,
            title=title,
        )
    if title:
        return Sentence("It does not show “{title}”, which was published.", title=title)
    return Sentence("It shows “{shown}”, although nothing is planned.", shown=shown or "?")


def _reconnects(session: Session, moment: Moment) -> Iterator[Evidence]:
    window = Span(moment.at - RECONNECT_WINDOW, moment.at)
    stretches = list_stretches(session, moment.client.uuid, window, length=STRETCH)
    count = sum(stretch.reconnects for stretch in stretches)
    if count:
        words = Sentence("Reconnects in the hour before: {count}.", count=count)
        yield Evidence(EvidenceCode.RECONNECTS, words)


def _logs(session: Session, moment: Moment, *, may_read_logs: bool) -> Iterator[Evidence]:
    if moment.reason in _WELL or moment.reason is None:
        return
    level = _OF_LOGS.get(moment.reason, LogLevel.ERROR)
    is_reason = moment.reason in _OF_LOGS
    since = moment.at - LOG_WINDOW if is_reason else moment.evidence_since - _HOUR
    window = Span(since, moment.at)
    if is_reason:
        yield _log_count(session, moment, level, window)
    line = queries.find_line(session, moment.client.uuid, level, window)
    if line is not None and may_read_logs:
        yield _log_line(line)


def _log_count(session: Session, moment: Moment, level: LogLevel, window: Span) -> Evidence:
    count = queries.count_lines(session, moment.client.uuid, level, window)
    words = Sentence("Errors in its log within 24 hours: {count}.", count=count)
    if level is LogLevel.WARN:
        words = Sentence("Warnings in its log within 24 hours: {count}.", count=count)
    return Evidence(EvidenceCode.LOG_COUNT, words)


def _log_line(line: ClientLog) -> Evidence:
    message = printable(without_terminal_codes(line.message)[:_LONGEST_LINE])
    places: dict[str, Any] = {"at": line.ordered_at, "message": message}
    words = Sentence("It logged an error on {at}: {message}", **places)
    if line.level == LogLevel.WARN:
        words = Sentence("It logged a warning on {at}: {message}", **places)
    return Evidence(EvidenceCode.LOG_LINE, words, line.ordered_at, {"line_id": line.id})


def _picture(session: Session, moment: Moment) -> Iterator[Evidence]:
    picture = queries.find_picture(session, moment.client.uuid, at=moment.at)
    if picture is not None:
        words = _picture_words(picture, moment.client)
        refers_to = {"picture_id": picture.id}
        yield Evidence(EvidenceCode.PICTURE, words, picture.received_at, refers_to)


def _picture_words(picture: ClientScreenshot, client: Client) -> Sentence:
    """Return how the picture is; one that came late says when it was taken, by our clock."""
    places: dict[str, Any] = {
        "at": picture.received_at,
        "health": SCREEN_HEALTH_WORDS[picture.screen_health],
    }
    taken = taken_at(
        received_at=picture.received_at,
        captured_at=picture.captured_at,
        clock_behind_seconds=client.clock_behind_seconds,
    )
    if picture.received_at - taken <= CLOCK_TOLERANCE:
        return Sentence("Its last picture came on {at}: {health}.", **places)
    return Sentence(
        "Its last picture came on {at}, but was taken on {taken}: {health}.", taken=taken, **places
    )


def _incidents(session: Session, moment: Moment) -> Iterator[Evidence]:
    window = Span(moment.at, moment.at)
    for row in queries.list_incidents(session, moment.client.uuid, window, limit=_MOST):
        yield _incident(row, moment.at)
        if row.acknowledged_at is not None and row.acknowledged_at <= moment.at:
            yield _taken(row, row.acknowledged_at)


def _incident(row: Incident, at: datetime) -> Evidence:
    places: dict[str, Any] = {
        "id": row.id,
        "opened_at": row.opened_at,
        "summary": incident_sentence(row.kind, row.evidence or {}),
    }
    if row.closed_at is None:
        words = Sentence("Incident {id} is open since {opened_at}: {summary}", **places)
    else:
        words = Sentence(
            "Incident {id} was open from {opened_at} to {closed_at}: {summary}",
            **places,
            closed_at=row.closed_at,
        )
    return Evidence(EvidenceCode.INCIDENT, words, min(row.opened_at, at), {"incident_id": row.id})


def _taken(row: Incident, at: datetime) -> Evidence:
    name, refers_to = row.acknowledged_name or "", {"incident_id": row.id}
    words = Sentence("{name} looks after it since {taken_at}.", name=name, taken_at=at)
    if row.note:
        words = Sentence(
            "{name} looks after it since {taken_at}: {note}",
            name=name,
            taken_at=at,
            note=row.note,
        )
    return Evidence(EvidenceCode.TAKEN, words, at, refers_to)
