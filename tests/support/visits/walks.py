"""Somebody who wanders through the console in a browser: filters, pages, back and forward."""

import random
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page

from tests.support.ports import wait_until

_PATIENCE: Final = 90.0
_WHILE_MS: Final = 200
_ALIKE: Final = 4
"""So many looks in a row: on a busy machine a control is there before what is chosen in it."""
_LOOKS: Final = """() => {
    const texts = selector => [...document.querySelectorAll(selector)]
        .filter(one => one.getClientRects().length).map(one => one.innerText.trim());
    const main = '[data-testid="stMain"] ';
    return {
        href: location.href,
        heading: texts('h1'),
        pressed: texts(main + 'button[data-variant][data-selected="true"]'),
        lists: [...document.querySelectorAll(main + '[data-testid="stSelectbox"]')]
            .map(one => one.innerText.trim() + [...one.querySelectorAll('input')]
                .map(input => input.value).join()),
        typed: [...document.querySelectorAll(main + '[data-testid="stTextInput"] input')]
            .map(input => input.value),
        // Only what was unfolded: what is known of the screens may add a folded one meanwhile.
        unfolded: [...document.querySelectorAll(main + 'details[open] > summary')]
            .map(one => one.innerText.trim()),
    };
}"""
_IS_IDLE: Final = """() => document.querySelector('[data-testid="stApp"]')
    ?.getAttribute('data-test-script-state') === 'notRunning'
    && !document.querySelector('[data-testid="stSkeleton"]')"""
"""Nothing runs, and no part waits for its program."""
_WAYS: Final = {
    "press": '[data-testid="stMain"] button[data-variant]:not([role="radio"][data-selected])',
    "step": '[class*="-go-back"] button, [class*="-go-forward"] button, '
    '[class*="-go-Zurück"] button, [class*="-go-Weiter"] button, .st-key-timeline-order button',
    "unfold": ".st-key-why summary",
    "go": '[data-testid="stSidebarNavLink"]',
}
_SEARCHES: Final = ("aula", "foyer", "zz", "")


@dataclass
class Walk:
    """One visit: what each place in the history looked like when it was reached."""

    page: Page
    chance: random.Random
    places: list[dict[str, Any]] = field(default_factory=list)
    at: int = 0
    steps: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Take the place where the browser is as the first one."""
        self.page.wait_for_load_state("networkidle")
        self.places = [self._settled_look()]

    def step(self) -> None:
        """Go one step in any direction; each step back or forward must find what was there."""
        ways = ["press", "press", "press", "step", "unfold", "search", "go", "back", "forward"]
        way = self.chance.choice(ways + ["back"] * (self.at > 0))
        if way == "back" and self.at > 0:
            self._travel(-1)
        elif way == "forward" and self.at < len(self.places) - 1:
            self._travel(1)
        elif way == "search":
            self._search()
        elif way in _WAYS:
            self._click(way)

    def go_back_to_the_beginning(self) -> None:
        """Take every step back."""
        while self.at > 0:
            self._travel(-1)

    def _travel(self, way: int) -> None:
        self.at += way
        self.steps.append("back" if way < 0 else "forward")
        # Streamlit changes the page without loading one: nothing to wait for but the look.
        self.page.evaluate(f"history.go({way})")
        expected = self.places[self.at]
        seen: dict[str, Any] = {}

        def is_there() -> bool:
            seen.update(self._look())
            return seen == expected

        try:
            wait_until(is_there, seconds=_PATIENCE, what="the place as it was")
        except AssertionError as error:
            msg = f"after {self.steps}: {seen} instead of {expected}"
            raise AssertionError(msg) from error

    def _click(self, way: str) -> None:
        offered = self.page.locator(_WAYS[way]).filter(visible=True)
        if not (count := offered.count()):
            return
        wanted, before = offered.nth(self.chance.randrange(count)), self._href()
        if way == "go" and wanted.evaluate("link => link.pathname === location.pathname"):
            return
        self.steps.append(f"{way} {wanted.inner_text()}")
        wanted.click()
        self._arrive(before)

    def _search(self) -> None:
        fields = self.page.locator('[data-testid="stMain"] [data-testid="stTextInput"] input')
        if not fields.count():
            return
        text, before = self.chance.choice(_SEARCHES), self._href()
        if text == fields.first.input_value():
            return
        self.steps.append(f"search {text}")
        fields.first.fill(text)
        fields.first.press("Enter")
        self._arrive(before)

    def _arrive(self, before: str) -> None:
        """Wait until the address has changed and all is done: that is the newest place."""
        what = f"leaving {before} after {self.steps}"
        wait_until(lambda: self._href() != before, seconds=_PATIENCE, what=what)
        self.places[self.at + 1 :] = [self._settled_look()]
        self.at += 1

    def _settled_look(self) -> dict[str, Any]:
        """Return what is seen once nothing runs and it stays the same for a while."""
        looks: list[dict[str, Any]] = [{}] * _ALIKE

        def is_settled() -> bool:
            self.page.wait_for_timeout(_WHILE_MS)
            looks.append(self._look())
            is_idle = bool(self.page.evaluate(_IS_IDLE))
            return is_idle and all(look == looks[-1] for look in looks[-_ALIKE:])

        wait_until(is_settled, seconds=_PATIENCE, what=f"a page at rest, after {self.steps}")
        return looks[-1]

    def _href(self) -> str:
        # Asked of the page, as Playwright learns of a change only while it is asked something.
        return str(self.page.evaluate("location.href"))

    def _look(self) -> dict[str, Any]:
        look: dict[str, Any] = self.page.evaluate(_LOOKS)
        parts = urlsplit(look.pop("href"))
        return {**look, "address": (parts.path, sorted(parse_qsl(parts.query)))}
