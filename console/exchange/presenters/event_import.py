"""What an import does, or did: in one sentence, and event by event."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.errors import error_sentence
from console.words.event_types import event_type_word
from console.words.formatting import MISSING, clock, day
from console.words.html import labelled
from console.words.recurrence import rule_sentence
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.recurrence.expansion import parse_rule
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InfoscreenError, InvalidInputError
from infoscreen_core.services.exchange.views import (
    WRITTEN,
    EventImportResult,
    EventImportRow,
    EventOutcome,
)


class Suiting(StrEnum):
    """The choice that is no type: an enumeration, so that it outlives a change of language."""

    AS_SUITS = "as_suits"


AS_SUITS: Final = Suiting.AS_SUITS
KINDS: Final = (
    AS_SUITS,
    EventType.MESSAGE,
    EventType.WEBSITE,
    EventType.PRESENTATION,
    EventType.OTHER,
)
"""What an imported event may become; other types need what no calendar file says."""
SHOWN_ROWS: Final = 200
_WORDS: Final[Mapping[EventOutcome, str]] = {
    EventOutcome.CREATED: N_("new"),
    EventOutcome.UPDATED: N_("changed"),
    EventOutcome.REMOVED: N_("removed"),
    EventOutcome.UNCHANGED: N_("unchanged"),
    EventOutcome.CALLED_OFF: N_("called off"),
    EventOutcome.LEFT_OUT: N_("not taken over"),
    EventOutcome.REFUSED: N_("not imported"),
}
_FIRST: Final = (EventOutcome.REFUSED, EventOutcome.LEFT_OUT)
"""What people must look at before all else, in this order."""


def kind_of(choice: str) -> EventType | None:
    """Return the chosen type; None for what suits each event."""
    return None if choice == AS_SUITS else EventType(choice)


def kind_word(choice: str) -> str:
    """Return a choice in words."""
    kind = kind_of(choice)
    return event_type_word(kind) if kind else _("Website if there is an address, else message")


def written_count(result: EventImportResult) -> int:
    """Return how many events an import creates, changes or removes."""
    return sum(result.counts[outcome] for outcome in WRITTEN)


def summary(result: EventImportResult) -> str:
    """Return the outcomes with their numbers: `12 neu, 3 geändert`."""
    return counts_words(result.counts)


def counts_words(counts: Mapping[EventOutcome, int]) -> str:
    """Return counts of outcomes in words; those of none are left out."""
    return ", ".join(
        f"{counts[outcome]} {_(word)}" for outcome, word in _WORDS.items() if counts.get(outcome)
    )


def import_label(result: EventImportResult) -> str:
    """Return what the button says that does it."""
    return ngettext("Import {n} event", "Import {n} events", written_count(result))


def rows_html(result: EventImportResult, zone: ZoneInfo) -> str:
    """Return the events as a table: first what was not taken, then what has notes."""
    ordered = sorted(result.rows, key=lambda row: (_rank(row), row.line))
    names = _heads()
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(_row(row, zone) for row in ordered[:SHOWN_ROWS])
    caption = f"<caption>{escape(_('Events of the file'))}</caption>"
    table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="is-table is-import">{table}</div>{_rest(len(ordered))}'


def notes_of(result: EventImportResult) -> list[str]:
    """Return what must be said of the file as a whole."""
    return [error_sentence(note) for note in result.notes]


def verdict_lines(result: EventImportResult, zone: ZoneInfo, *, now: datetime) -> list[str]:
    """Return whether the events will be seen, event by event where they are not always."""
    return [error_sentence(one, zone, now=now) for one in result.verdict.sentences]


def imported_toast(result: EventImportResult) -> str:
    """Return what is told once a file was imported."""
    told = _("Imported: {summary}", summary=summary(result))
    if not (count := result.verdict.wanting):
        return told
    wanting = ngettext(
        "{n} event is not seen on all its dates.",
        "{n} events are not seen on all their dates.",
        count,
    )
    return f"{told}. {wanting}"


def _heads() -> tuple[str, ...]:
    return _("Line"), _("Event"), _("Start"), _("Repeats"), _("Result")


def _rank(row: EventImportRow) -> int:
    return _FIRST.index(row.outcome) if row.outcome in _FIRST else len(_FIRST) + (not row.notes)


def _row(row: EventImportRow, zone: ZoneInfo) -> str:
    word = escape(_(_WORDS[row.outcome]))
    if row.outcome in _FIRST:
        word = f'<span class="is-warning"><b>{word}</b></span>'
    below = "".join(
        f'<div class="is-small">{escape(error_sentence(one, zone))}</div>' for one in _said(row)
    )
    title = escape(row.title or MISSING) + below
    line = row.line or MISSING
    cells = (str(line), title, _start(row, zone), escape(_repeats(row)), word)
    return f"<tr>{labelled('td', _heads(), cells)}</tr>"


def _said(row: EventImportRow) -> list[InfoscreenError | Sentence]:
    return [*([row.error] if row.error else []), *row.notes]


def _start(row: EventImportRow, zone: ZoneInfo) -> str:
    if row.start is None:
        return MISSING
    shown = escape(day(row.start.astimezone(zone).date(), with_year=True))
    return shown if row.is_all_day else f"{shown} {clock(row.start, zone)}"


def _repeats(row: EventImportRow) -> str:
    """Return how a series recurs, in words; a rule that cannot be read stays as it is written."""
    if row.recurrence_rule is None or row.start is None:
        return ""
    zone = load_zone(row.timezone)
    start = to_local(row.start, zone)
    try:
        rule = parse_rule(row.recurrence_rule, start_local=start, timezone=zone.key)
    except InvalidInputError:
        return shown(row.recurrence_rule)
    return rule_sentence(rule, start, zone, is_all_day=row.is_all_day)


def _rest(count: int) -> str:
    if count <= SHOWN_ROWS:
        return ""
    more = ngettext("and {n} more", "and {n} more", count - SHOWN_ROWS)
    return f'<p class="is-quiet is-small">{escape(more)}</p>'
