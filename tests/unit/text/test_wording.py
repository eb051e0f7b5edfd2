import pytest

from infoscreen_core.domain.text.wording import printable, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Österreich", "Österreich"),
        ("a\x1b[31m\n", r"a\x1b[31m\n"),
        ("\u202ea\ud800", r"\u202ea\ud800"),
        ("x" * 60, "x" * 60),
        ("x" * 10**6, "x" * 60 + "..."),
    ],
)
def test_foreign_text_is_shown_short_and_harmless(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_whole_text_is_printable_too() -> None:
    assert printable("für alle\n" * 99) == r"für alle\n" * 99
