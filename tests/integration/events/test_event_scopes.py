"""One date, the rest of a series, or all of it: only what is meant is changed or deleted."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import Scope
from infoscreen_core.errors import ConflictError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_scopes
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.event_scopes import Drop, Target, movable_scopes
from infoscreen_core.services.events.views import event_view
from tests.support.events.planning import MONDAY, Sessions, add_group, local, plan, utc

NOW = MONDAY
MONDAYS = [utc("2026-09-07T06:00") + timedelta(weeks=n) for n in range(4)]
LONDON, VIENNA = ZoneInfo("Europe/London"), ZoneInfo("Europe/Vienna")
RULE = "FREQ=WEEKLY;BYDAY=MO;COUNT=4"


def target(event: Event, scope: Scope, week: int = 2) -> Target:
    return Target(event.id, MONDAYS[week], scope, event.version)


def series(session: Session) -> Event:
    return plan(session, add_group(session), recurrence_rule=RULE)


def shown(session: Session) -> list[tuple[str, datetime]]:
    """What the calendar shows, by its start."""
    found = list_occurrences(
        session, group_ids=None, window_start=NOW, window_end=NOW + timedelta(weeks=8), now=NOW
    )
    return [(one.title, one.start) for one in found]


@pytest.mark.parametrize(
    ("scope", "moved"),
    [(Scope.OCCURRENCE, [2]), (Scope.FOLLOWING, [2, 3]), (Scope.SERIES, [0, 1, 2, 3])],
)
def test_a_drag_moves_what_the_scope_says(
    sqlite_sessions: Sessions, scope: Scope, moved: list[int]
) -> None:
    drop = Drop(local("2026-09-21T10:00"), local("2026-09-21T10:50"), VIENNA, is_all_day=False)
    with sqlite_sessions.begin() as session:
        event = series(session)
        event_scopes.move(session, target(event, scope), drop, actor=CLI, now=NOW)
        later = timedelta(hours=2)
        expected = [at + later if week in moved else at for week, at in enumerate(MONDAYS)]
        assert [start for _title, start in shown(session)] == expected


@pytest.mark.parametrize("scope", [Scope.OCCURRENCE, Scope.FOLLOWING, Scope.SERIES])
def test_a_drop_is_read_in_the_zone_of_the_calendar(
    sqlite_sessions: Sessions, scope: Scope
) -> None:
    drop = Drop(local("2026-09-21T09:00"), local("2026-09-21T09:50"), LONDON, is_all_day=False)
    with sqlite_sessions.begin() as session:
        event = series(session)
        moved = event_scopes.move(session, target(event, scope), drop, actor=CLI, now=NOW)
        assert moved.timezone == "Europe/Vienna"
        assert utc("2026-09-21T08:00") in [start for _title, start in shown(session)]


def test_a_single_event_becomes_one_of_whole_days_where_it_is_dropped(
    sqlite_sessions: Sessions,
) -> None:
    drop = Drop(local("2026-09-09T00:00"), local("2026-09-10T00:00"), LONDON, is_all_day=True)
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session))
        meant = Target(event.id, event.start, Scope.EVENT, event.version)
        moved = event_scopes.move(session, meant, drop, actor=CLI, now=NOW)
        assert (moved.is_all_day, moved.start) == (True, utc("2026-09-08T22:00"))


def test_between_hours_and_whole_days_only_one_date_of_a_series_moves(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        recurring = event_view(series(session))
        single = event_view(plan(session, recurring.group_id))
    assert movable_scopes(recurring, is_all_day=False) == (
        Scope.OCCURRENCE,
        Scope.FOLLOWING,
        Scope.SERIES,
    )
    assert movable_scopes(recurring, is_all_day=True) == (Scope.OCCURRENCE,)
    assert movable_scopes(single, is_all_day=True) == (Scope.EVENT,)


@pytest.mark.parametrize(
    ("scope", "renamed"),
    [(Scope.OCCURRENCE, [2]), (Scope.FOLLOWING, [2, 3]), (Scope.SERIES, [0, 1, 2, 3])],
)
def test_a_change_reaches_what_the_scope_says(
    sqlite_sessions: Sessions, scope: Scope, renamed: list[int]
) -> None:
    with sqlite_sessions.begin() as session:
        meant = target(series(session), scope)
        draft = replace(event_scopes.stored_draft(session, meant), title="Physik")
        event_scopes.change(session, meant, draft, actor=CLI, now=NOW)
        expected = [
            ("Physik" if week in renamed else "Mathe 3B", at) for week, at in enumerate(MONDAYS)
        ]
        assert shown(session) == expected


@pytest.mark.parametrize(
    ("scope", "left"),
    [(Scope.OCCURRENCE, [0, 1, 3]), (Scope.FOLLOWING, [0, 1]), (Scope.SERIES, [])],
)
def test_a_deletion_takes_what_the_scope_says(
    sqlite_sessions: Sessions, scope: Scope, left: list[int]
) -> None:
    with sqlite_sessions.begin() as session:
        event_scopes.delete(session, target(series(session), scope), actor=CLI, now=NOW)
        assert [start for _title, start in shown(session)] == [MONDAYS[week] for week in left]


@pytest.mark.parametrize(
    ("scope", "copied"),
    [(Scope.OCCURRENCE, [2]), (Scope.FOLLOWING, [2, 3]), (Scope.SERIES, [0, 1, 2, 3])],
)
def test_a_copy_holds_what_the_scope_says(
    sqlite_sessions: Sessions, scope: Scope, copied: list[int]
) -> None:
    with sqlite_sessions.begin() as session:
        meant, other = target(series(session), scope), add_group(session, "Hof")
        event_scopes.copy(session, meant, [other], actor=CLI, now=NOW)
        found = list_occurrences(
            session,
            group_ids=[other],
            window_start=NOW,
            window_end=NOW + timedelta(weeks=8),
            now=NOW,
        )
        assert [one.start for one in found] == [MONDAYS[week] for week in copied]


@pytest.mark.parametrize("scope", [Scope.OCCURRENCE, Scope.FOLLOWING, Scope.SERIES])
def test_what_was_seen_in_another_version_is_not_moved(
    sqlite_sessions: Sessions, scope: Scope
) -> None:
    drop = Drop(local("2026-09-21T10:00"), local("2026-09-21T10:50"), VIENNA, is_all_day=False)
    with sqlite_sessions() as session:
        stale = replace(target(series(session), scope), version=99)
        with pytest.raises(ConflictError, match="meanwhile"):
            event_scopes.move(session, stale, drop, actor=CLI, now=NOW)


@pytest.mark.parametrize(
    ("scope", "replaced"),
    [(Scope.OCCURRENCE, [2]), (Scope.FOLLOWING, [2, 3]), (Scope.SERIES, [0, 1, 2, 3])],
)
def test_a_change_takes_the_place_of_what_the_scope_says(scope: Scope, replaced: list[int]) -> None:
    found = event_scopes.replaced_by(Target(7, MONDAYS[2], scope, 1))
    assert [week for week, at in enumerate(MONDAYS) if found.holds(7, at)] == replaced
