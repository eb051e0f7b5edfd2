import io
import zipfile

import pytest

from infoscreen_core.domain.school.holiday_import import HolidayFormat
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.errors import InvalidInputError
from tests.support.school.lists import names_in, read_list

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
    assert read_list(content).format is expected
    assert names_in(content) == ["Ferien"]


NAME = "Mariä Empfängnis"
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", [*UNICODE, "latin-1", "cp1252"])
def test_umlauts_survive_each_encoding(encoding: str) -> None:
    content = f"Name;Von;Bis\n{NAME};8.12.2026;8.12.2026".encode(encoding)
    listed = read_list(content)
    assert names_in(content) == [NAME]
    notes = ["The file is not written in UTF-8; it was read as Windows-1252. Check the umlauts."]
    assert [str(note) for note in listed.notes] == ([] if encoding in UNICODE else notes)


def test_a_dash_from_windows_is_a_dash() -> None:
    assert names_in("Semester – Ferien ä;8.12.2026;8.12.2026".encode("cp1252")) == [
        "Semester – Ferien ä"
    ]


def test_a_stray_byte_spoils_no_other_line_and_is_named() -> None:
    content = f"Name;Von;Bis\r\n{NAME};8.12.2026;8.12.2026\r\n".encode()
    content += b"Semester\x96Ferien;1.2.2027;7.2.2027\r\n"
    listed = read_list(content)
    assert names_in(content) == [NAME, "Semester–Ferien"]
    assert [note.params for note in listed.notes] == [{"line": 3}]


def test_many_stray_bytes_are_named_in_few_words() -> None:
    content = f"{NAME};8.12.2026;8.12.2026\n".encode()
    content += b"\xe4;8.12.2026;8.12.2026\n" * 30
    notes = [str(note) for note in read_list(content).notes]
    assert len(notes) == 11
    assert notes[-1] == "So it is with 20 more lines, up to line 31."


@pytest.mark.parametrize(
    "name",
    [
        b"Empf\xef\xbf\xbdngnis",
        b"\xc3\xa4 Empf\x81ngnis",
        NAME.encode().decode("cp1252").encode(),
        NAME.encode("cp850"),
    ],
)
def test_what_was_lost_when_the_file_was_saved_is_never_entered(name: bytes) -> None:
    (line,) = read_list(name + b";8.12.2026;8.12.2026").lines
    assert line.outcome is Outcome.INVALID
    assert "has letters that were lost" in str(line.sentence)
    day = b"\r\nDTSTART:20261208\r\nEND:VEVENT\r\nEND:VCALENDAR"
    (line,) = read_list(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:" + name + day).lines
    assert line.outcome is Outcome.SKIPPED
    assert "has letters that were lost" in str(line.sentence)


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
def test_lines_end_as_any_system_ends_them(ending: str) -> None:
    content = ending.join(["Name;Von;Bis", f"{NAME};8.12.2026;8.12.2026", ""]).encode()
    assert [line.number for line in read_list(content).lines] == [2]


def test_the_end_mark_of_old_systems_is_no_binary() -> None:
    assert names_in(b"Ferien;8.12.2026;8.12.2026\r\n\x1a") == ["Ferien"]


def workbook(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


HTML = b"\n<!DOCTYPE html><table><tr><td>Ferien;2026-10-26;2026-10-27</td></tr></table>"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "The file is no text; save the list as CSV"),
        (bytes(range(256)), "The file is no text; save the list as CSV"),
        (workbook("[Content_Types].xml", "xl/workbook.xml"), "The file is a workbook, as of Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "The file is a workbook, as of Excel"),
        (workbook("ferien.csv"), "The file is a ZIP archive; unpack it"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "The file is a PDF, which has no table"),
        (HTML, "The file is a web page (HTML)"),
        (b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'>", "The file is a web page"),
        (b'<?xml version="1.0"?>', "The file is written for programs (XML or JSON)"),
        (b'[{"id": 1}]', "The file is written for programs (XML or JSON)"),
        (b"", "The file is empty; choose one with a list of holidays."),
        (b"\xef\xbb\xbf \r\n", "The file is empty; choose one with a list of holidays."),
        (b"x" * 1_048_577, "The file has more than 1024 KiB; a list of holidays is much smaller."),
        (b"a;2026-10-27;2026-10-27\n" * 20_000, "The file has 20000 lines; 5000 are allowed."),
        ("Ü;ß;ö\nFerien;2026-10-27".encode("utf-16-le"), "The file seems to be UTF-16 without"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_list(content)
    assert str(refused.value).startswith(sentence)
    assert refused.value.field == "file"
