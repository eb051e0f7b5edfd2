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


def look_around(browser: Browser, console: RunningConsole, stops: Sequence[Stop]) -> Seen:
    """Look at every stop in both schemes and both languages.

    The other scheme and the other language come together, and the next stop begins with them: each
    costs the page a run. In the scheme that comes second, nothing but the colours is asked for.
    """
    seen = Seen()
    scheme = SCHEMES[0]
    for stop, page in walk(browser, console, stops):
        show_in(page, scheme)
        _look(seen, stop, page, scheme)
        scheme = SCHEMES[1 - SCHEMES.index(scheme)]
        if page.locator(_SWITCH).count():
            switch_language(page, "en" if language_of(page) == "de" else "de")
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
    return seen


def _look(seen: Seen, stop: Stop, page: Page, scheme: str, *, only_colors: bool = False) -> None:
    place = f"{stop.name}, {language_of(page)}, {scheme}"
    for one in findings(page, KNOWN, part=stop.part, only_colors=only_colors):
        if one.known:
            seen.known.add(one.known)
        else:
            seen.problems.append(f"{place}: {one}")
    seen.problems += [f"{place}: {words}" for words in foreign_words(page)]
