"""Say when the events of calendar files take place, as the library recurring-ical-events sees it.

    python tests/trials/calendar_oracle.py FOLDER > answers.jsonl

Runs in a virtual environment of its own: the library wants an older python-dateutil than ours. So
nothing of this project is imported here. One line of JSON for each file: the stretch of time looked
at (two years around the dates on which the file's events start), what takes place in it, and what
the library cannot read. Where it gives up on a whole file, it is asked again for each UID.
"""

import json
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

HOME: Final = ZoneInfo("Europe/Vienna")
"""Where times without a zone are meant: our installation's own."""
_YEARS_AROUND: Final = 2
_YEARS: Final = range(1990, 2101)
_SECONDS: Final = 10
_DTSTART: Final = re.compile(r"(?im)^DTSTART[^\r\n:]*:[ \t]*(\d{4})\d{4}")
_EVENT: Final = re.compile(r"(?ims)^BEGIN:VEVENT[ \t]*\r?$.*?^END:VEVENT[ \t]*\r?$\n?")
_UID: Final = re.compile(r"(?im)^UID[^\r\n:]*:(.*)$")


class TooSlowError(BaseException):
    """A calendar that takes longer than anybody waits; no library's own handlers swallow it."""


def main(folder: Path) -> None:
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        said_of = {"file": str(path.relative_to(folder)), **answer(path.read_bytes())}
        print(json.dumps(said_of), flush=True)


def answer(data: bytes) -> dict[str, Any]:
    begin, end = window_of(data)
    spans, problems = occurrences(data, begin, end)
    return {
        "window": [begin.isoformat(), end.isoformat()],
        "occurrences": sorted(spans),
        "unreadable": problems,
    }


def window_of(data: bytes) -> tuple[datetime, datetime]:
    events = "".join(_EVENT.findall(data.decode("utf-8", "replace")))
    years = [int(year) for year in _DTSTART.findall(events) if int(year) in _YEARS] or [2026]
    first = max(min(years) - _YEARS_AROUND, _YEARS[0])
    last = min(max(years) + _YEARS_AROUND, _YEARS[-1])
    return datetime(first, 1, 1, tzinfo=UTC), datetime(last, 12, 31, tzinfo=UTC)


def occurrences(
    data: bytes, begin: datetime, end: datetime
) -> tuple[list[list[Any]], dict[str, str]]:
    """Return start, end, title, UID and status of each, and the UIDs that cannot be read."""
    try:
        with time_limit():
            return list(read(data, begin, end)), {}
    except TooSlowError:
        return [], {"": "it takes too long"}
    except Exception as error:  # noqa: BLE001 - whatever a library raises, the next file is read
        problem = said(error)
    spans: list[list[Any]] = []
    problems = {"": problem}
    for uid, part in parts_of(data):
        try:
            with time_limit():
                spans += read(part, begin, end)
        except (Exception, TooSlowError) as error:  # noqa: BLE001 - as above
            problems[uid] = said(error)
    return spans, problems


@contextmanager
def time_limit() -> Iterator[None]:
    def stop(_number: int, _frame: object) -> None:
        raise TooSlowError

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def parts_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a calendar for each UID; a line that only the file's other events need is kept."""
    text = data.decode("utf-8-sig", "replace")
    by_uid: dict[str, list[str]] = {}
    for found in _EVENT.findall(text):
        uid = _UID.search(found)
        by_uid.setdefault(uid[1].strip() if uid else "", []).append(found)
    frame = _EVENT.sub("", text)
    head, mark, tail = frame.rpartition("END:VCALENDAR")
    for name, events in by_uid.items():
        joined = "".join(one.rstrip() + "\r\n" for one in events)
        yield name, (head + joined + mark + tail).encode()


def read(data: bytes, begin: datetime, end: datetime) -> Iterator[list[Any]]:
    for calendar in Calendar.from_ical(data, multiple=True):
        for one in recurring_ical_events.of(calendar).between(begin, end):
            start, finish = instant(one["DTSTART"].dt), instant(one["DTEND"].dt)
            if begin <= start < end:
                yield [
                    start.isoformat(),
                    finish.isoformat(),
                    str(one.get("SUMMARY", "")),
                    str(one.get("UID", "")).strip(),
                    str(one.get("STATUS", "")).upper(),
                    not isinstance(one["DTSTART"].dt, datetime),
                ]


def instant(moment: date) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=HOME)).astimezone(UTC)


def said(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
