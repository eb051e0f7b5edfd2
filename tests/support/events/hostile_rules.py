"""Rules that once cost seconds, and rules that are old: what must stay cheap."""

from datetime import datetime

from infoscreen_core.domain.recurrence import days as recurrence_days
from infoscreen_core.domain.recurrence import text as recurrence_text

READING_SECONDS = 0.250
"""What reading any text may cost before it is accepted or refused."""
EXPANDING_SECONDS = 0.020
"""What a window of any accepted rule may cost."""
LEAP_THURSDAY = datetime(2024, 2, 29, 8)
"""The start that is hardest on them."""

HOSTILE = (
    "FREQ=SECONDLY",
    "FREQ=MINUTELY;INTERVAL=1",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20300101",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6;COUNT=5000",
    "FREQ=MONTHLY;BYDAY=1MO,FR",
    "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TH;COUNT=5000",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=28,29;BYDAY=TH;COUNT=5000",
    "FREQ=MONTHLY;INTERVAL=7;BYMONTH=2;BYDAY=5TH;COUNT=5000",
    "FREQ=YEARLY;INTERVAL=10;COUNT=5000",
    "FREQ=YEARLY;BYDAY=53TH;COUNT=5000",
    "FREQ=DAILY;INTERVAL=366;BYMONTH=2;COUNT=5000",
    "FREQ=DAILY;INTERVAL=2;BYMONTH=2;COUNT=5000",
    "FREQ=WEEKLY;INTERVAL=2;BYMONTH=2;COUNT=5000",
    "FREQ=WEEKLY;INTERVAL=53;BYMONTH=2;COUNT=5000",
    "FREQ=DAILY;UNTIL=98991231",
    "FREQ=DAILY;BYMONTH=" + "1," * 100_000,
    "FREQ=DAILY;" * 50_000,
    "A" * 1_000_000,
)
OLD = (
    "FREQ=DAILY",
    "FREQ=DAILY;COUNT=5000",
    "FREQ=DAILY;BYMONTH=2",
    "FREQ=DAILY;INTERVAL=366;BYMONTH=2",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;UNTIL=98991231",
    "FREQ=WEEKLY;INTERVAL=53",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=5000",
    "FREQ=WEEKLY;BYMONTH=2",
    "FREQ=MONTHLY;COUNT=5000",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=5000",
    "FREQ=MONTHLY;INTERVAL=7;BYMONTHDAY=31",
    "FREQ=YEARLY;COUNT=5000",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYMONTH=1,2,3",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYDAY=TH",
)


def forget_rules() -> None:
    """Empty the caches: the first time is the one to measure."""
    for cached in (
        recurrence_text.read_rule,
        recurrence_days.find_counted_end,
        recurrence_days._days_of_month,  # noqa: SLF001 - a cache is nobody else's business
        recurrence_days._days_of_year,  # noqa: SLF001 - as above
    ):
        cached.cache_clear()
