"""Finds words on a page that the page's language does not have."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from babel import Locale
from playwright.sync_api import Page, expect

from console.about.data import releases
from console.i18n import LANGUAGES, load_catalog
from infoscreen_core.formats.holiday_data import Choice, list_holidays
from tests.support.ports import wait_until
from tests.support.visits.walk import key, rest

_SWITCH = key("shell-language")
_NEUTRAL = frozenset(
    {"infoscreen", "europe", "vienna", "ics", "csv", "txt", "deutsch", "english", "logo"}
    | {"pdf", "png", "pptx", "kib", "mib", "kbit", "admin", "console", "cli", "python"}
)
"""Names, and what is the same in both languages though no catalogue has it."""
_WORD = re.compile(r"(?<![\w.@-])[^\W\d_]{3,}(?![\w@])")
_ADDRESS = re.compile(r"\w+://\S+|\b[\w-]+(\.[\w-]+)+\b")
_PLACE = re.compile(r"\{\w+\}")
_TEXTS = """() => {
    const names = ["aria-label", "aria-description", "title", "placeholder", "alt"];
    const silent = "script, style, noscript, template, code[translate=no], "
        + "[translate=no][aria-hidden=true], dd[translate=no], body [lang], "
        + ".st-key-people-password-value";
    const found = [];
    const look = (root) => {
        const walker = root.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode, element = node.parentElement;
            if (node.nodeType === Node.TEXT_NODE) {
                if (element && !element.closest(silent)) found.push(node.data);
                continue;
            }
            if (node.matches("input[role=combobox]")) found.push(node.value);
            const isFrame = node.tagName === "IFRAME";  // whose name stands before its title
            for (const name of isFrame ? names.slice(0, 1) : names)
                found.push(node.getAttribute(name) ?? "");
            if (isFrame && node.contentDocument) look(node.contentDocument);
        }
    };
    look(document);
    return [document.title, ...found];
}"""
"""All that a page says: its texts, and what is read out for pictures, fields and buttons."""


def switch_language(page: Page, language: str) -> None:
    """Click the language in the sidebar, which a dialog may cover."""
    button = page.locator(f"{_SWITCH} button", has_text=LANGUAGES[language])
    button.evaluate("button => button.click()")
    expect(page.locator("html")).to_have_attribute("lang", language)
    rest(page)


def language_of(page: Page) -> str:
    """Return the language that the page says it has."""
    return page.locator("html").get_attribute("lang") or ""


def foreign_words(page: Page) -> list[str]:
    """Return each text with a word that the page's language does not have, once it has settled."""
    language = language_of(page)
    found: list[list[str]] = [[]]

    def is_clean() -> bool:
        found[0] = sorted(set(_foreign(page.evaluate(_TEXTS), language)))
        return not found[0]

    try:
        wait_until(is_clean, seconds=20, what="one language")
    except AssertionError:
        return found[0]
    return []


def _foreign(texts: list[str], language: str) -> Iterator[str]:
    for text in texts:
        unknown = words_of(_ADDRESS.sub(" ", text)) - known_words(language) - _NEUTRAL
        if unknown:
            yield f"{', '.join(sorted(unknown))} in: {' '.join(text.split())[:120]}"


@cache
def known_words(language: str) -> frozenset[str]:
    """Return the words of the language's texts, and its names of days, feasts and countries."""
    locale = Locale(language)
    year = (date(2026, 1, 1), date(2026, 12, 31))
    feasts = list_holidays(Choice("AT"), *year, language=language)
    texts = [*locale.territories.values(), *(feast.name for feast in feasts)]
    for release in releases(language):
        texts += [text for title, notes in release.sections for text in (title, *notes)]
    for names in (locale.months, locale.days):
        for widths in names.values():
            texts += [name for width in widths.values() for name in width.values()]
    for message in load_catalog("de"):
        if message.id:
            told = message.string if language == "de" else message.id
            texts += [told] if isinstance(told, str) else list(told or ())
    return frozenset().union(*(words_of(_PLACE.sub(" ", text)) for text in texts))


def words_of(text: str) -> frozenset[str]:
    """Return its words of three letters and more, folded."""
    return frozenset(word.casefold() for word in _WORD.findall(text))
