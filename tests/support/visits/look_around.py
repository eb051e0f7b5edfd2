"""Looks at each stop of a walk: what axe-core says, and which words are another language's."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from tests.support.console_process import RunningConsole
from tests.support.visits.accessibility import KNOWN, SCHEMES, Known, findings, show_in
from tests.support.visits.one_language import foreign_words, language_of, switch_language
from tests.support.visits.walk import Stop, key, walk

_SWITCH = key("shell-language")


@dataclass
class Seen:
    """What a walk brought."""

    problems: list[str] = field(default_factory=list)
    """Each with its stop, language and scheme."""
    known: set[Known] = field(default_factory=set)


def look_around(
    browser: Browser, console: RunningConsole, stops: Sequence[Stop], *, is_thorough: bool
) -> Seen:
    """Look at every stop in both schemes, and at each page in both languages.

    The next stop begins with the scheme and language of the one before. In the scheme that comes
    second, nothing but the colours is asked for. Another language costs the page a run; only
    `is_thorough` changes it at dialogs and states as well, each of which is else seen in one.
    """
    seen, scheme, page_before = Seen(), SCHEMES[0], ""
    for stop, page in walk(browser, console, stops):
        show_in(page, scheme)
        _look(seen, stop, page, scheme)
        _look_for_words(seen, stop, page)
        scheme = SCHEMES[1 - SCHEMES.index(scheme)]
        if is_thorough or stop.path != page_before:
            page_before = stop.path
            _change_language(page)
            _look_for_words(seen, stop, page)
        show_in(page, scheme)
        _look(seen, stop, page, scheme, only_colors=True)
    return seen


def look_around_on_a_phone(
    browser: Browser, console: RunningConsole, stops: Sequence[Stop]
) -> Seen:
    """Look at every stop in a narrow dark window."""
    seen = Seen()
    for stop, page in walk(browser, console, stops, width=390, height=844, is_dark=True):
        show_in(page, "dark")
        _look(seen, stop, page, "dark, on a phone")
        _look_for_words(seen, stop, page)
    return seen


def _look(seen: Seen, stop: Stop, page: Page, scheme: str, *, only_colors: bool = False) -> None:
    place = f"{stop.name}, {language_of(page)}, {scheme}"
    for one in findings(page, KNOWN, part=stop.part, only_colors=only_colors):
        if one.known:
            seen.known.add(one.known)
        else:
            seen.problems.append(f"{place}: {one}")


def _look_for_words(seen: Seen, stop: Stop, page: Page) -> None:
    place = f"{stop.name}, {language_of(page)}"
    seen.problems += [f"{place}: {words}" for words in foreign_words(page)]


def _change_language(page: Page) -> None:
    if page.locator(_SWITCH).count():
        switch_language(page, "en" if language_of(page) == "de" else "de")
