"""Browsers in words, by what they say of themselves."""

import pytest

from console.i18n import use_language
from console.words.browsers import browser_words

_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (f"{_WINDOWS} {_KIT} Chrome/138.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{_WINDOWS} {_KIT} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0", "Edge on Windows"),
        (f"{_WINDOWS} {_KIT} Chrome/137.0.0.0 Safari/537.36 OPR/121.0.0.0", "Opera on Windows"),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/18.5 Safari/605.1.15"
            ),
            "Safari on macOS",
        ),
        (
            (
                f"Mozilla/5.0 (Linux; Android 14; SM-S901B) {_KIT} SamsungBrowser/28.0 "
                "Chrome/130.0.0.0 Mobile Safari/537.36"
            ),
            "Samsung Internet on Android",
        ),
        ("curl/8.14.1", "curl"),
        ("python-requests/2.32", "Python"),
        ("Mozilla/5.0 (Windows NT 10.0)", "Windows"),
        ("<script>alert(1)</script>", "Unknown browser"),
        ("", "Unknown browser"),
        (None, "Unknown browser"),
    ],
)
def test_one_tells_ones_own_from_a_strangers(said: str | None, words: str) -> None:
    with use_language("en"):
        assert browser_words(said) == words
