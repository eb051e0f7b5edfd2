"""Calendar files as lists of holidays: what repeats itself, what is called off, what is none."""

import pytest

from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.errors import InvalidInputError
from tests.support.school.lists import holidays_in, read_list, said


def calendar(*events: str, method: str = "") -> str:
    lines = ["BEGIN:VCALENDAR", *([f"METHOD:{method}"] if method else [])]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def days(*events: str) -> list[str]:
    """Name, first and last day of what is read."""
    return [
        f"{name} {first[2:]} {last[2:]}"
        for _number, name, first, last, _region in holidays_in(read_list(calendar(*events)))
    ]


NATIONAL = "SUMMARY:Nationalfeiertag|DTSTART;VALUE=DATE:20261026|DTEND;VALUE=DATE:20261027"


@pytest.mark.parametrize("blank", ["RRULE:", "RRULE: ", "EXDATE:", "RDATE:", "EXRULE:"])
def test_a_rule_that_says_nothing_is_none(blank: str) -> None:
    assert days(f"{NATIONAL}|{blank}") == ["Nationalfeiertag 26-10-26 26-10-26"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            "SUMMARY:x|DTSTART;VALUE=DATE:20001026|RRULE:FREQ=YEARLY",
            ["x 26-10-26 26-10-26"],
        ),
        (
            "SUMMARY:x|DTSTART;VALUE=DATE:19701224|DTEND;VALUE=DATE:19710107|RRULE:FREQ=YEARLY",
            ["x 26-12-24 27-01-06"],
        ),
        (
            "SUMMARY:x|DTSTART;VALUE=DATE:19701126|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
            ["x 26-11-26 26-11-26"],
        ),
        (
            (
                "SUMMARY:x|DTSTART;VALUE=DATE:20260911|RRULE:FREQ=MONTHLY;COUNT=3"
                "|EXDATE;VALUE=DATE:20261011"
            ),
            ["x 26-09-11 26-09-11", "x 26-11-11 26-11-11"],
        ),
        (
            "SUMMARY:x|DTSTART;VALUE=DATE:20261027|RRULE:FREQ=DAILY;UNTIL=20261029",
            ["x 26-10-27 26-10-27", "x 26-10-28 26-10-28", "x 26-10-29 26-10-29"],
        ),
        (
            (
                "SUMMARY:x|DTSTART;TZID=Europe/Vienna:20200501T000000"
                "|DTEND;TZID=Europe/Vienna:20200501T235959|RRULE:FREQ=YEARLY"
            ),
            ["x 27-05-01 27-05-01"],
        ),
    ],
)
def test_what_repeats_itself_is_taken_for_the_period(event: str, expected: list[str]) -> None:
    assert days(event) == expected


def test_one_date_of_a_series_may_be_moved_or_called_off() -> None:
    assert days(
        "UID:1|SUMMARY:x|DTSTART;VALUE=DATE:20261005|RRULE:FREQ=WEEKLY;COUNT=3",
        "UID:1|SUMMARY:x|RECURRENCE-ID;VALUE=DATE:20261012|DTSTART;VALUE=DATE:20261014",
        "UID:1|RECURRENCE-ID;VALUE=DATE:20261019|STATUS:CANCELLED",
    ) == ["x 26-10-05 26-10-05", "x 26-10-14 26-10-14"]


def test_one_uid_for_many_holidays_is_no_identity() -> None:
    assert days("UID:1|SUMMARY:a|DTSTART:20261005", "UID:1|SUMMARY:b|DTSTART:20261012") == [
        "a 26-10-05 26-10-05",
        "b 26-10-12 26-10-12",
    ]


def test_the_newest_form_counts_and_what_is_called_off_does_not() -> None:
    text = calendar(
        "UID:1|SUMMARY:a|DTSTART:20261005",
        "UID:1|SEQUENCE:1|SUMMARY:a|DTSTART:20261006",
        "UID:2|SUMMARY:b|DTSTART:20261012",
        "UID:2|SEQUENCE:1|SUMMARY:b|STATUS:CANCELLED",
    )
    assert said(read_list(text)) == [
        (2, Outcome.SKIPPED, "a stands in the file in a newer form, too."),
        (7, Outcome.INSERTED, "It is new."),
        (13, Outcome.SKIPPED, "b is cancelled."),
        (18, Outcome.SKIPPED, "b is cancelled."),
    ]


def test_a_calendar_that_only_cancels_enters_nothing() -> None:
    text = calendar("UID:1|SUMMARY:a|DTSTART:20261005", method="CANCEL")
    assert said(read_list(text)) == [(3, Outcome.SKIPPED, "a is cancelled.")]


def test_free_time_is_a_holiday_where_all_of_a_file_is_marked_so() -> None:
    assert days(f"{NATIONAL}|TRANSP:TRANSPARENT") == ["Nationalfeiertag 26-10-26 26-10-26"]


def test_free_time_beside_holidays_is_left_out() -> None:
    text = calendar(NATIONAL, "SUMMARY:Tag der Sonne|DTSTART:20270503|TRANSP:TRANSPARENT")
    assert said(read_list(text))[1] == (
        7,
        Outcome.SKIPPED,
        "Tag der Sonne is marked as free time (TRANSPARENT), unlike other whole days of the file.",
    )


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (
            "SUMMARY:x|DTSTART;VALUE=DATE:20261027|DTEND;VALUE=DATE:20261020",
            "x ends before it begins.",
        ),
        ("SUMMARY:x|DTSTART:20261027|RDATE:20261029", "x cannot be taken: The event has extra"),
        (
            "SUMMARY:x|DTSTART:20200101|RRULE:FREQ=YEARLY;UNTIL=20240101",
            "x repeats itself, but not in the period.",
        ),
        ("SUMMARY:x|DTSTART:20261027|RRULE:FREQ=HOURLY", "x cannot be taken: "),
        (
            "SUMMARY:x|DTSTART:20261027T080000|DTEND:20261027T090000|RRULE:FREQ=DAILY;COUNT=2",
            "x is no whole day; a holiday goes from midnight to midnight.",
        ),
        ("SUMMARY:x", "x cannot be taken: The event has no start (DTSTART)."),
    ],
)
def test_what_is_no_holiday_is_left_out_with_a_reason(event: str, sentence: str) -> None:
    listed = read_list(calendar(NATIONAL, event))
    assert listed.lines[1].outcome is Outcome.SKIPPED
    assert str(listed.lines[1].sentence).startswith(sentence)


def test_an_end_that_is_the_start_is_one_day() -> None:
    event = "SUMMARY:x|DTSTART;VALUE=DATE:20261027|DTEND;VALUE=DATE:20261027"
    assert days(event) == ["x 26-10-27 26-10-27"]


def test_endless_days_without_number_are_refused() -> None:
    daily = "SUMMARY:x|DTSTART;VALUE=DATE:20200101|RRULE:FREQ=DAILY"
    with pytest.raises(InvalidInputError, match="more than 5000 days in the period"):
        read_list(calendar(*[daily] * 400))


def test_lines_are_joined_before_they_are_decoded() -> None:
    folded = NATIONAL.encode().replace(
        b"Nationalfeiertag", b"Ferien f\xc3\r\n \xbcr K\xc3\xa4rnten"
    )
    text = calendar("@").encode().replace(b"@", folded.replace(b"|", b"\r\n"))
    assert [name for _, name, *_ in holidays_in(read_list(text))] == ["Ferien für Kärnten"]
    assert not read_list(text).notes


def test_a_calendar_in_windows_1252_is_read_and_told() -> None:
    listed = read_list(calendar(NATIONAL.replace("Nationalfeiertag", "Mariä")).encode("cp1252"))
    assert [name for _, name, *_ in holidays_in(listed)] == ["Mariä"]
    assert [str(note)[:35] for note in listed.notes] == ["The file is not written in UTF-8; i"]


def test_a_day_of_a_whole_day_series_is_off_in_whatever_zone_that_is_said() -> None:
    series = "SUMMARY:x|DTSTART;VALUE=DATE:20261005|RRULE:FREQ=WEEKLY;COUNT=2"
    assert days(f"{series}|EXDATE;TZID=America/New_York:20261012T000000") == ["x 26-10-05 26-10-05"]


def test_a_long_name_is_refused_alone() -> None:
    text = calendar(NATIONAL, f"SUMMARY:{'x' * 151}|DTSTART:20261027")
    assert said(read_list(text))[1] == (
        7,
        Outcome.SKIPPED,
        "name has 151 characters; 150 are allowed: shorten it.",
    )
    assert not read_list(text).notes


def test_a_note_names_its_event() -> None:
    notes = read_list(calendar("SUMMARY:Abgesagt: Ferien|DTSTART:20261027")).notes
    assert str(notes[0]).startswith("Abgesagt: Ferien: By its title the event is called off")
