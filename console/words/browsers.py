"""Browsers by what they say of themselves, roughly: enough to tell one's own from a stranger's."""

import re
from typing import Final

from console.i18n import _

# In this order: most of them claim to be several.
_BROWSERS: Final = (
    (re.compile(r"\bEdgA?/"), "Edge"),
    (re.compile(r"\b(?:OPR|Opera)/"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(?:Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(?:HeadlessChrome|Chrome|CriOS|Chromium)/"), "Chrome"),
    (re.compile(r"\bVersion/\S+ (?:Mobile/\S+ )?Safari/"), "Safari"),
    (re.compile(r"^curl/"), "curl"),
    (
        re.compile(r"^(?:python-requests|python-httpx|Python-urllib|aiohttp)/?", re.IGNORECASE),
        "Python",
    ),
)
_SYSTEMS: Final = (
    (re.compile(r"\biPad\b"), "iPad"),
    (re.compile(r"\biPhone\b"), "iPhone"),
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\bCrOS\b"), "ChromeOS"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bMac ?OS\b|\bMacintosh\b"), "macOS"),
    (re.compile(r"\bLinux\b|\bX11\b"), "Linux"),
)


def browser_words(user_agent: str | None) -> str:
    """Return “Firefox on Windows” for what a browser says of itself, as far as it is known."""
    text = user_agent or ""
    browser = next((name for sign, name in _BROWSERS if sign.search(text)), None)
    system = next((name for sign, name in _SYSTEMS if sign.search(text)), None)
    if browser and system:
        return _("{browser} on {system}", browser=browser, system=system)
    return browser or system or _("Unknown browser")
