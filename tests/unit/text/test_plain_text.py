import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.text.plain_text import clean_line, clean_text
from infoscreen_core.errors import InvalidInputError


def test_text_is_trimmed_and_its_line_breaks_are_one_kind() -> None:
    assert clean_text("  a\r\nb\rc \n", field="text", limit=9) == "a\nb\nc"


def test_a_line_has_no_breaks() -> None:
    assert (
        clean_line(" Tag\tder\r\noffenen\u2028Tür ", field="title", limit=99)
        == "Tag der offenen Tür"
    )


@pytest.mark.parametrize("bad", ["a\0b", "a\x1bb", "\ud83d", "a\x85b"])
def test_what_cannot_be_shown_is_refused_by_its_number(bad: str) -> None:
    with pytest.raises(InvalidInputError, match=r"U\+[0-9A-F]{4}") as caught:
        clean_text(bad, field="title", limit=9)
    assert caught.value.field == "title"


@pytest.mark.parametrize(
    "text", ["\u202eab", "a\u200bb", "\ufeffab", "\u2066ab\u2069", " \u2060 ab"]
)
def test_marks_that_nobody_sees_are_left_out(text: str) -> None:
    assert clean_line(text, field="title", limit=9) == "ab"


def test_what_joins_letters_and_pictures_stays() -> None:
    family = "\U0001f469\u200d\U0001f467"
    assert clean_line(family, field="title", limit=9) == family


def test_the_limit_is_said() -> None:
    with pytest.raises(InvalidInputError, match="11 characters; 10 are allowed"):
        clean_text("x" * 11, field="title", limit=10)


@given(st.text(max_size=40))
def test_what_is_accepted_can_be_stored(text: str) -> None:
    try:
        cleaned = clean_text(text, field="title", limit=40)
    except InvalidInputError as error:
        assert str(error).isprintable()  # noqa: PT017 - both ways out are right
    else:
        assert "\0" not in cleaned
        cleaned.encode()
