"""Every refusal gives a reason and a way out; everything in the allow-list passes."""

from datetime import UTC, datetime

import pytest

from infoscreen_core.domain.recurrence.expansion import RecurrenceRuleError, parse_rule
from infoscreen_core.errors import InvalidInputError

MONDAY = datetime(2026, 9, 7, 8)

REFUSED = {
    # not the shape of a rule
    "": "leave it out for a single event",
    "   ": "leave it out for a single event",
    "RRULE:": "NAME=VALUE",
    "every Monday": "NAME=VALUE",
    "FREQ": "NAME=VALUE",
    "FREQ=": "NAME=VALUE",
    "FREQ=DAILY;": "NAME=VALUE",
    "FREQ=DAILY;;COUNT=3": "NAME=VALUE",
    "FREQ=DAILY; COUNT=3": "without spaces",
    "FREQ=DAILY\nCOUNT=3": "without spaces",
    "FREQ=DAILY\x00": "unknown",
    "FREQ=DAILY=WEEKLY": "unknown",
    "FREQ=WEEKLY;BYDAY=\u017fU": "letters that no rule has",
    "FREQ=DAILY;COUNT=\u0663": "letters that no rule has",
    "FREQ=DAILY;COUNT=3\ud800": "letters that no rule has",
    "FREQ=DAILY;BYMONTH=" + ",".join(["1"] * 400): "500 are allowed",
    # parts
    "COUNT=3": "begin it with FREQ=DAILY",
    "FREQ=FORTNIGHTLY": "use DAILY, WEEKLY, MONTHLY or YEARLY",
    "FREQ=HOURLY": "one series for each time of day",
    "FREQ=MINUTELY;INTERVAL=5": "one series for each time of day",
    "FREQ=SECONDLY": "one series for each time of day",
    "FREQ=DAILY;FREQ=WEEKLY": "FREQ stands in the rule twice",
    "FREQ=DAILY;COUNT=3;count=4": "COUNT stands in the rule twice",
    "FREQ=DAILY;BYHOUR=9,10": "one series for each time of day",
    "FREQ=DAILY;BYMINUTE=0": "one series for each time of day",
    "FREQ=DAILY;BYSECOND=0": "one series for each time of day",
    "FREQ=YEARLY;BYWEEKNO=20": "use FREQ=WEEKLY",
    "FREQ=YEARLY;BYYEARDAY=100": "BYMONTH and BYMONTHDAY",
    "FREQ=YEARLY;BYEASTER=0": "allowed are FREQ, INTERVAL",
    "FREQ=DAILY;X-FOO=1": "allowed are FREQ, INTERVAL",
    "FREQ=DAILY;DTSTART=20260907T080000": "fields of their own",
    "DTSTART:20260907T080000\nRRULE:FREQ=DAILY": "fields of their own",
    "RRULE:FREQ=DAILY\nEXDATE:20260908T080000": "fields of their own",
    "RRULE;X-A=B:FREQ=DAILY": "NAME=VALUE",
    # numbers
    "FREQ=DAILY;INTERVAL=0": "from 1 to 366",
    "FREQ=DAILY;INTERVAL=-1": "without a sign",
    "FREQ=DAILY;INTERVAL=+1": "without a sign",
    "FREQ=DAILY;INTERVAL=1.5": "without a sign",
    "FREQ=DAILY;INTERVAL=1_0": "without a sign",
    "FREQ=DAILY;INTERVAL=9999999999999": "without a sign",
    "FREQ=DAILY;INTERVAL=367": "from 1 to 366",
    "FREQ=WEEKLY;INTERVAL=54": "from 1 to 53",
    "FREQ=MONTHLY;INTERVAL=25": "from 1 to 24",
    "FREQ=YEARLY;INTERVAL=11": "from 1 to 10",
    "FREQ=DAILY;COUNT=0": "from 1 to 5000",
    "FREQ=DAILY;COUNT=5001": "from 1 to 5000",
    "FREQ=DAILY;COUNT=3;UNTIL=20270101": "not by both",
    "FREQ=YEARLY;BYMONTH=0": "from 1 to 12",
    "FREQ=YEARLY;BYMONTH=13": "from 1 to 12",
    "FREQ=YEARLY;BYMONTH=-1": "from 1 to 12",
    "FREQ=YEARLY;BYMONTH=1,": "from 1 to 12",
    "FREQ=MONTHLY;BYMONTHDAY=0": "from -1 to -31",
    "FREQ=MONTHLY;BYMONTHDAY=32": "from -1 to -31",
    "FREQ=MONTHLY;BYMONTHDAY=1;BYMONTHDAY=2": "twice",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0": "from -1 to -31",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=32": "from -1 to -31",
    "FREQ=WEEKLY;WKST=XX": "no weekday",
    "FREQ=WEEKLY;WKST=MO,TU": "no weekday",
    # UNTIL
    "FREQ=DAILY;UNTIL=tomorrow": "UNTIL=20260702",
    "FREQ=DAILY;UNTIL=20270230": "existing date",
    "FREQ=DAILY;UNTIL=20270230T080000Z": "existing date",
    "FREQ=DAILY;UNTIL=20270203T080000": "in UTC",
    "FREQ=DAILY;UNTIL=20270203T080060Z": "in UTC",
    "FREQ=DAILY;UNTIL=99991231T235959Z": "leave UNTIL out",
    "FREQ=DAILY;UNTIL=20260907T055959Z": "later UNTIL",
    "FREQ=DAILY;UNTIL=20260906": "later UNTIL",
    "FREQ=DAILY;UNTIL=00010101": "later UNTIL",
    "FREQ=WEEKLY;BYDAY=FR;UNTIL=20260910": "later UNTIL",
    # weekdays
    "FREQ=WEEKLY;BYDAY=XX": "write weekdays as MO",
    "FREQ=WEEKLY;BYDAY=MO,": "write weekdays as MO",
    "FREQ=WEEKLY;BYDAY=MO TU": "without spaces",
    "FREQ=MONTHLY;BYDAY=0MO": "write weekdays as MO",
    "FREQ=MONTHLY;BYDAY=MO(1)": "write weekdays as MO",
    "FREQ=MONTHLY;BYDAY=1MO,FR": "make two series",
    "FREQ=MONTHLY;BYDAY=6MO": "from 1 to 5",
    "FREQ=YEARLY;BYMONTH=3;BYDAY=6MO": "from 1 to 5",
    "FREQ=YEARLY;BYDAY=54MO": "from 1 to 53",
    "FREQ=WEEKLY;BYDAY=1MO": "use FREQ=MONTHLY",
    "FREQ=DAILY;BYDAY=-1FR": "use FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1": "leave one of them out",
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO": "FREQ=WEEKLY;BYDAY=MO",
    # positions
    "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1": "only allowed with FREQ=MONTHLY and BYDAY",
    "FREQ=YEARLY;BYDAY=MO;BYSETPOS=1": "only allowed with FREQ=MONTHLY and BYDAY",
    "FREQ=MONTHLY;BYMONTHDAY=1,2;BYSETPOS=1": "only allowed with FREQ=MONTHLY and BYDAY",
    "FREQ=MONTHLY;BYSETPOS=1": "only allowed with FREQ=MONTHLY and BYDAY",
    # days of the month
    "FREQ=WEEKLY;BYMONTHDAY=1": "use FREQ=MONTHLY;BYMONTHDAY=1",
    "FREQ=DAILY;INTERVAL=2;BYMONTHDAY=1": "use FREQ=MONTHLY;BYMONTHDAY=1",
    "FREQ=YEARLY;BYMONTHDAY=1": "add BYMONTH",
    "FREQ=YEARLY;BYDAY=MO;BYMONTHDAY=1": "add BYMONTH",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30": "29 days at most",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-30": "29 days at most",
    "FREQ=YEARLY;BYMONTH=1,2;BYMONTHDAY=30": "29 days at most",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,30": "29 days at most",
    "FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31": "30 days at most",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31": "29 days at most",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30": "29 days at most",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29": "leap years only",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=-29": "leap years only",
    # no occurrence, or none within reach
    "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2": "no occurrence in the 10 years",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6": "no occurrence in the 10 years",
    "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1;BYMONTH=2;INTERVAL=24": "no occurrence in the 10 years",
    "FREQ=DAILY;INTERVAL=365;BYMONTH=1": "no occurrence in the 10 years",
    "FREQ=YEARLY;INTERVAL=10;COUNT=5000": "leads beyond the year 9900",
}


def refusal(
    text: str, start_local: datetime = MONDAY, timezone: str = "Europe/Vienna"
) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        parse_rule(text, start_local=start_local, timezone=timezone)
    return caught.value


@pytest.mark.parametrize(
    ("text", "way_out"), REFUSED.items(), ids=[ascii(text)[:40] for text in REFUSED]
)
def test_what_is_outside_the_allow_list_is_refused_with_a_way_out(text: str, way_out: str) -> None:
    error = refusal(text)
    assert isinstance(error, RecurrenceRuleError)
    assert (error.field, error.code) == ("recurrence_rule", "invalid")
    assert way_out in str(error)
    assert str(error).isprintable()


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("FREQ=YEARLY", datetime(2028, 2, 29, 8)),
        ("FREQ=YEARLY;INTERVAL=4", datetime(2028, 2, 29, 8)),
        ("FREQ=YEARLY;BYMONTH=2", datetime(2027, 1, 29, 8)),
        ("FREQ=MONTHLY;BYMONTH=2", datetime(2027, 1, 29, 8)),
    ],
)
def test_a_yearly_29_february_is_refused_and_shown_the_last_of_february(
    text: str, start: datetime
) -> None:
    assert "BYMONTH=2;BYMONTHDAY=-1" in str(refusal(text, start))


@pytest.mark.parametrize("text", ["FREQ=YEARLY;BYMONTH=6,7", "FREQ=MONTHLY;BYMONTH=6"])
def test_the_start_s_day_must_exist_in_the_months_named(text: str) -> None:
    assert "30 days at most" in str(refusal(text, datetime(2026, 5, 31, 8)))


@pytest.mark.parametrize("year", [1989, 2101])
def test_a_series_starts_between_1990_and_2100(year: int) -> None:
    error = refusal("FREQ=DAILY", datetime(year, 9, 7, 8))
    assert error.field == "start"
    assert "from 1990 to 2100" in str(error)


@pytest.mark.parametrize(
    "zone",
    [
        *(
            "",
            "Vienna",
            "europe/vienna",
            "Europe",
            "Europe/",
            "/etc/passwd",
            "../../etc/passwd",
            "Mars/Olympus",
        ),
        *(
            "posix/Europe/Vienna",
            "right/Europe/Vienna",
            "posixrules",
            "localtime",
            "Factory",
            "UTC+1\x00",
        ),
        *("tzdata.zi", "+01:00", "Europe/Vien\ud800na", "A" * 5000),
    ],
)
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    error = refusal("FREQ=DAILY", timezone=zone)
    assert error.field == "timezone"
    assert "Europe/Vienna" in str(error)
    assert len(str(error)) < 200
    assert str(error).isprintable()


def test_an_aware_start_is_a_programmer_s_mistake() -> None:
    with pytest.raises(ValueError, match="naive"):
        parse_rule("FREQ=DAILY", start_local=MONDAY.replace(tzinfo=UTC), timezone="UTC")


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY",
        "RRULE:FREQ=DAILY",
        "  rrule:freq=weekly;byday=mo,we  ",
        "COUNT=5000;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=366",
        "FREQ=DAILY;BYMONTH=1;BYMONTHDAY=1,-1;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=DAILY;UNTIL=20260907",
        "FREQ=DAILY;UNTIL=20260907T060000Z",
        "FREQ=WEEKLY;INTERVAL=53;BYMONTH=9;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=24;BYMONTHDAY=30",
        "FREQ=MONTHLY;COUNT=5000",
        "FREQ=MONTHLY;BYDAY=+1MO,-1FR;BYSETPOS=-1",
        "FREQ=YEARLY;INTERVAL=10",
        "FREQ=YEARLY;COUNT=5000",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;INTERVAL=4",
    ],
)
def test_the_allow_list_is_accepted(text: str) -> None:
    parse_rule(text, start_local=MONDAY, timezone="Europe/Vienna")
