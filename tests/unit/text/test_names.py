"""Names typed by people."""

import pytest

from infoscreen_core.domain.text.names import folded, normalised


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("  Aula \t links\n", "Aula links"), ("Küche", "Küche"), ("Ku\u0308che", "Küche"), (" ", "")],
)
def test_a_name_has_one_form(typed: str, stored: str) -> None:
    assert normalised(typed) == stored


@pytest.mark.parametrize(
    ("one", "other"), [("Aula", " AULA "), ("Straße", "STRASSE"), ("Küche", "KU\u0308CHE")]
)
def test_capitals_and_white_space_make_no_other_name(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_an_umlaut_makes_another_name() -> None:
    assert folded("Kuche") != folded("Küche")
