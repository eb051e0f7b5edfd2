"""Analysis: how well groups and screens served in past weeks, as pictures with their numbers."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.analysis.patterns.data import read_patterns
from console.analysis.report.controls import link_to_report
from console.analysis.sections import drawn_sections, opening_sentences
from console.analysis.snapshots import Analysis, read_analysis, read_screens
from console.analysis.span import DEFAULT_WEEKS, SPANS, TV_OFF, WITHOUT, Asked, group_of
from console.i18n import N_, _, current_language
from console.parts.address import choose_from_list, choose_many, choose_one
from console.parts.page_header import freshness, page_header
from console.parts.plot import is_dark
from console.parts.saved_views import saved_views
from console.parts.section import draw
from console.words.formatting import clock
from console.words.groups import ANY_GROUP

_SPAN_WORDS: Final = {4: N_("4 weeks"), 13: N_("13 weeks"), 26: N_("26 weeks"), 52: N_("1 year")}


def render() -> None:
    """Draw the page."""
    page_header(_("Analysis"))
    saved_views("analysis", ("weeks", "group", "without"))
    weeks = _choose_weeks()
    without_tv_off = _choose_what_counts()
    found = read_analysis(weeks, without_tv_off)
    group = _choose_group(found.groups)
    link_to_report(group)
    if found.counted_until is None or not found.rows:
        _nothing_yet()
        return
    asked = Asked(weeks, group, without_tv_off)
    for sentence in opening_sentences(weeks, current_language(), without_tv_off=without_tv_off):
        st.html(f"<p>{escape(sentence)}</p>")
    for section in drawn_sections(asked, current_language(), is_dark=is_dark()):
        draw(section, "analysis")
    _say_until(found)


def opening(_zone: ZoneInfo, language: str) -> Iterator[Callable[[], object]]:
    """Return what is read when the page is opened, with nothing chosen."""
    asked = Asked(DEFAULT_WEEKS, None, without_tv_off=False)
    yield partial(read_analysis, asked.weeks, asked.without_tv_off)
    yield partial(read_screens, asked.weeks, asked.group, asked.without_tv_off)
    yield partial(read_patterns, asked.weeks, asked.group)
    yield partial(opening_sentences, asked.weeks, language, without_tv_off=asked.without_tv_off)
    for is_in_the_dark in (False, True):
        yield partial(drawn_sections, asked, language, is_dark=is_in_the_dark)


def _choose_weeks() -> int:
    options = {str(count): _(_SPAN_WORDS[count]) for count in SPANS}
    return int(choose_one(_("Span"), options, key="weeks", default=str(DEFAULT_WEEKS)))


def _choose_what_counts() -> bool:
    options = {TV_OFF: _("Without time with TVs off")}
    return TV_OFF in choose_many(_("What counts"), options, key=WITHOUT)


def _choose_group(names: Mapping[int, str]) -> int | None:
    options = {ANY_GROUP: _("All groups"), **{str(key): name for key, name in names.items()}}
    label = _("Group of the screens below")
    return group_of(choose_from_list(label, options, key="group", default=ANY_GROUP, width=220))


def _nothing_yet() -> None:
    st.info(
        _(
            "Nothing is counted yet. The scheduler counts every hour, from the first report of a "
            "screen on; come back later."
        ),
        icon=":material/hourglass_empty:",
    )


def _say_until(found: Analysis) -> None:
    if found.counted_until:
        freshness(_("Counted until {time}", time=clock(found.counted_until, found.zone)))
