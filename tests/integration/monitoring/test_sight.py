"""Whether the server sees its screens, as those ask who act on their silence."""

from datetime import timedelta

import pytest

from infoscreen_core.db.models import BlindSpan
from infoscreen_core.db.queries.monitoring import jobs
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.judging import Sight
from infoscreen_core.services.monitoring import sight
from tests.support.events.planning import Sessions
from tests.support.people import NOW

BLIND = Sight(is_blind=True)


def test_before_anybody_has_looked_nobody_sees(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        assert sight.read(session, now=NOW) == BLIND
        sight.note(session, now=NOW)
        assert sight.read(session, now=NOW) == Sight()


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, Sight()), (30, Sight()), (31, BLIND), (-3600, BLIND)]
)
def test_a_look_holds_for_half_a_minute_and_not_when_the_clock_was_set_back(
    sqlite_sessions: Sessions, seconds: int, expected: Sight
) -> None:
    with sqlite_sessions.begin() as session:
        sight.note(session, now=NOW)
        assert sight.read(session, now=NOW + timedelta(seconds=seconds)) == expected


def test_after_an_outage_it_says_since_when_it_sees(sqlite_sessions: Sessions) -> None:
    end = NOW - timedelta(seconds=5)
    with sqlite_sessions.begin() as session:
        span = BlindSpan(cause=BlindCause.BROKER, began_at=NOW - timedelta(hours=1), ended_at=None)
        session.add(span)
        session.flush()
        jobs.begin(session, "sight", now=NOW)
        assert sight.read(session, now=NOW) == BLIND
        span.ended_at = end
        session.flush()
        assert sight.read(session, now=NOW) == Sight(seen_since=end)
