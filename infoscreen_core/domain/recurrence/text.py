"""Recurrence rules as text: strict reading, canonical writing."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from infoscreen_core.domain.recurrence.exdates import find_stamp, format_stamp
from infoscreen_core.domain.recurrence.rules import (
    LAST_YEAR,
    MAX_COUNT,
    WEEKDAYS,
    ByDay,
    Frequency,
    RecurrenceRule,
    RecurrenceRuleError,
    check_parts,
)
from infoscreen_core.domain.text.wording import listed, shown

MAX_RULE_LENGTH: Final = 500
_PREFIX: Final = "RRULE:"
_PARTS: Final = (
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYMONTH",
    "BYMONTHDAY",
    "BYDAY",
    "BYSETPOS",
    "WKST",
)
_FIELDS_OF_THEIR_OWN: Final = re.compile(r"DTSTART|DTEND|DURATION|EXDATE|RDATE|EXRULE")
_TIMES_OF_DAY: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")
_SUB_DAILY: Final = ("HOURLY", "MINUTELY", "SECONDLY")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}")
_BY_DAY: Final = re.compile(rf"([+-]?[0-9]{{1,2}})?({'|'.join(WEEKDAYS)})")
_DATE: Final = re.compile(r"[0-9]{8}")


@lru_cache(maxsize=4096)
def read_rule(text: str) -> RecurrenceRule:
    """Read an RRULE value in any case, with or without its "RRULE:" prefix.

    What depends on the start is not checked here, see `acceptance`. Raises `RecurrenceRuleError`
    for what is outside the allow-list.
    """
    parts = _split_parts(_clean(text))
    rule = RecurrenceRule(
        frequency=_read_frequency(parts),
        interval=_read_number(parts, "INTERVAL", 1),
        count=_read_count(parts),
        until=_read_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        by_month=_read_numbers(parts, "BYMONTH", 12, signed=False),
        by_month_day=_read_numbers(parts, "BYMONTHDAY", 31),
        by_day=_read_by_day(parts["BYDAY"]) if "BYDAY" in parts else (),
        by_set_position=_read_numbers(parts, "BYSETPOS", 31),
        week_start=_read_week_start(parts.get("WKST", "MO")),
    )
    check_parts(rule)
    return rule


def format_rule(rule: RecurrenceRule) -> str:
    """Return the rule's canonical text: parts in one order, defaults left out, no prefix."""
    parts = {
        "FREQ": rule.frequency,
        "INTERVAL": "" if rule.interval == 1 else rule.interval,
        "COUNT": rule.count,
        "UNTIL": format_until(rule.until),
        "BYMONTH": listed(rule.by_month),
        "BYMONTHDAY": listed(rule.by_month_day),
        "BYDAY": listed(rule.by_day),
        "BYSETPOS": listed(rule.by_set_position),
        "WKST": WEEKDAYS[rule.week_start] if rule.week_start else "",
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def format_until(until: datetime | date | None) -> str:
    """Return UNTIL as a rule's text has it; empty for none."""
    if until is None:
        return ""
    return (
        format_stamp(until) if isinstance(until, datetime) else until.isoformat().replace("-", "")
    )


def _clean(text: str) -> str:
    body = text.strip()
    if not body:
        raise RecurrenceRuleError("The recurrence rule is empty; leave it out for a single event.")
    if len(body) > MAX_RULE_LENGTH:
        raise RecurrenceRuleError(
            "The recurrence rule has {length} characters; {limit} are allowed.",
            length=len(body),
            limit=MAX_RULE_LENGTH,
        )
    if not body.isascii():  # before upper(), which makes ASCII letters of some others
        raise RecurrenceRuleError(
            "The recurrence rule “{value}” has letters that no rule has; use A to Z, digits and ; "
            "= , + - only.",
            value=shown(body),
        )
    body = body.upper()
    if own := _FIELDS_OF_THEIR_OWN.search(body):
        raise RecurrenceRuleError(
            "{name} does not belong in the rule; start, end and exceptions have fields of their "
            "own.",
            name=own[0],
        )
    return body.removeprefix(_PREFIX)


def _split_parts(body: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in body.split(";"):
        name, _, value = piece.partition("=")
        if not (name and value) or any(character.isspace() for character in piece):
            raise RecurrenceRuleError(
                "The recurrence rule has “{piece}” where NAME=VALUE is expected; separate the "
                "parts by "
                "single semicolons, without spaces, as in FREQ=WEEKLY;BYDAY=MO,WE.",
                piece=shown(piece),
            )
        if name in parts:
            raise RecurrenceRuleError(
                "{name} stands in the rule twice; leave one of them out.", name=name
            )
        _check_name(name)
        parts[name] = value
    return parts


def _check_name(name: str) -> None:
    if name in _PARTS:
        return
    if name == "BYWEEKNO":
        raise RecurrenceRuleError(
            "BYWEEKNO (calendar weeks) is not supported; use FREQ=WEEKLY with a start in the right "
            "week, "
            "INTERVAL and UNTIL."
        )
    if name == "BYYEARDAY":
        raise RecurrenceRuleError(
            "BYYEARDAY (days counted from New Year) is not supported; use FREQ=YEARLY with BYMONTH "
            "and BYMONTHDAY."
        )
    if name in _TIMES_OF_DAY:
        raise RecurrenceRuleError(
            "{name} is not supported: the time of day is the event's start; make one series for "
            "each time of day.",
            name=name,
        )
    raise RecurrenceRuleError(
        "“{name}” is no part that a rule may have; allowed are {allowed}.",
        name=shown(name),
        allowed=", ".join(_PARTS),
    )


def _read_frequency(parts: dict[str, str]) -> Frequency:
    value = parts.get("FREQ")
    if value is None:
        raise RecurrenceRuleError(
            "The rule does not say how often; begin it with FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY "
            "or FREQ=YEARLY."
        )
    if value in _SUB_DAILY:
        raise RecurrenceRuleError(
            "FREQ={value} repeats within a day, which is not supported; use FREQ=DAILY and one "
            "series for "
            "each time of day.",
            value=value,
        )
    if value not in Frequency.__members__:
        raise RecurrenceRuleError(
            "FREQ={value} is unknown; use DAILY, WEEKLY, MONTHLY or YEARLY.", value=shown(value)
        )
    return Frequency(value)


def _read_number(parts: dict[str, str], name: str, default: int) -> int:
    value = parts.get(name)
    if value is None:
        return default
    if not (_NUMBER.fullmatch(value) and value.isdigit()):
        raise RecurrenceRuleError(
            "{name}={value} is not allowed; give one whole number without a sign.",
            name=name,
            value=shown(value),
        )
    return int(value)


def _read_count(parts: dict[str, str]) -> int | None:
    count = _read_number(parts, "COUNT", 1)
    if not 1 <= count <= MAX_COUNT:
        raise RecurrenceRuleError(
            "COUNT={value} is not allowed; give a number from 1 to {limit}, or use UNTIL with the "
            "last date.",
            value=count,
            limit=MAX_COUNT,
        )
    return count if "COUNT" in parts else None


def _read_numbers(
    parts: dict[str, str], name: str, limit: int, *, signed: bool = True
) -> tuple[int, ...]:
    if name not in parts:
        return ()
    pieces = parts[name].split(",")
    numbers = {int(piece) if _NUMBER.fullmatch(piece) else 0 for piece in pieces}
    if any(not 1 <= abs(number) <= limit for number in numbers):
        raise _numbers_error(name, parts[name], limit, signed=signed)
    if not signed and not all(piece.isdigit() for piece in pieces):
        raise _numbers_error(name, parts[name], limit, signed=signed)
    return tuple(sorted(numbers))


def _numbers_error(name: str, value: str, limit: int, *, signed: bool) -> RecurrenceRuleError:
    if signed:
        return RecurrenceRuleError(
            "{name}={value} is not allowed; give numbers from 1 to {limit}, or from -1 to -{limit} "
            "counted "
            "from the end, separated by commas.",
            name=name,
            value=shown(value),
            limit=limit,
        )
    return RecurrenceRuleError(
        "{name}={value} is not allowed; give numbers from 1 to {limit}, separated by commas.",
        name=name,
        value=shown(value),
        limit=limit,
    )


def _read_by_day(value: str) -> tuple[ByDay, ...]:
    days = set()
    for piece in value.split(","):
        match = _BY_DAY.fullmatch(piece)
        if match is None or (match[1] and not int(match[1])):
            raise RecurrenceRuleError(
                "BYDAY has “{piece}”; write weekdays as MO, TU, WE, TH, FR, SA, SU, numbered ones "
                "as 1MO "
                "(the first Monday) or -1FR (the last Friday).",
                piece=shown(piece),
            )
        days.add(ByDay(int(match[1] or 0), WEEKDAYS.index(match[2])))
    return tuple(sorted(days))


def _read_week_start(value: str) -> int:
    if value not in WEEKDAYS:
        raise RecurrenceRuleError(
            "WKST={value} is no weekday; use MO, TU, WE, TH, FR, SA or SU.", value=shown(value)
        )
    return WEEKDAYS.index(value)


def _read_until(value: str) -> datetime | date:
    until = find_stamp(value) or _find_date(value)
    if until is None:
        raise RecurrenceRuleError(
            "UNTIL={value} is not valid; give an existing date as in UNTIL=20260702, or an instant "
            "in UTC "
            "as in UNTIL=20260702T215959Z.",
            value=shown(value),
        )
    if until.year > LAST_YEAR:
        raise RecurrenceRuleError(
            "UNTIL={value} lies beyond the year {limit}; leave UNTIL out for a series without an "
            "end.",
            value=shown(value),
            limit=LAST_YEAR,
        )
    return until


def _find_date(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:  # well formed, but not in the calendar
        return None
