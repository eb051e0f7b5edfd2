"""What was shown as a file: a line for each play."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from console.i18n import _
from console.plays.presenters.words import sureness_word
from infoscreen_core.domain.monitoring.plays.plays import Sureness
from infoscreen_core.formats.csv_writer import csv_chunks
from infoscreen_core.services.monitoring.plays.report import ScreenPlays


@dataclass(frozen=True, slots=True)
class PlayWords:
    """The words of the file in one language: it is written while it is sent, in other threads."""

    heading: tuple[str, ...]
    sureness: dict[Sureness, str]


def play_words() -> PlayWords:
    """Return the words in the language in use."""
    heading = (
        _("Screen"),
        "UUID",
        _("Group"),
        _("Event"),
        _("Title"),
        _("Files"),
        "SHA-256",
        _("Since"),
        _("Until"),
        _("Seconds"),
        _("Proof"),
    )
    return PlayWords(heading, {one: sureness_word(one) for one in Sureness})


def plays_csv(
    screens: Iterable[ScreenPlays], groups: dict[int, str], zone: ZoneInfo, words: PlayWords
) -> Iterator[str]:
    """Return the file in pieces, one for each screen; times with their UTC offset."""
    portions = (list(_rows(one, groups, zone, words)) for one in screens)
    return csv_chunks(words.heading, portions)


def _rows(
    screen: ScreenPlays, groups: dict[int, str], zone: ZoneInfo, words: PlayWords
) -> Iterator[tuple[str | float, ...]]:
    for play in screen.plays:
        yield (
            screen.name,
            screen.uuid,
            groups.get(screen.group_id or 0, ""),
            play.event_id,
            play.title or "",
            ", ".join(file.name for file in play.files),
            " ".join(file.checksum for file in play.files if file.checksum),
            play.span.start.astimezone(zone).isoformat(timespec="seconds"),
            play.span.end.astimezone(zone).isoformat(timespec="seconds"),
            round(play.span.length.total_seconds()),
            words.sureness[play.sureness],
        )
