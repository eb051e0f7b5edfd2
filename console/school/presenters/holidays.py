"""Holidays as people read them: their lines, and what an import did or would do."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final
from unicodedata import combining, normalize

from babel import Locale

from console.i18n import N_, _, current_language, ngettext
from console.school.presenters.periods import days_text
from console.words.errors import error_sentence
from console.words.formatting import MISSING, number
from console.words.html import labelled, table
from infoscreen_core.domain.school.holiday_import import HolidayFormat, ImportRow
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.services.school.holiday_import import ImportReport
from infoscreen_core.services.school.views import HolidayView

OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    Outcome.INSERTED: N_("new"),
    Outcome.MERGED: N_("joined"),
    Outcome.SKIPPED: N_("skipped"),
    Outcome.CONFLICT: N_("conflict"),
    Outcome.INVALID: N_("wrong"),
}
_OUTCOME_MARKS: Final[dict[Outcome, tuple[str, str]]] = {
    Outcome.INSERTED: ("+", "is-healthy"),
    Outcome.MERGED: ("⇔", "is-healthy"),
    Outcome.SKIPPED: ("–", "is-offline"),
    Outcome.CONFLICT: ("▲", "is-warning"),
    Outcome.INVALID: ("■", "is-critical"),
}
"""Sign and colour of each outcome."""
FORMAT_WORDS: Final[dict[HolidayFormat, str]] = {
    HolidayFormat.TABLE: N_("Table (CSV or TXT)"),
    HolidayFormat.OPEN_HOLIDAYS: N_("Download from OpenHolidays"),
    HolidayFormat.ICALENDAR: N_("Calendar file (ICS)"),
    HolidayFormat.PUBLIC_DATA: N_("Public-holiday data"),
}
_SHOWN_ROWS: Final = 200


def narrowed(lines: Iterable[HolidayView], search: str) -> list[HolidayView]:
    """Return the lines whose name, region, days or source hold the text, by first day."""
    found = [line for line in lines if search in _searched(line)]
    return sorted(found, key=lambda line: (line.start_date, line.name))


def holiday_html(line: HolidayView) -> str:
    """Return a holiday's line in the list."""
    cells = (
        f"<b>{escape(line.name)}</b>",
        escape(days_text(line.start_date, line.end_date)),
        escape(length_text(line)),
        escape(line.region or MISSING),
        f'<span class="is-quiet">{escape(line.source or _("entered by hand"))}</span>',
    )
    return f'<div class="is-row is-row-holiday">{labelled("div", _heads(), cells)}</div>'


def holidays_head() -> str:
    """Return the heads of the list of holidays."""
    cells = "".join(f"<div>{escape(head)}</div>" for head in _heads())
    return f'<div class="is-row is-row-holiday is-row-head">{cells}</div>'


def _heads() -> tuple[str, ...]:
    return _("Holiday"), _("Days"), _("Length"), _("Region"), _("Source")


def length_text(line: HolidayView) -> str:
    """Return how long a holiday lasts."""
    return ngettext("{n} day", "{n} days", (line.end_date - line.start_date).days + 1)


def followed_text(event_count: int) -> str:
    """Return how many series a change of holidays brought in step; empty for none."""
    if not event_count:
        return ""
    return " " + ngettext("{n} event follows.", "{n} events follow.", event_count)


def report_sentence(report: ImportReport) -> str:
    """Return what an import did or would do, in figures."""
    parts = [
        said
        for count, said in (
            (report.inserted, ngettext("{n} new", "{n} new", report.inserted)),
            (report.merged, ngettext("{n} joined", "{n} joined", report.merged)),
            (
                report.updated,
                ngettext("{n} stored one changes", "{n} stored ones change", report.updated),
            ),
            (report.skipped, ngettext("{n} skipped", "{n} skipped", report.skipped)),
            (report.conflicts, ngettext("{n} conflict", "{n} conflicts", report.conflicts)),
            (report.invalid, ngettext("{n} wrong line", "{n} wrong lines", report.invalid)),
        )
        if count
    ]
    return f"{_(FORMAT_WORDS[report.format])}: {' · '.join(parts)}"


def note_sentences(report: ImportReport, most: int) -> list[str]:
    """Return what must be said of the whole list; of very much, only the first."""
    notes = [error_sentence(note) for note in report.notes]
    hidden = len(notes) - most
    more = [ngettext("and {n} more remark", "and {n} more remarks", hidden)] if hidden > 0 else []
    return notes[:most] + more


def count_text(found: int, total: int) -> str:
    """Return how many holidays are listed, and of how many where some are left out."""
    if found == total:
        return ngettext("{n} holiday", "{n} holidays", total)
    return _("{found} of {total} holidays", found=found, total=total)


def report_table(report: ImportReport) -> str:
    """Return what becomes of each line, those that need a person first; a long list is cut."""
    order = list(OUTCOME_WORDS)[::-1]
    rows = sorted(report.rows, key=lambda row: (order.index(row.outcome), row.line))
    head = (_("Line"), _("Result"), _("Holiday"), _("Days"), _("What becomes of it"))
    text = table(head, map(_report_row, rows[:_SHOWN_ROWS]), caption=report_sentence(report))
    hidden = len(rows) - _SHOWN_ROWS
    if hidden <= 0:
        return text
    more = ngettext("and {n} more line", "and {n} more lines", hidden)
    return f'{text}<p class="is-quiet is-small">{escape(more)}</p>'


def is_worth_importing(report: ImportReport) -> bool:
    """Whether an import would change anything and may be done."""
    return not report.invalid and bool(report.inserted or report.merged)


def country_names(codes: Iterable[str]) -> dict[str, str]:
    """Return countries by code, sorted by their names in the current language."""
    territories = Locale.parse(current_language()).territories
    named = {code: territories.get(code, code) for code in codes}
    return dict(sorted(named.items(), key=lambda item: _without_marks(item[1])))


def page_of(lines: Sequence[HolidayView], page: int, length: int) -> list[HolidayView]:
    """Return one page of the lines; the first is 1."""
    return list(lines[(page - 1) * length : page * length])


def _report_row(row: ImportRow) -> tuple[str, ...]:
    sign, color = _OUTCOME_MARKS[row.outcome]
    outcome = escape(_(OUTCOME_WORDS[row.outcome]))
    word = f'<span class="is-status {color}"><i>{sign}</i>{outcome}</span>'
    holiday = row.holiday
    name = escape(holiday.name) if holiday else MISSING
    if holiday and holiday.region:
        name += f' <span class="is-quiet is-small">{escape(holiday.region)}</span>'
    days = days_text(holiday.start_date, holiday.end_date) if holiday else MISSING
    return number(row.line), word, name, escape(days), escape(error_sentence(row.sentence))


def _without_marks(text: str) -> str:
    return "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))


def _searched(line: HolidayView) -> str:
    parts = (line.name, line.region, line.source, days_text(line.start_date, line.end_date))
    return " ".join([*parts, line.start_date.isoformat(), line.end_date.isoformat()]).casefold()
