"""Whatever is in a file, an import answers with results or a sentence, never with a crash."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.exchange.event_import import import_events
from infoscreen_core.services.exchange.views import EventOutcome
from tests.support.events.planning import MONDAY, Sessions, add_group

pytestmark = pytest.mark.slow

_NAMES = st.sampled_from(
    [
        "UID",
        "SUMMARY",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "STATUS",
        "URL",
        "DESCRIPTION",
        "SEQUENCE",
        "LAST-MODIFIED",
        "BEGIN",
        "END",
        "X-FOO",
        "ATTENDEE",
    ]
)
_VALUES = st.one_of(
    st.sampled_from(
        [
            "20260907T080000",
            "20260907T090000Z",
            "20260907",
            "00010101T000000",
            "99991231T235959Z",
            "20260329T023000",
            "PT50M",
            "-P1D",
            "P1W",
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;UNTIL=99991231T235959",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=5000",
            "FREQ=MONTHLY;BYDAY=5MO,-5SU;INTERVAL=24",
            "FREQ=DAILY;UNTIL=20260907",
            "VEVENT",
            "VTIMEZONE",
            "VALARM",
            "CANCELLED",
            "https://example.org",
            "https://[",
            "eins",
            "zwei",
        ]
    ),
    st.text(max_size=30),
)
_PARAMS = st.sampled_from(
    [
        "",
        "",
        "",
        ";TZID=Europe/Vienna",
        ";TZID=Mars",
        ";VALUE=DATE",
        ";RANGE=THISANDFUTURE",
        ';X="a:b',
        ";",
        ";TZID=",
    ]
)
_LINES = st.builds(lambda name, params, value: f"{name}{params}:{value}", _NAMES, _PARAMS, _VALUES)
_GOOD = [
    "UID:eins",
    "SUMMARY:Mathe",
    "DTSTART;TZID=Europe/Vienna:20260907T080000",
    "DURATION:PT50M",
]
_EVENTS = st.builds(
    lambda lines, order: [
        "BEGIN:VEVENT",
        *order.sample([*_GOOD, *lines], len(lines) + len(_GOOD)),
        "END:VEVENT",
    ],
    st.lists(_LINES, max_size=6),
    st.randoms(use_true_random=False),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    events=st.lists(_EVENTS, min_size=1, max_size=4),
    cut=st.integers(0, 40),
    noise=st.binary(max_size=3),
)
def test_any_file_gets_an_answer(
    sqlite_sessions: Sessions, events: list[list[str]], cut: int, noise: bytes
) -> None:
    lines = ["BEGIN:VCALENDAR", *(line for event in events for line in event), "END:VCALENDAR", ""]
    data = "\r\n".join(lines).encode("utf-8", "surrogatepass")
    place = len(data) - cut
    with sqlite_sessions() as session:
        group = add_group(session)
        try:
            result = import_events(
                session, data[:place] + noise + data[place:], group_id=group, actor=CLI, now=MONDAY
            )
        except InvalidInputError as refused:
            assert refused.field == "file"  # noqa: PT017 - both ways are right ones
        else:
            assert result.rows
            for row in result.rows:
                assert (row.error is not None) == (row.outcome is EventOutcome.REFUSED)
        session.rollback()
