"""`infoscreen event`: plan and look up events."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, cast
from zoneinfo import ZoneInfo

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.events import event_edit
from infoscreen_core.cli.exchange import event_import
from infoscreen_core.cli.moments import read_local
from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries import events as queries
from infoscreen_core.db.queries import groups as group_queries
from infoscreen_core.domain.events.event import EventType, Priority
from infoscreen_core.domain.events.looks import LOOKS, read_look
from infoscreen_core.domain.events.schedule import is_emergency
from infoscreen_core.domain.recurrence.expansion import starts_off_rule
from infoscreen_core.domain.text.choices import no_choice
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.wording import Sentence, printable, shown
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services import audit, system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import (
    event_copies,
    event_deletions,
    event_drafts,
    event_verdicts,
    events,
    occurrences,
    verdict_words,
)
from infoscreen_core.services.screens import roster

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from infoscreen_core.db.models import Event
    from infoscreen_core.services.events.event_verdicts import Verdict
    from infoscreen_core.settings import Settings

app = typer.Typer(help="Plan and look up events.", no_args_is_help=True)
app.command("edit")(event_edit.command)
app.command("import")(event_import.command)

_EventId = Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The event's id.")]
_COLUMNS = ("id", "group_id", "title", "event_type", "start", "end", "recurrence_rule", "is_active")


@app.command("create")
def create(  # noqa: PLR0913 - one option each
    *,
    group: Annotated[list[str], typer.Option("--group", help="Group, by name or id; repeatable.")],
    title: Annotated[str, typer.Option(help="What people read.")],
    kind: Annotated[str, typer.Option("--type", help="One of: " + ", ".join(EventType))],
    start: Annotated[
        str, typer.Option(help="2026-09-07T08:00 in --timezone, or an instant with Z or offset.")
    ],
    end: Annotated[
        str | None, typer.Option(help="As --start; may be left out with --all-day.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="IANA zone; default: the installation's.")
    ] = None,
    rrule: Annotated[
        str | None, typer.Option(help="Recurrence rule, as in FREQ=WEEKLY;BYDAY=MO.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Address of a website, or of a file to show.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Text of a message.")] = None,
    look: Annotated[
        str, typer.Option("--look", "--severity", help="Of a message: " + ", ".join(LOOKS))
    ] = "notice",
    description: Annotated[str | None, typer.Option(help="A note for colleagues.")] = None,
    location: Annotated[str | None, typer.Option(help="Where it takes place.")] = None,
    priority: Annotated[
        str,
        typer.Option(help="background, normal, high or emergency, which is alone on the screens."),
    ] = "normal",
    media: Annotated[
        list[int] | None,
        typer.Option(
            min=1,
            max=MAX_ID,
            help="Id of a media file; a presentation shows several in this order.",
        ),
    ] = None,
    period: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help="Id of an academic period.")
    ] = None,
    skip_holidays: Annotated[
        bool, typer.Option("--skip-holidays", help="Not in holidays.")
    ] = False,
    all_day: Annotated[bool, typer.Option("--all-day", help="Whole days.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Create an event, or a series, for one or more groups: one event each."""

    def draft_in(session: "Session") -> "event_drafts.EventDraft":
        default_zone = system_settings.get_setting(session, "default_timezone")
        zone_name = default_zone if timezone is None else timezone
        begin, finish = _read_times(start, end, load_zone(zone_name), is_all_day=all_day)
        return event_drafts.EventDraft(
            group_ids=[_group_id(session, name) for name in group],
            title=title,
            event_type=cast("EventType", kind),  # the service checks this and other plain texts
            start=begin,
            end=finish,
            timezone=zone_name,
            description=description,
            location=location,
            is_all_day=all_day,
            recurrence_rule=_checked_rule(rrule),
            skip_holidays=skip_holidays,
            academic_period_id=period,
            priority=_priority(priority),
            event_media_id=next(iter(media or ()), None),
            further_media_ids=(media or [])[1:],
            website_url=_checked_url(kind, url),
            message_text=text,
            message_severity=read_look(look),
        )

    def change(session: "Session", _: "Settings") -> "tuple[list[Event], list[Sentence]]":
        draft, now = draft_in(session), utc_now()
        verdict = event_verdicts.foresee(session, draft, now=now)
        created = events.create_events(session, draft, actor=CLI, now=now)
        return created, verdict_words.verdict_sentences(verdict, roster.list_group_names(session))

    created, verdict = cli_change(change)
    rows = [audit.audited_columns(event) for event in created]
    _warn(created)
    _say(verdict)
    emit(rows if len(rows) > 1 else rows[0], as_json=as_json, columns=_COLUMNS)


@app.command("list")
def list_all(
    *,
    group: Annotated[
        list[str] | None, typer.Option("--group", help="Only of this group; repeatable.")
    ] = None,
    active: Annotated[bool, typer.Option("--active", help="Only those that are not over.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """List events and series by their start."""
    with cli_session() as (session, _):
        groups = [_group_id(session, name) for name in group or []] or None
        found = events.list_events(session, group_ids=groups, is_active=True if active else None)
        rows = [audit.audited_columns(event) for event in found]
    emit(rows, as_json=as_json, columns=_COLUMNS)


@app.command("show")
def show(event_id: _EventId, *, as_json: JsonFlag = False) -> None:
    """Show one event with the exceptions of its series."""
    with cli_session() as (session, _):
        row = audit.audited_columns(events.get_event(session, event_id))
        exceptions = [
            audit.audited_columns(one) for one in queries.list_exceptions(session, [event_id])
        ]
    emit({**row, "exceptions": exceptions}, as_json=as_json)


@app.command("delete")
def delete(event_id: _EventId, *, as_json: JsonFlag = False) -> None:
    """Delete an event, or a whole series; its screens change at once."""
    cli_change(lambda session, _: events.delete_event(session, event_id, actor=CLI, now=utc_now()))
    emit({"id": event_id, "is_deleted": True}, as_json=as_json)


@app.command("undo-delete")
def undo_delete(*, as_json: JsonFlag = False) -> None:
    """Bring back what was deleted last on the command line, for ten minutes."""

    def change(session: "Session", _: "Settings") -> "tuple[dict[str, Any], Sentence | None]":
        now = utc_now()
        last = event_deletions.find_last_deletion(session, actor=CLI, now=now)
        if last is None:
            raise NotFoundError("Nothing was deleted on the command line in the last ten minutes.")
        back = event_deletions.undo_delete(session, last.id, actor=CLI, now=now)
        lost = event_deletions.list_lost_files(session, last.id)
        return audit.audited_columns(back), event_deletions.lost_sentence(lost)

    row, lost = cli_change(change)
    _say([lost] if lost else [])
    emit(row, as_json=as_json, columns=_COLUMNS)


@app.command("copy")
def copy(
    event_id: _EventId,
    *,
    group: Annotated[list[str], typer.Option("--group", help="Group to copy to; repeatable.")],
    as_json: JsonFlag = False,
) -> None:
    """Copy an event, or a whole series with its exceptions, to other groups."""

    def change(session: "Session", _: "Settings") -> "tuple[list[dict[str, Any]], list[Sentence]]":
        groups, now = [_group_id(session, name) for name in group], utc_now()
        copies = event_copies.copy_event(session, event_id, groups, actor=CLI, now=now)
        names = roster.list_group_names(session)
        verdicts = [
            Sentence("{group}: {sentence}", group=names[one.group_id], sentence=sentence)
            for one in copies
            for sentence in verdict_words.verdict_sentences(_judged(session, one, now), names)
        ]
        return [audit.audited_columns(event) for event in copies], verdicts

    rows, verdicts = cli_change(change)
    _say(verdicts)
    emit(rows, as_json=as_json, columns=_COLUMNS)


def _read_times(
    start: str, end: str | None, zone: ZoneInfo, *, is_all_day: bool
) -> tuple[datetime, datetime]:
    begin = read_local(start, zone, field="start")
    if end is None and not is_all_day:
        raise InvalidInputError("The event has no end; give --end, or --all-day.", field="end")
    return begin, begin if end is None else read_local(end, zone, field="end")


def _group_id(session: "Session", name: str) -> int:
    found = group_queries.find_group_by_text(session, name)
    if found is None:
        raise NotFoundError(
            "There is no group {value}; `infoscreen group list` shows them.",
            field="group_id",
            value=shown(name),
        )
    return found.id


def _priority(word: str) -> int:
    words = {member.name.lower(): member.value for member in Priority}
    words |= {str(member.value): member.value for member in Priority}
    if word.lower() not in words:
        raise no_choice(word, words, field="priority")
    return words[word.lower()]


def _checked_rule(rule: str | None) -> str | None:
    # A script whose variable is empty means a series: a single event would be a silent surprise.
    if rule is not None and not rule.strip():
        raise typer.BadParameter(
            "it is empty; leave it out for a single event.", param_hint="--rrule"
        )
    return rule


def _checked_url(kind: str, url: str | None) -> str | None:
    if url is not None and kind in {EventType.WEBUNTIS, EventType.MESSAGE, EventType.OTHER}:
        raise InvalidInputError(
            "An event of type {value} takes no address; leave --url out.",
            field="website_url",
            value=kind,
        )
    return url


def _warn(created: "Sequence[Event]") -> None:
    if starts_off_rule(occurrences.series_of(created[0], with_exceptions=False)):
        sys.stderr.write(
            "Note: the rule does not hit the start; the first occurrence comes later.\n"
        )
    if is_emergency(created[0]):
        sys.stderr.write(
            f"Note: while it lasts, {len(created)} group(s) show this emergency alone.\n"
        )


def _judged(session: "Session", event: "Event", now: datetime) -> "Verdict":
    return event_verdicts.foresee(
        session,
        event_drafts.EventDraft.of(event),
        now=now,
        replaces=event_verdicts.Replaced(event.id),
    )


def _say(verdict: "Sequence[Sentence]") -> None:
    sys.stderr.write("".join(f"Verdict: {printable(str(sentence))}\n" for sentence in verdict))
