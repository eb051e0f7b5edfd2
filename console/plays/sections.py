"""The sections of the proof of play."""

from html import escape

from console.i18n import _, ngettext
from console.parts.section import Picture, Section, file_link
from console.plays.asked import Asked
from console.plays.data import MOST_ROWS, read_totals
from console.plays.presenters.charts import days_figure, screens_figure
from console.plays.presenters.tables import (
    days_table,
    events_table,
    files_table,
    plays_table,
)
from console.plays.presenters.words import screens_sentence
from console.runtime import now
from console.shared import shared
from infoscreen_core.services.monitoring.plays.report import ScreenPage


def screens_section(page: ScreenPage, asked: Asked, *, is_dark: bool) -> Section:
    """Return what each of some screens showed when."""
    title, found = _("Screens"), read_totals(asked)
    file = file_link("plays/plays.csv", _("Plays (CSV)"), asked.query())
    sentence = screens_sentence(page.count, len(page.screens))
    if not any(one.plays for one in page.screens):
        return Section(title, sentence, file)
    figure = screens_figure(page.screens, page.window, found.zone, is_dark=is_dark)
    behind = plays_table(page.screens, found.zone, now=now())
    return Section(title, sentence, file, Picture("screens", figure, behind))


@shared(seconds=60.0, entries=16)
def sums_sections(asked: Asked, _language: str, *, is_dark: bool) -> tuple[Section, ...]:
    """Return how much was shown on each day."""
    found = read_totals(asked)
    if not found.days:
        return ()
    title = _("Day by day")
    picture = Picture(
        "days",
        days_figure(found.days, found.window, found.zone, is_dark=is_dark),
        days_table(found.days, caption=title),
    )
    sentence = ngettext(
        "On {n} day something was shown.", "On {n} days something was shown.", len(found.days)
    )
    return (Section(title, sentence, picture=picture),)


def event_table(asked: Asked, _language: str) -> str:
    """Return the sums by event, the longest shown first; nothing where there are none."""
    found = read_totals(asked)
    if not found.events:
        return ""
    shown = events_table(found.events, found.event_groups, asked.query(), caption=_("By event"))
    return shown + _cut(len(found.events))


def file_table(asked: Asked, _language: str) -> str:
    """Return the sums by file of the library, likewise."""
    files = read_totals(asked).files
    if not files:
        return ""
    return files_table(files, asked.query(), caption=_("By file")) + _cut(len(files))


def _cut(count: int) -> str:
    if count < MOST_ROWS:
        return ""
    cut = _("The {n} that were shown longest.", n=MOST_ROWS)
    return f'<p class="is-quiet is-small">{escape(cut)}</p>'
