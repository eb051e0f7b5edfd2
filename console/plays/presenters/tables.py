"""The numbers behind the pictures, and the sums by event and file, as tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.plays.presenters.words import seconds_text, sureness_word
from console.words.formatting import MISSING, day, instant
from console.words.html import link, table, table_of_first
from infoscreen_core.domain.monitoring.plays.tallies import Sums
from infoscreen_core.services.monitoring.plays.report import ScreenPlays

_MOST_PLAYS = 300


def plays_table(screens: Sequence[ScreenPlays], zone: ZoneInfo, *, now: datetime) -> str:
    """Return every play of some screens, screen by screen."""
    heads = (_("Screen"), _("Shown"), _("Files"), _("Since"), _("Until"), _("Length"), _("Proof"))
    plays = [(one, play) for one in screens for play in one.plays]
    return table_of_first(
        heads,
        plays,
        lambda row: (
            link("client", row[0].name, uuid=row[0].uuid),
            escape(row[1].title or f"#{row[1].event_id}"),
            escape(", ".join(file.name for file in row[1].files) or MISSING),
            escape(instant(row[1].span.start, zone, now=now)),
            escape(instant(row[1].span.end, zone, now=now)),
            escape(seconds_text(row[1].span.length.total_seconds())),
            escape(sureness_word(row[1].sureness)),
        ),
        most=_MOST_PLAYS,
        caption=ngettext("{n} play", "{n} plays", len(plays)),
    )


def events_table(
    rows: Sequence[Sums], groups: Mapping[int, str], query: Mapping[str, str], *, caption: str
) -> str:
    """Return sums by event, each with the way to its screens; `groups` by event."""
    heads = (_("Event"), _("Group"), *_length_heads())
    cells = (
        (_narrowing(one, "event", query), escape(groups.get(one.key, MISSING)), *_lengths(one))
        for one in rows
    )
    return table(heads, cells, caption=caption)


def files_table(rows: Sequence[Sums], query: Mapping[str, str], *, caption: str) -> str:
    """Return sums by file, each with the way to its screens."""
    heads = (_("File"), *_length_heads())
    cells = ((_narrowing(one, "media", query), *_lengths(one)) for one in rows)
    return table(heads, cells, caption=caption)


def _narrowing(one: Sums, name: str, query: Mapping[str, str]) -> str:
    kept = {key: value for key, value in query.items() if key not in {"event", "media"}}
    return link("plays", one.name or f"#{one.key}", **{**kept, name: str(one.key)})


def days_table(rows: Sequence[Sums], *, caption: str) -> str:
    """Return sums by day."""
    heads = (_("Day"), *_length_heads())
    return table(heads, ((escape(day(one.key)), *_lengths(one)) for one in rows), caption=caption)


def _length_heads() -> tuple[str, ...]:
    return _("Shown"), _("With a picture"), _("Unknown"), _("Screens"), _("Times")


def _lengths(one: Sums) -> tuple[str, ...]:
    return (
        escape(seconds_text(one.shown)),
        escape(seconds_text(one.seen)),
        escape(seconds_text(one.unknown) if one.unknown else MISSING),
        str(one.screens),
        str(one.plays),
    )
