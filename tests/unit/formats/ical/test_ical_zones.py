"""Which zone a calendar file means by a name, and which instants by a VTIMEZONE."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_entries import Entry, read_entry
from infoscreen_core.formats.ical_reader import read_calendar_file
from infoscreen_core.formats.vtimezone import vtimezone
from tests.support.events.planning import utc
from tests.support.exchange.calendar_text import calendar, vevent


def observance(
    before: str, after: str, start: str, *lines: str, kind: str = "STANDARD"
) -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{start}",
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{after}",
        *lines,
        f"END:{kind}",
    ]


def zone(tzid: str, *observances: Sequence[str]) -> str:
    lines = [line for each in observances for line in each]
    return "\n".join(["BEGIN:VTIMEZONE", f"TZID:{tzid}", *lines, "END:VTIMEZONE", ""])


def yearly(day: str, month: int, more: str = "") -> str:
    return f"RRULE:FREQ=YEARLY;BYDAY={day};BYMONTH={month}{more}"


EUROPE = (
    observance("+0200", "+0100", "16011028T030000", yearly("-1SU", 10)),
    observance("+0100", "+0200", "16010325T020000", yearly("-1SU", 3), kind="DAYLIGHT"),
)
"""As Outlook writes it: today's rules since 1601."""
AMERICA = (
    observance("-0400", "-0500", "16011104T020000", yearly("1SU", 11)),
    observance("-0500", "-0400", "16010311T020000", yearly("2SU", 3), kind="DAYLIGHT"),
)
EUROPE_OF_OLD = (
    observance("+0200", "+0100", "19961027T030000", yearly("-1SU", 10)),
    observance("+0200", "+0100", "19800928T030000", yearly("-1SU", 9, ";UNTIL=19950924T010000Z")),
    observance("+0100", "+0200", "19810329T020000", yearly("-1SU", 3), kind="DAYLIGHT"),
)
EUROPE_AS_A_LIST = (
    observance(
        "+0200", "+0100", "20251026T030000", "RDATE:20261025T030000,20271031T030000"
    ),
    observance(
        "+0100", "+0200", "20250330T020000", "RDATE:20260329T020000", "RDATE:20270328T010000Z",
        kind="DAYLIGHT",
    ),
)  # fmt: skip
IN_MONTH_DAYS = (
    observance(
        "-0400", "-0500", "20071104T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU;BYHOUR=2",
    ),
    observance(
        "-0500", "-0400", "20070311T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SU",
        kind="DAYLIGHT",
    ),
)  # fmt: skip


def read(
    zones: str, tzid: str, start: str, *, rule: str = "", home: str = "Europe/Vienna"
) -> Entry:
    text = vevent(dtstart=f';TZID="{tzid}":{start}', dtend="", duration="PT1H", rrule=rule)
    (event,) = read_calendar_file(calendar(text, zones=zones)).events
    entry = read_entry(event, home)
    assert isinstance(entry, Entry)
    return entry


def start_of(entry: Entry) -> datetime:
    return localize(entry.start, load_zone(entry.timezone))


def notes_of(entry: Entry) -> list[str]:
    return [str(note) for note in entry.notes]


WEEKLY = "FREQ=WEEKLY"


@pytest.mark.parametrize("rule", ["", WEEKLY, "FREQ=WEEKLY;COUNT=5", "FREQ=WEEKLY;UNTIL=20290101"])
@pytest.mark.parametrize(
    ("rules", "start", "instant", "found"),
    [
        (EUROPE, "20270308T090000", "2027-03-08T08:00", "Europe/Vienna"),
        (EUROPE, "20270708T090000", "2027-07-08T07:00", "Europe/Vienna"),
        (EUROPE_OF_OLD, "20270708T090000", "2027-07-08T07:00", "Europe/Vienna"),
        (AMERICA, "20270708T090000", "2027-07-08T13:00", "America/New_York"),
        (IN_MONTH_DAYS, "20270312T090000", "2027-03-12T14:00", "America/New_York"),
    ],
)
def test_a_zone_that_only_the_file_explains_is_one_that_people_can_choose(
    rules: Sequence[Sequence[str]], start: str, instant: str, found: str, rule: str
) -> None:
    entry = read(zone("Customized Time Zone", *rules), "Customized Time Zone", start, rule=rule)
    assert (start_of(entry), entry.timezone, entry.notes) == (utc(instant), found, ())


def test_the_installations_zone_comes_first() -> None:
    entry = read(zone("Own", *EUROPE), "Own", "20270708T090000", home="Europe/Stockholm")
    assert entry.timezone == "Europe/Stockholm"


@pytest.mark.parametrize(
    ("offset", "found"),
    [("+0100", "Etc/GMT-1"), ("-0300", "Etc/GMT+3"), ("+0000", "UTC"), ("+0545", "Asia/Katmandu")],
)
def test_one_offset_for_ever_is_just_that(offset: str, found: str) -> None:
    own = zone("Own", observance(offset, offset, "19700101T000000"))
    assert read(own, "Own", "20270708T090000", rule=WEEKLY).timezone == found


def test_rules_of_no_zone_say_when_a_single_event_is_and_refuse_a_series() -> None:
    own = zone(
        "Own",
        observance("+0217", "+0117", "20000901T030000", "RRULE:FREQ=YEARLY"),
        observance("+0117", "+0217", "20000401T030000", "RRULE:FREQ=YEARLY", kind="DAYLIGHT"),
    )
    summer, winter = (read(own, "Own", f"2027{day}T090000") for day in ("0708", "1208"))
    assert (start_of(summer), start_of(winter)) == (
        utc("2027-07-08T06:43"),
        utc("2027-12-08T07:43"),
    )
    assert (summer.timezone, summer.end.hour, summer.end.minute) == ("Europe/Vienna", 9, 43)
    with pytest.raises(InvalidInputError, match="no known zone") as refused:
        read(own, "Own", "20270708T090000", rule=WEEKLY)
    assert refused.value.field == "timezone"


@pytest.mark.parametrize(
    ("start", "instant"),
    [
        ("20270328T023000", "2027-03-28T01:13"),  # skipped: it moves on
        ("20271031T023000", "2027-10-31T00:13"),  # shown twice: the first
        ("20271031T033000", "2027-10-31T02:13"),
    ],
)
def test_the_rules_alone_know_the_hours_that_are_skipped_or_shown_twice(
    start: str, instant: str
) -> None:
    own = zone(
        "Own",
        observance("+0217", "+0117", "16011028T030000", yearly("-1SU", 10)),
        observance("+0117", "+0217", "16010325T020000", yearly("-1SU", 3), kind="DAYLIGHT"),
    )
    assert start_of(read(own, "Own", start)) == utc(instant)


@pytest.mark.parametrize("rule", ["", WEEKLY])
def test_rules_count_that_contradict_their_name_and_a_note_says_so(rule: str) -> None:
    entry = read(zone("EST", *AMERICA), "EST", "20270615T160000", rule=rule)
    assert (start_of(entry), entry.timezone) == (utc("2027-06-15T20:00"), "America/New_York")
    (note,) = notes_of(entry)
    assert "“EST”" in note
    assert "America/New_York" in note


def test_a_hint_of_the_file_comes_before_all_other_zones() -> None:
    own = zone("EST", ["X-LIC-LOCATION:America/Toronto"], *AMERICA)
    assert read(own, "EST", "20270615T160000").timezone == "America/Toronto"


def test_a_contradiction_outside_of_the_events_life_is_none() -> None:
    entry = read(zone("EST", *AMERICA), "EST", "20271110T160000", rule="FREQ=WEEKLY;COUNT=4")
    assert (entry.timezone, entry.notes) == ("EST", ())


@pytest.mark.parametrize(
    ("tzid", "rules", "start", "rule"),
    [
        ("Europe/Vienna", EUROPE, "19950910T080000", ""),  # summer ended in September then
        ("Europe/Vienna", EUROPE, "19950910T080000", "FREQ=WEEKLY;COUNT=9"),
        ("America/New_York", AMERICA, "20050320T080000", "FREQ=WEEKLY;COUNT=9"),
        ("America/New_York", AMERICA, "20050320T080000", WEEKLY),
        ("Eastern Standard Time", AMERICA, "20050320T080000", ""),
        ("Europe/Vienna", EUROPE_AS_A_LIST, "20270601T080000", WEEKLY),  # the list ends
        ("Europe/Vienna", EUROPE_AS_A_LIST, "20300601T080000", ""),
        ("Europe/Vienna", EUROPE_AS_A_LIST, "20240601T080000", WEEKLY),  # before it begins
        ("Europe/Vienna", (), "20270601T080000", WEEKLY),
        ("Europe/Vienna", (["BEGIN:STANDARD", "END:STANDARD"],), "20270601T080000", WEEKLY),
        ("W. Europe Standard Time", EUROPE, "20270601T080000", WEEKLY),
        ("/freeassociation.sourceforge.net/Europe/Vienna", EUROPE, "20270601T080000", WEEKLY),
        ("tzone://Microsoft/Utc", (), "20270601T080000", WEEKLY),
    ],
)
def test_a_proper_name_counts_whatever_the_file_leaves_out_or_simplifies(
    tzid: str, rules: Sequence[Sequence[str]], start: str, rule: str
) -> None:
    entry = read(zone(tzid, *rules), tzid, start, rule=rule)
    assert entry.notes == ()
    assert entry.timezone in {tzid, "Europe/Berlin", "Europe/Vienna", "America/New_York", "UTC"}
    assert entry.start == datetime.strptime(start, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - wall time


@pytest.mark.parametrize(
    "name", ["Europe/Vienna", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran"]
)
@pytest.mark.parametrize("year", [2019, 2027])
def test_what_we_write_ourselves_contradicts_no_name(name: str, year: int) -> None:
    first = localize(datetime(year, 6, 7, 8), load_zone(name))
    text = vtimezone(load_zone(name), first=first, last=first).to_ical().decode()
    for rule in ("", WEEKLY):
        entry = read(text, name, f"{year}0607T080000", rule=rule)
        assert (entry.timezone, entry.notes) == (name, ())


def test_a_series_may_outlive_what_the_file_knows_and_is_taken_with_a_note() -> None:
    entry = read(zone("Own", *EUROPE_AS_A_LIST), "Own", "20270601T080000", rule=WEEKLY)
    assert (start_of(entry), entry.timezone) == (utc("2027-06-01T06:00"), "Europe/Vienna")
    assert ["only for 2027-" in note for note in notes_of(entry)] == [True]


def test_old_years_of_a_long_series_need_not_agree() -> None:
    entry = read(zone("Own", *AMERICA), "Own", "20050601T080000", rule=WEEKLY)
    assert entry.timezone == "America/New_York"
    assert ["only for 2006-11-05 –" in note for note in notes_of(entry)] == [True]


def test_a_definition_may_say_when_it_ends() -> None:
    own = zone("EST", ["TZUNTIL:20260101T000000Z"], *AMERICA)
    assert read(own, "EST", "20270601T080000").notes == ()
    assert len(read(own, "EST", "20250601T080000").notes) == 1


def test_one_offset_needs_neither_a_beginning_nor_what_was_before() -> None:
    own = zone("Own", ["BEGIN:STANDARD", "TZOFFSETTO:+0300", "END:STANDARD"])
    assert start_of(read(own, "Own", "20270601T080000")) == utc("2027-06-01T05:00")


MALFORMED = {
    "no observances": (),
    "no offset": (["BEGIN:STANDARD", "DTSTART:19700101T000000", "END:STANDARD"],),
    "no such offset": (observance("+0100", "+2500", "19700101T000000"),),
    "no such day": (observance("+0100", "+0100", "19700231T000000"),),
    "no rule": (observance("+0100", "+0200", "19700101T000000", "RRULE:FREQ=YEARLY;BYDAY=XX"),),
    "a daily rule": (observance("+0100", "+0200", "19700101T000000", "RRULE:FREQ=DAILY"),),
    "a rule of very many days": (
        observance("+0100", "+0200", "19700101T000000", "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE"),
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_explanation_leaves_the_name(case: str) -> None:
    rules = MALFORMED[case]
    assert read(zone("Europe/Vienna", *rules), "Europe/Vienna", "20270601T080000").notes == ()
    with pytest.raises(InvalidInputError, match="zone “Own” is unknown"):
        read(zone("Own", *rules), "Own", "20270601T080000")


def test_an_explanation_cut_off_leaves_the_name_and_the_event() -> None:
    cut = zone("Europe/Vienna", *AMERICA).replace("END:VTIMEZONE\n", "")
    assert read(cut, "Europe/Vienna", "20270601T080000").timezone == "Europe/Vienna"


@pytest.mark.parametrize(
    "start", ["00010101T000000", "16010101T000000", "19700101T000000", "19700101"]
)
def test_an_explanation_may_begin_in_any_year(start: str) -> None:
    own = zone("Own", observance("+0300", "+0200", start))
    assert start_of(read(own, "Own", "20270601T080000")) == utc("2027-06-01T06:00")


def test_names_are_found_in_spite_of_blanks_case_and_commas() -> None:
    own = zone("(utc+01:00) Amsterdam\\, Berlin  ", *AMERICA)
    entry = read(own, "(UTC+01:00) Amsterdam, Berlin", "20270601T080000")
    assert entry.timezone == "America/New_York"


def test_calendars_of_one_file_explain_one_name_each_in_its_own_way() -> None:
    text = vevent(dtstart=";TZID=Own:20270601T080000", dtend="", duration="PT1H")
    bare = vevent(dtstart=";TZID=Other:20270601T080000", dtend="", duration="PT1H")
    data = calendar(text, zones=zone("Own", *EUROPE)) + calendar(
        text, bare, zones=zone("Own", *AMERICA) + zone("Other", *EUROPE)
    )
    found = [read_entry(event, "Europe/Vienna") for event in read_calendar_file(data).events]
    zones = [one.timezone for one in found if isinstance(one, Entry)]
    assert zones == ["Europe/Vienna", "America/New_York", "Europe/Vienna"]


def test_an_explanation_may_stand_after_the_events_or_in_another_calendar() -> None:
    text = vevent(dtstart=";TZID=Own:20270601T080000", dtend="", duration="PT1H")
    own = zone("Own", *AMERICA)
    for data in (
        calendar(text).replace(b"END:VCALENDAR", f"{own}END:VCALENDAR".encode()),
        calendar(text) + calendar(zones=own),
    ):
        (event,) = read_calendar_file(data).events
        entry = read_entry(event, "Europe/Vienna")
        assert isinstance(entry, Entry)
        assert entry.timezone == "America/New_York"
