"""From bytes to lines of text."""

import pytest

from infoscreen_core.formats.encoding import (
    DecodedLines,
    as_utf_8,
    decode_lines,
    split_lines,
    unfold_lines,
)


def decode(data: bytes) -> DecodedLines:
    return decode_lines(split_lines(as_utf_8(data)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_unicode_of_any_form_is_read_without_a_word(encoding: str) -> None:
    decoded = decode("Name;Öl\n€".encode(encoding))
    assert decoded.lines == [(1, "Name;Öl"), (2, "€")]
    assert (decoded.odd_lines, decoded.note_on_file()) == (frozenset(), None)


def test_big_endian_utf_16_needs_no_mark() -> None:
    assert decode("Öl ist da".encode("utf-16")).lines == [(1, "Öl ist da")]
    assert decode("Da ist Öl".encode("utf-16-be")).lines == [(1, "Da ist Öl")]


def test_a_stray_byte_concerns_its_line_alone() -> None:
    decoded = decode("Käse\nMariä".encode() + b" Empf\xe4ngnis \x80\x81\nplain")
    assert decoded.lines == [(1, "Käse"), (2, "Mariä Empfängnis €\ufffd"), (3, "plain")]
    assert decoded.odd_lines == {2}
    assert decoded.note_on_file() is None
    assert [decoded.note_on_line(number) is None for number in (1, 2, 3)] == [True, False, True]
    assert "Line 2 " in str(decoded.note_on_line(2))


def test_one_line_may_be_all_there_is_of_utf_8() -> None:
    assert decode(b"\xc3\xa4 \xe4").is_windows_1252 is False
    assert decode(b"\xe4\nK\xc3\xa4se").is_windows_1252 is False


def test_a_file_without_any_utf_8_is_windows_1252() -> None:
    decoded = decode("Semester – Ferien;ä\nÖl".encode("cp1252"))
    assert decoded.lines == [(1, "Semester – Ferien;ä"), (2, "Öl")]
    assert "Windows-1252" in str(decoded.note_on_file())
    assert decoded.note_on_line(1) is None


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n"])
def test_lines_end_as_any_system_ends_them(ending: bytes) -> None:
    data = ending.join([b"a\x0b\x0c\x1c\xc2\x85", b"", b"b"])
    assert split_lines(data) == [(1, b"a\x0b\x0c\x1c\xc2\x85"), (2, b""), (3, b"b")]


def test_lines_are_joined_in_the_middle_of_a_character() -> None:
    lines = split_lines(b"SUMMARY:f\xc3\r\n \xbcr\r\n\t dich\r\nUID:1")
    assert decode_lines(unfold_lines(lines)).lines == [(1, "SUMMARY:für dich"), (4, "UID:1")]


def test_a_first_line_that_continues_nothing_is_kept() -> None:
    assert list(unfold_lines(split_lines(b" a\n b"))) == [(1, b" ab")]


def test_marks_between_joined_files_are_dropped() -> None:
    data = b"\xef\xbb\xbfa\n\xef\xbb\xbfb"
    assert decode(data).lines == [(1, "a"), (2, "b")]


def test_what_looks_like_utf_8_by_chance_is_windows_1252_beside_much_of_it() -> None:
    text = "Öl; Käse\n„Spaß“ für alle"
    assert b"\xdf\x93".decode() == "\u07d3"
    decoded = decode(text.encode("cp1252"))
    assert [line for _, line in decoded.lines] == text.split("\n")
    assert decoded.is_windows_1252


def test_other_alphabets_stay_as_they_are_beside_a_stray_byte() -> None:
    decoded = decode("Каникулы Ω\nÖl".encode() + b"\xe4")
    assert decoded.lines == [(1, "Каникулы Ω"), (2, "Ölä")]
    assert decoded.odd_lines == {2}
