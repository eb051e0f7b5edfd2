"""How well commands do within the chosen span: success, time until back, errors."""

from html import escape
from typing import Final

import streamlit as st

from console.commands import data
from console.commands.asked import (
    Question,
    query_of_files,
    read_division,
)
from console.commands.presenters import errors, success, waits
from console.commands.presenters.spans import span_sentence
from console.i18n import _, current_language
from console.parts.address import choose_one, query
from console.parts.page_header import freshness
from console.parts.plot import is_dark
from console.parts.section import Picture, Section, draw, file_link
from console.runtime import now, user_timezone
from console.shared import shared
from console.words.formatting import clock
from infoscreen_core.domain.commands.figures import Division

_PAGE: Final = "commands"
_SECONDS: Final = 30.0


def draw_figures(question: Question) -> None:
    """Draw all figures of what is asked for."""
    division = read_division(query())
    ends, times, why = drawn_sections(question, division, current_language(), is_dark=is_dark())
    _say_what_counts(question)
    for section in (ends, why):
        draw(_with_file(section), _PAGE)
    draw(_with_file(times), _PAGE, choose=_choose_division)
    if reading := waits.how_to_read(division):
        st.html(f'<p class="is-quiet is-small">{escape(reading)}</p>')
    taken_at = data.read_figures(question, division).taken_at
    freshness(_("Counted until {time}", time=clock(taken_at, user_timezone())))


@shared(seconds=_SECONDS, entries=16)
def drawn_sections(
    question: Question, division: Division, _language: str, *, is_dark: bool
) -> tuple[Section, Section, Section]:
    """Return success, times and errors, drawn once for all browsers that ask for the same."""
    found = data.read_figures(question, division)
    return (
        _success(found, question, is_dark=is_dark),
        _waits(found, division, is_dark=is_dark),
        _errors(found, is_dark=is_dark),
    )


def _success(found: data.Figures, question: Question, *, is_dark: bool) -> Section:
    at = found.taken_at
    length = (question.span.end() or at) - question.span.start(at)
    ends = success.ends_in_bars(found.ends, length, found.zone)
    said = success.success_sentence(ends, span_sentence(question.span, found.zone, now=at))
    title = _("Success")
    if not any(ends.of(state) for state in success.COLORS):
        return Section(title, said)
    figure = success.success_figure(ends, is_dark=is_dark)
    return Section(
        title, said, "ends", Picture("success", figure, success.success_table(ends, said))
    )


def _waits(found: data.Figures, division: Division, *, is_dark: bool) -> Section:
    title = _("From the click until back")
    said = waits.waits_sentence(found.waits, found.successes, division)
    if not found.waits:
        return Section(title, said)
    figure = waits.waits_figure(found.waits, division, is_dark=is_dark)
    behind = waits.waits_table(found.waits, found.successes, division, said)
    return Section(title, said, "waits", Picture("waits", figure, behind))


def _errors(found: data.Figures, *, is_dark: bool) -> Section:
    title, said = _("Errors"), errors.errors_sentence(found.errors)
    if not found.errors:
        return Section(title, said)
    figure = errors.errors_figure(found.errors, is_dark=is_dark)
    behind = errors.errors_table(found.errors, said)
    return Section(title, said, "errors", Picture("errors", figure, behind))


def _with_file(section: Section) -> Section:
    """Return the section with the link to its file, whose address has the reader's span in it."""
    if not section.file:
        return section
    labels = {
        "ends": _("Success (CSV)"),
        "waits": _("Times (CSV)"),
        "errors": _("Errors (CSV)"),
    }
    asked = query_of_files(query(), now())
    if section.file == "waits":
        asked["divide"] = read_division(query()).value
    link = file_link(f"commands/{section.file}.csv", labels[section.file], asked)
    return Section(section.title, section.sentence, link, section.picture)


def _choose_division() -> None:
    options = {one.value: _(word) for one, word in waits.DIVISIONS.items()}
    choose_one(_("Tell apart"), options, key="divide", default=Division.NONE.value)


def _say_what_counts(question: Question) -> None:
    if question.status != "all" or question.error:
        text = _("The figures count every result, also those that the list leaves out.")
        st.html(f'<p class="is-quiet is-small">{escape(text)}</p>')
