"""Somebody who does a task in a browser, with each click, key and thing read counted.

What a task costs a person is estimated with the keystroke-level model of Card, Moran and Newell
("The keystroke-level model for user performance time with interactive systems", Communications of
the ACM 23(7), 1980; "The Psychology of Human-Computer Interaction", 1983): 1.1 s to point and 0.2 s
to press and let go, 0.28 s for a key of somebody who types averagely, and 1.35 s to make up one's
mind. Each sentence or label that has to be read to go on is such a step. The model's person knows
the way and makes no mistakes, and waits for nothing.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import FileChooser, Locator, Page, expect

from console.i18n import _, ngettext, use_language
from tests.support.browser import choose, follow, scroll_to
from tests.support.visits.walk import key, rest

CLICK_SECONDS: Final = 1.3
KEY_SECONDS: Final = 0.28
READ_SECONDS: Final = 1.35
SCROLL_SECONDS: Final = 1.3
"""To point and let go, as a click: for each screenful by which the page moves."""
_PLACE: Final = re.compile(r"\\\{\w+\\\}")
_MENU: Final = "stSidebar"


@dataclass(frozen=True)
class Device:
    """A window that somebody sits before, or holds."""

    name: str
    width: int
    height: int
    has_menu_in_view: bool
    """False: the menu is opened first."""


DESK: Final = Device("desk", 1280, 800, has_menu_in_view=True)
PHONE: Final = Device("phone", 390, 844, has_menu_in_view=False)


@dataclass
class Effort:
    """What was done for one task."""

    clicks: int = 0
    keys: int = 0
    reads: int = 0
    scrolls: int = 0

    @property
    def seconds(self) -> float:
        """How long a person takes for it, after the model."""
        return (
            self.clicks * CLICK_SECONDS
            + self.keys * KEY_SECONDS
            + self.reads * READ_SECONDS
            + self.scrolls * SCROLL_SECONDS
        )


@dataclass
class Person:
    """One person on one page; what is named by its English sentence is in the person's language."""

    page: Page
    device: Device
    language: str
    number: int
    """Tells the people apart, and what belongs to each of them."""
    name: str
    home: str
    """The console's address."""
    effort: Effort = field(default_factory=Effort)

    def word(self, msgid: str, **places: object) -> str:
        """Return a sentence of the console in the person's language."""
        with use_language(self.language):
            return _(msgid, **places)

    def counted(self, singular: str, plural: str, n: int, **places: object) -> str:
        """Return the console's sentence for `n` things."""
        with use_language(self.language):
            return ngettext(singular, plural, n, **places)

    def like(self, msgid: str, **places: str) -> re.Pattern[str]:
        """Return what matches the sentence, with anything in the places that are not given."""
        text = self.word(msgid)
        for name, value in places.items():
            text = text.replace(f"{{{name}}}", value)
        return re.compile(_PLACE.sub(".+", re.escape(text)))

    def go_to(self, title: str) -> None:
        """Go to a page through the menu."""
        if not self.device.has_menu_in_view:
            self.click(self.page.get_by_test_id("stExpandSidebarButton"))
        menu = self.page.get_by_test_id(_MENU)
        link = menu.get_by_role("link", name=self.word(title), exact=True)
        self.effort.clicks += 1
        link.click()
        rest(self.page)

    def key(self, name: str) -> Locator:
        """Return the button in what has this key."""
        return self.page.locator(f"{key(name)} button:visible").first

    def click(self, wanted: Locator) -> None:
        """Press something, once it is in view."""
        self._look_for(wanted)
        self.effort.clicks += 1
        wanted.click()

    def open(self, wanted: Locator, shown: Locator) -> None:
        """Press something, and look at what it brings up."""
        self._look_for(wanted)
        self.effort.clicks += 1
        follow(wanted, shown)
        self.see(shown)

    def step(self, wanted: Locator) -> None:
        """Press something that leads elsewhere, and wait until the address says so."""
        before = self.page.url
        self.click(wanted)
        expect(self.page).not_to_have_url(before)
        rest(self.page)

    def type(self, field: Locator, text: str) -> None:
        """Fill in a field in the place of what it holds, and leave it with Tab."""
        self.click(field)
        field.fill(text)
        field.press("Tab")
        self.effort.keys += len(text) + 1
        rest(self.page)

    def type_digits(self, parts: Locator, digits: str) -> None:
        """Type into a field of several parts, which leads on by itself; leave it with Tab.

        The next field may unfold a calendar over what comes next: Escape folds it.
        """
        self.click(parts.first)
        self.page.keyboard.type(digits)
        self.effort.keys += len(digits)
        self.press("Tab")
        self.press("Escape")

    def choose(self, field: Locator, option: str | re.Pattern[str]) -> None:
        """Unfold a list and take one of it."""
        self._look_for(field)
        choose(self.page, field, option)
        self.effort.clicks += 2
        rest(self.page)

    def press(self, name: str) -> None:
        """Press a key that is no letter."""
        self.page.keyboard.press(name)
        self.effort.keys += 1
        rest(self.page)

    def hand_over(self, opener: Locator, give: Callable[[FileChooser], None]) -> None:
        """Press what asks for a file and choose it: the system's window takes two clicks more."""
        with self.page.expect_file_chooser() as asked:
            self.click(opener)
        give(asked.value)
        self.effort.clicks += 2

    def read(self, said: str | re.Pattern[str], where: Locator | None = None) -> Locator:
        """Read something that has to be known to go on; return where it stands."""
        found = (where or self.page.locator("body")).get_by_text(said).filter(visible=True).first
        self.see(found)
        return found

    def see(self, shown: Locator) -> None:
        """Look at something that has to be seen to go on."""
        expect(shown).to_be_visible(timeout=60_000)
        self._look_for(shown)
        self.effort.reads += 1

    def _look_for(self, wanted: Locator) -> None:
        """Scroll until it is in view; each screenful counts."""
        expect(wanted).to_be_visible()
        box = wanted.bounding_box()
        if box is None:
            return  # drawn anew just now
        away = max(-box["y"], box["y"] + min(box["height"], 40) - self.device.height, 0)
        if away > 0:
            self.effort.scrolls += math.ceil(away / self.device.height)
            scroll_to(wanted)
