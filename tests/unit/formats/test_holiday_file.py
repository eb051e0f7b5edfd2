from zoneinfo import ZoneInfo

import pytest

from infoscreen_core.domain.school.holiday_import import HolidayFormat
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.holiday_file import decode_list, read_holiday_file

VIENNA = ZoneInfo("Europe/Vienna")


def names_in(content: bytes) -> list[str]:
    listed = read_holiday_file(content, zone=VIENNA, language="de")
    return [line.holiday.name for line in listed.lines if line.holiday]


OPEN_HOLIDAYS = b"Country,StartDate,EndDate,Type,Name\nAT,2026-10-27,,School,DE Ferien"
CALENDAR = b"""\xef\xbb\xbf
begin:vcalendar
BEGIN:VEVENT
SUMMARY:Ferien
DTSTART;VALUE=DATE:20261027
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Ferien;27.10.2026;31.10.2026", HolidayFormat.TABLE),
        (OPEN_HOLIDAYS, HolidayFormat.OPEN_HOLIDAYS),
        (CALENDAR, HolidayFormat.ICALENDAR),
    ],
)
def test_a_file_tells_its_format_by_what_it_holds(content: bytes, expected: HolidayFormat) -> None:
    assert read_holiday_file(content, zone=VIENNA, language="de").format is expected
    assert names_in(content) == ["Ferien"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_umlauts_survive_each_encoding(encoding: str) -> None:
    content = "Mariä Empfängnis;8.12.2026;8.12.2026".encode(encoding)
    assert decode_list(content).startswith("Mariä Empfängnis;")
    assert names_in(content) == ["Mariä Empfängnis"]


def test_a_dash_from_windows_is_a_dash() -> None:
    assert decode_list("Semester – Ferien;ä".encode("cp1252")) == "Semester – Ferien;ä"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "The file is no text; save the list as CSV"),
        (b"PK\x03\x04\x14\x00\x06\x00", "The file is no text; save the list as CSV"),
        (bytes(range(256)), "The file is no text; save the list as CSV"),
        (
            "Ferien;2026-10-27;2026-10-31".encode("utf-16"),
            "The file is no text; save the list as CSV",
        ),
        (b"", "The file is empty; choose one with a list of holidays."),
        (b"\xef\xbb\xbf \r\n", "The file is empty; choose one with a list of holidays."),
        (b"x" * 1_048_577, "The file has more than 1024 KiB; a list of holidays is much smaller."),
        (b"a;2026-10-27;2026-10-27\n" * 20_000, "The file has 20000 lines; 5000 are allowed."),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        decode_list(content)
    assert str(refused.value).startswith(sentence)
    assert refused.value.field == "file"
