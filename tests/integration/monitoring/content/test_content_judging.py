"""Whether screens show what was published, as the leading scheduler finds and records it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import (
    BlindSpan,
    Client,
    ClientContentChange,
    ClientStatus,
    Incident,
    PowerOverride,
)
from infoscreen_core.db.queries.monitoring.content import TRUTH_COLUMNS
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.content.rule import REPORT_GRACE
from infoscreen_core.domain.monitoring.content.states import (
    Content,
    ContentReason,
    PlannedEvent,
)
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.incidents.words import incident_sentence
from infoscreen_core.domain.screens.player import ObservedPower, PictureType, ProcessStatus
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.services.monitoring import status_history
from infoscreen_core.services.monitoring.content.published import Publication, record
from tests.support.events.planning import add_group
from tests.support.people import NOW, add_client, uuid_of

Sessions = sessionmaker[Session]
GRACE = timedelta(seconds=170)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
MATHS = PlannedEvent(1, "Mathe 3B", 0)
CHOIR = PlannedEvent(2, "Chorprobe", 0)


class School:
    """Two screens of a group that show "Mathe 3B", as published an hour ago."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.now = NOW
        with sessions.begin() as session:
            self.group = add_group(session)
            for number in (1, 2):
                add_client(
                    session,
                    number,
                    group_id=self.group,
                    last_alive=NOW,
                    process_status=ProcessStatus.RUNNING,
                    current_event_id=MATHS.event_id,
                )
        self.publish(MATHS, at=NOW - 60 * MINUTE)
        self.look(NOW)

    def publish(self, *events: PlannedEvent, at: datetime) -> None:
        with self.sessions.begin() as session:
            record(session, [Publication(self.group, at, events)], now=at)

    def look(self, at: datetime) -> int:
        with self.sessions.begin() as session:
            status_history.add_players(session, now=at)
            return status_history.judge_due(session, now=at, grace=GRACE).count

    def watch(self, start: datetime, end: datetime) -> None:
        """Look every second, while both screens are heard."""
        while start <= end:
            with self.sessions.begin() as session:
                for client in session.scalars(select(Client)):
                    client.last_alive = start
            self.look(start)
            start += SECOND

    def report(self, at: datetime, number: int = 1, **facts: object) -> None:
        with self.sessions.begin() as session:
            client = session.get_one(Client, uuid_of(number))
            for name, value in {"last_alive": at, **facts}.items():
                setattr(client, name, value)
            status_history.judge_soon(session, [client.uuid], now=at)
        self.look(at)

    def record(self, number: int = 1) -> list[tuple[datetime, Content | None, ContentReason]]:
        with self.sessions() as session:
            row = ClientContentChange
            query = select(row).where(row.client_uuid == uuid_of(number)).order_by(row.id)
            return [(one.at, one.state, one.reason) for one in session.scalars(query)]

    def last(self, number: int = 1) -> tuple[datetime, Content | None, ContentReason]:
        return self.record(number)[-1]

    def incidents(self) -> list[Incident]:
        with self.sessions() as session:
            kind = IncidentKind.WRONG_CONTENT
            return list(session.scalars(select(Incident).where(Incident.kind == kind)))


@pytest.fixture
def school(sessions: Sessions) -> School:
    return School(sessions)


AS_PLANNED = Content.AS_PLANNED, ContentReason.REPORTED
OTHER = Content.BEHIND, ContentReason.OTHER_EVENT


def test_a_screen_that_does_not_follow_is_behind_in_time_and_opens_an_incident(
    school: School,
) -> None:
    assert school.record() == [(NOW, *AS_PLANNED)]
    at = NOW + 10 * SECOND
    school.publish(CHOIR, at=at)
    school.report(at + SECOND, number=2, current_event_id=CHOIR.event_id)
    school.watch(at + SECOND, at + REPORT_GRACE - SECOND)
    assert len(school.record()) == 1
    assert school.last(2) == (at + SECOND, *AS_PLANNED)
    school.watch(at + REPORT_GRACE, at + REPORT_GRACE + 59 * SECOND)
    assert school.last() == (at, *OTHER)
    assert school.incidents() == []  # it may still be on its way
    school.watch(at + REPORT_GRACE + 60 * SECOND, at + REPORT_GRACE + 61 * SECOND)
    (incident,) = school.incidents()
    assert (incident.client_uuid, incident.closed_at) == (uuid_of(1), None)
    assert str(incident_sentence(incident.kind, incident.evidence or {})) == (
        "It shows “Mathe 3B” instead of “Chorprobe”."
    )
    assert (incident.evidence or {})["since"] == at.isoformat()
    assert len(school.record(2)) == 2
    followed = at + 10 * MINUTE
    school.report(followed, current_event_id=CHOIR.event_id)
    assert school.last() == (followed, *AS_PLANNED)
    (incident,) = school.incidents()
    assert incident.closed_at == followed


def test_a_change_names_the_events_although_they_are_deleted(school: School) -> None:
    school.publish(CHOIR, at=NOW + SECOND)
    school.watch(NOW + SECOND, NOW + SECOND + REPORT_GRACE)
    with school.sessions() as session:
        query = select(ClientContentChange).order_by(ClientContentChange.id.desc()).limit(1)
        row = session.scalars(query).one()
    assert (row.planned_event_id, row.planned_title) == (2, "Chorprobe")
    assert (row.shown_event_id, row.shown_title) == (1, "Mathe 3B")


def test_a_list_that_is_right_again_is_noticed_without_a_word_of_the_screen(
    school: School,
) -> None:
    school.publish(CHOIR, at=NOW + SECOND)
    school.watch(NOW + SECOND, NOW + SECOND + REPORT_GRACE)
    assert school.last() == (NOW + SECOND, *OTHER)
    at = NOW + 2 * MINUTE
    school.publish(MATHS, at=at)
    school.watch(at, at)
    assert school.last() == (at, *AS_PLANNED)


def test_nothing_is_written_while_nothing_changes(school: School) -> None:
    def truths() -> list[object]:
        with school.sessions() as session:
            row = session.get_one(ClientStatus, uuid_of(1))
            return [getattr(row, name) for name in TRUTH_COLUMNS]

    before = truths()
    school.watch(NOW + SECOND, NOW + 130 * SECOND)
    assert (truths(), len(school.record())) == (before, 1)
    assert before[0] is Content.AS_PLANNED
    assert school.look(NOW + 131 * SECOND) == 0  # nobody is due: the content asks for no look


def test_silence_is_unknown_and_so_is_what_comes_back_until_it_speaks(school: School) -> None:
    silent = NOW + GRACE
    school.publish(CHOIR, at=NOW + SECOND)
    school.look(NOW + SECOND)
    school.look(silent + SECOND)
    assert school.last() == (silent, Content.UNKNOWN, ContentReason.OFFLINE)
    back = NOW + 10 * MINUTE
    school.report(back)  # health alone, so what it shows was said long ago
    assert school.last() == (back, Content.UNKNOWN, ContentReason.NOT_YET)
    school.watch(back + SECOND, back + REPORT_GRACE)
    assert school.last() == (back, *OTHER)


def test_while_we_are_blind_nothing_is_put_on_record(school: School) -> None:
    at = NOW + MINUTE
    with school.sessions.begin() as session:
        session.add(BlindSpan(cause=BlindCause.BROKER, began_at=at, ended_at=None))
    school.publish(CHOIR, at=at)
    school.watch(at, at + REPORT_GRACE + SECOND)
    assert len(school.record()) == 1
    ended = at + 2 * MINUTE
    with school.sessions.begin() as session:
        session.scalars(select(BlindSpan)).one().ended_at = ended
    school.watch(ended, ended + REPORT_GRACE)
    assert school.record()[1:] == [(ended, *OTHER)]


def test_a_tv_that_somebody_holds_off_shows_what_is_wanted(school: School) -> None:
    with school.sessions.begin() as session:
        session.add(
            PowerOverride(
                client_uuid=uuid_of(1),
                intent_id="x",
                desired_state=DesiredPower.OFF,
                reason="Prüfung",
                set_at=NOW,
                expires_at=NOW + 60 * MINUTE,
            )
        )
    for number in (1, 2):
        school.report(NOW + MINUTE, number, power_state=ObservedPower.OFF)
    assert school.last(1)[1:] == (Content.AS_PLANNED, ContentReason.OFF_ON_PURPOSE)
    assert school.last(2)[1:] == (Content.BEHIND, ContentReason.TV_OFF)


@pytest.mark.parametrize(
    ("behind_seconds", "found"),
    [(0, ContentReason.PICTURE_STALE), (7200, ContentReason.REPORTED)],
)
def test_an_old_picture_casts_doubt_however_fresh_it_arrived_unless_the_clock_explains_it(
    school: School, behind_seconds: float, found: ContentReason
) -> None:
    school.report(
        NOW + SECOND,
        last_screenshot_at=NOW,
        last_screenshot_type=PictureType.PERIODIC,
        last_screenshot_captured_at=NOW - timedelta(hours=2),
        clock_behind_seconds=behind_seconds,
    )
    assert school.last()[2] is found


def test_one_out_of_service_has_no_state_and_one_that_is_new_no_plan(school: School) -> None:
    school.report(NOW + SECOND, is_active=False)
    assert school.last() == (NOW + SECOND, None, ContentReason.OUT_OF_SERVICE)
    school.report(NOW + 2 * SECOND, number=2, group_id=None)
    assert school.last(2) == (NOW + 2 * SECOND, Content.UNKNOWN, ContentReason.UNASSIGNED)
