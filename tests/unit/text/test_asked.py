"""What addresses ask for: numbers of rows."""

import pytest

from infoscreen_core.domain.text.asked import read_id


@pytest.mark.parametrize(("text", "expected"), [("7", 7), ("0", 0), ("999999999", 999_999_999)])
def test_a_number_is_read(text: str, expected: int) -> None:
    assert read_id(text) == expected


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "\u0667", "x", "9" * 10, "9" * 30, " 1"])
def test_anything_else_is_none(text: str) -> None:
    assert read_id(text) is None
