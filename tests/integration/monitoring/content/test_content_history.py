"""What was published for groups and what screens showed, as readers get it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import (
    BlindSpan,
    ClientContentChange,
    ClientGroup,
    ClientStatus,
    PublishedList,
)
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.content.states import (
    Content,
    ContentReason,
    PlannedEvent,
)
from infoscreen_core.services.monitoring.content.history import (
    PublishedSpan,
    list_content,
    list_published,
)
from infoscreen_core.services.monitoring.content.published import Publication, record
from infoscreen_core.services.monitoring.upkeep import retention
from tests.support.events.planning import add_group
from tests.support.people import NOW, add_client, uuid_of

Sessions = sessionmaker[Session]
MINUTE = timedelta(minutes=1)
MATHS = PlannedEvent(1, "Mathe 3B", 0)
CHOIR = PlannedEvent(2, "Chorprobe", 10)


@pytest.fixture
def group(sessions: Sessions) -> int:
    with sessions.begin() as session:
        return add_group(session)


def publish(sessions: Sessions, group: int, at: datetime, *events: PlannedEvent) -> int:
    with sessions.begin() as session:
        return record(session, [Publication(group, at, events)], now=at)


def published(sessions: Sessions, group: int, since: datetime) -> list[PublishedSpan]:
    with sessions() as session:
        return list(list_published(session, group, since=since, until=since + 60 * MINUTE))


def test_only_a_list_that_differs_is_a_row(sessions: Sessions, group: int) -> None:
    assert publish(sessions, group, NOW, MATHS) == 1
    assert publish(sessions, group, NOW + MINUTE, MATHS) == 0
    assert publish(sessions, group, NOW + 2 * MINUTE, CHOIR, MATHS) == 1
    assert publish(sessions, group, NOW + 3 * MINUTE) == 1
    assert published(sessions, group, NOW - MINUTE) == [
        PublishedSpan(NOW, NOW + 2 * MINUTE, (MATHS,)),
        PublishedSpan(NOW + 2 * MINUTE, NOW + 3 * MINUTE, (CHOIR, MATHS)),
        PublishedSpan(NOW + 3 * MINUTE, None, ()),
    ]
    assert len(published(sessions, group, NOW + 2 * MINUTE)) == 2
    assert published(sessions, group, NOW - 90 * MINUTE) == []


def test_several_lists_of_a_group_at_once_are_told_apart(sessions: Sessions, group: int) -> None:
    publish(sessions, group, NOW, MATHS)
    again = [
        Publication(group, NOW + number * MINUTE, events)
        for number, events in ((1, [CHOIR]), (2, [MATHS]), (3, [MATHS]))
    ]
    with sessions.begin() as session:
        assert record(session, again, now=NOW + 4 * MINUTE) == 2
    assert published(sessions, group, NOW) == [
        PublishedSpan(NOW, NOW + MINUTE, (MATHS,)),
        PublishedSpan(NOW + MINUTE, NOW + 2 * MINUTE, (CHOIR,)),
        PublishedSpan(NOW + 2 * MINUTE, None, (MATHS,)),
    ]


def test_another_title_is_taken_over_and_is_no_change(sessions: Sessions, group: int) -> None:
    publish(sessions, group, NOW, MATHS)
    renamed = MATHS._replace(title="Mathe 3A")
    assert publish(sessions, group, NOW + MINUTE, renamed) == 0
    assert published(sessions, group, NOW) == [PublishedSpan(NOW, None, (renamed,))]


def test_a_group_that_is_gone_is_left_out(sessions: Sessions, group: int) -> None:
    with sessions.begin() as session:
        gone = [Publication(group + 1, NOW, [MATHS]), Publication(group, NOW, [MATHS])]
        assert record(session, gone, now=NOW) == 1
    with sessions.begin() as session:
        session.delete(session.get_one(ClientGroup, group))
    with sessions() as session:
        assert session.scalars(select(PublishedList)).all() == []


def test_the_players_of_a_group_are_judged_when_its_list_changes(
    sessions: Sessions, group: int
) -> None:
    later = NOW + 5 * MINUTE
    with sessions.begin() as session:
        for number, where in ((1, group), (2, None)):
            client = add_client(session, number, group_id=where)
            session.add(ClientStatus(client_uuid=client.uuid, judge_at=later))
    publish(sessions, group, NOW, MATHS)
    with sessions() as session:
        assert session.get_one(ClientStatus, uuid_of(1)).judge_at == NOW
        assert session.get_one(ClientStatus, uuid_of(2)).judge_at == later


def change(minute: int, state: Content | None, reason: ContentReason) -> ClientContentChange:
    return ClientContentChange(
        client_uuid=uuid_of(1), at=NOW + minute * MINUTE, state=state, reason=reason
    )


def add_changes(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_client(session, 1)
        session.add(change(0, Content.AS_PLANNED, ContentReason.REPORTED))
        behind = change(10, Content.BEHIND, ContentReason.OTHER_EVENT)
        behind.planned_event_id, behind.planned_title = 2, "Chorprobe"
        behind.shown_event_id, behind.shown_title = 1, "Mathe 3B"
        session.add(behind)
        session.add(change(20, None, ContentReason.OUT_OF_SERVICE))


def content(
    sessions: Sessions, first: int, last: int
) -> list[tuple[int, int, Content | None, ContentReason]]:
    with sessions() as session:
        found = list_content(
            session, uuid_of(1), since=NOW + first * MINUTE, until=NOW + last * MINUTE
        )
    return [
        ((one.began - NOW) // MINUTE, (one.ended - NOW) // MINUTE, one.state, one.reason)
        for one in found
    ]


AS_PLANNED = Content.AS_PLANNED, ContentReason.REPORTED
BEHIND = Content.BEHIND, ContentReason.OTHER_EVENT
AWAY = None, ContentReason.OUT_OF_SERVICE
BLIND = Content.UNKNOWN, ContentReason.BLIND


def test_changes_become_spans_from_the_beginning_of_the_record_on(sessions: Sessions) -> None:
    assert content(sessions, -5, 30) == []
    add_changes(sessions)
    assert content(sessions, -5, 0) == []
    assert content(sessions, -5, 30) == [
        (0, 10, *AS_PLANNED),
        (10, 20, *BEHIND),
        (20, 30, *AWAY),
    ]
    assert content(sessions, 5, 12) == [(5, 10, *AS_PLANNED), (10, 12, *BEHIND)]
    assert content(sessions, 12, 15) == [(12, 15, *BEHIND)]
    with sessions() as session:
        (span,) = list_content(
            session, uuid_of(1), since=NOW + 12 * MINUTE, until=NOW + 13 * MINUTE
        )
    assert (span.planned_event_id, span.planned_title) == (2, "Chorprobe")
    assert (span.shown_event_id, span.shown_title) == (1, "Mathe 3B")


def test_nobody_knows_what_a_screen_showed_while_the_server_was_blind(sessions: Sessions) -> None:
    add_changes(sessions)
    with sessions.begin() as session:
        for began, ended in ((8, 12), (25, None)):
            end = None if ended is None else NOW + ended * MINUTE
            session.add(
                BlindSpan(cause=BlindCause.BROKER, began_at=NOW + began * MINUTE, ended_at=end)
            )
    assert content(sessions, 0, 30) == [
        (0, 8, *AS_PLANNED),
        (8, 10, *BLIND),
        (10, 12, *BLIND),
        (12, 20, *BEHIND),
        (20, 30, *AWAY),  # which does not depend on what we see
    ]


def test_old_rows_go_and_what_was_in_force_then_stays(sessions: Sessions, group: int) -> None:
    add_changes(sessions)
    for minute, events in ((0, [MATHS]), (10, [CHOIR]), (20, [])):
        publish(sessions, group, NOW + minute * MINUTE, *events)
    now = NOW + timedelta(days=90) + 15 * MINUTE
    with sessions.begin() as session:
        assert retention.delete_old_contents(session, days=90, now=now) == 1
    assert content(sessions, 0, 30) == [(10, 20, *BEHIND), (20, 30, *AWAY)]
    assert [one.events for one in published(sessions, group, NOW)] == [(CHOIR,), ()]
