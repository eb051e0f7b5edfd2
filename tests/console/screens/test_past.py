"""A screen's past on its page: the picture, the list, the file, and the answer to “why?”."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.i18n import use_language
from console.runtime import SESSION_COOKIE
from console.screens.past.span import read_window
from console.screens.presenters.axis import mark_times
from console.screens.presenters.compare import chosen_pair, compare_html
from console.screens.presenters.entries import entries_of
from console.screens.presenters.timeline import (
    near_each_other,
    past_csv,
    past_sentence,
    past_table,
    picture_html,
)
from console.words.instants import write_instant
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientStatus, ClientStatusChange, PlugCycle
from infoscreen_core.db.queries.commands.plugs import CycleRow
from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.monitoring.availability import (
    Availability,
    BlindCause,
    StatusChange,
    bands,
    measure,
)
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason, ContentSpan
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import PictureType, ProcessStatus
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.commands.plugs.plug_views import CycleView, cycle_view
from infoscreen_core.services.commands.views import CommandView
from infoscreen_core.services.monitoring.availability import ClientHistory
from infoscreen_core.services.monitoring.screen.moment import Blindness
from infoscreen_core.services.monitoring.screen.timeline import (
    IncidentSpan,
    PlannedSpan,
    Reconnects,
    ScreenTimeline,
)
from infoscreen_core.services.screens.views import PictureView
from tests.support.console import Console, html_of
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = Span(NOW - timedelta(days=1), NOW)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return DAY.start + hours * HOUR


def picture(number: int, hours: float, md5: str = "0" * 32) -> PictureView:
    kind = PictureType.EVENT_START if number == 1 else PictureType.PERIODIC
    return PictureView(uuid_of(1), number, at(hours), kind, f"{number}.jpg", md5)


def command(status: State, hours: float, rollout_id: str | None = None) -> CommandView:
    steps: dict[str, Any] = dict.fromkeys(
        ("published_at", "acked_at", "execution_started_at", "awaiting_reconnect_at")
    )
    ends: dict[str, Any] = dict.fromkeys(
        ("recovered_at", "completed_at", "failed_at", "canceled_at")
    )
    return CommandView(
        command_id="c",
        action=Action.RESTART_APP,
        status=status,
        reason=None,
        requested_by="maria",
        issued_at=at(hours),
        error_code=None,
        error_message=None,
        rollout_id=rollout_id,
        **steps,
        **ends,
    )


def cycle(status: plugs.State, hours: float) -> CycleView:
    row = PlugCycle(
        cycle_id="p",
        client_uuid=uuid_of(1),
        status=status,
        seconds_off=10,
        next_at=at(hours),
        attempts=0,
        requested_at=at(hours),
    )
    return cycle_view(CycleRow(row, "maria"))


@pytest.fixture
def past() -> ScreenTimeline:
    """A day with an outage of half an hour, and an hour that nobody saw."""
    changes = [
        StatusChange(at(-3), Status.HEALTHY, StatusReason.ALL_WELL),
        StatusChange(at(4), Status.CRITICAL, StatusReason.PROCESS_CRASHED),
        StatusChange(at(4.5), Status.HEALTHY, StatusReason.ALL_WELL),
        StatusChange(at(20), None, StatusReason.DEACTIVATED),
    ]
    blind = Span(at(10), at(11))
    history = ClientHistory(
        DAY, bands(changes, DAY, blind=[blind]), measure(changes, DAY, blind=[blind])
    )
    crashed = Sentence("Its display process crashed.")
    return ScreenTimeline(
        window=DAY,
        history=history,
        blind=[Blindness(span=blind, cause=BlindCause.BROKER, is_over=True)],
        planned=[
            PlannedSpan(Span(at(0), at(2)), "Mathe <3B>", is_published=False),
            PlannedSpan(Span(at(2), at(24)), "Chor", is_published=True),
        ],
        content=[
            ContentSpan(
                began=at(2),
                ended=at(3),
                state=Content.BEHIND,
                reason=ContentReason.OTHER_EVENT,
                planned_title="Chor",
                shown_title="Mathe <3B>",
            ),
            ContentSpan(
                began=at(20), ended=at(24), state=None, reason=ContentReason.OUT_OF_SERVICE
            ),
        ],
        commands=[command(State.FAILED, 4.1), command(State.COMPLETED, 4.4, "r1")],
        cycles=[cycle(plugs.State.COMPLETED, 4.2), cycle(plugs.State.OFF, 19.9)],
        reconnects=[Reconnects(Span(at(4.5), at(4.6)), 3)],
        incidents=[
            IncidentSpan(
                7, IncidentKind.PROCESS_CRASHED, Span(at(4), at(4.5)), crashed, is_open=False
            )
        ],
        pictures=[picture(1, 1), picture(2, 12), picture(3, 12.1), picture(4, 12.2)],
    )


def drawn(past: ScreenTimeline, *, may_act: bool = True) -> str:
    with use_language("de"):
        entries = entries_of(past, may_act=may_act)
        return unescape(
            picture_html(entries, past.pictures, past.window, VIENNA, now=NOW, may_act=may_act)
        )


def test_the_sentence_names_share_outages_and_what_nobody_saw(past: ScreenTimeline) -> None:
    with use_language("de"):
        assert past_sentence(past.history.figures) == (
            "Verfügbar: 97,4 % dieser Zeit · 1 Ausfall, zusammen 30 min · "
            "1 h 00 min lang sah der Server selbst nichts"
        )
    with use_language("en"):
        assert past_sentence(Availability()) == "Nothing is known of its status in this time."


def test_the_picture_has_a_row_for_each_kind_on_one_axis(past: ScreenTimeline) -> None:
    page = drawn(past)
    rows = page.split('<div class="is-past-row')[1:]
    assert [row.split("<b>")[1].split("</b>")[0] for row in rows] == [
        "Status",
        "Vorfälle",
        "Geplant",
        "Gezeigt",
        "Befehle",
        "Neuverbindungen",
        "Blinde Zeit",
        "Bilder",
    ]
    status, incidents, planned, shown, commands, reconnects, sight, pictures = rows
    for look in ("is-bar-healthy", "is-bar-critical", "is-unseen", "is-uncounted"):
        assert f'<i class="{look}"' in status
    assert "left:16.67%;width:2.08%" in status
    assert 'title="So 22.11. 14:30–15:00: Kritisch, Anzeigeprozess abgestürzt"' in status
    assert "left:16.67%;width:2.08%" in incidents
    assert "Mathe <3B> (laut Plan)" in planned
    assert "Nicht wie geplant, zeigt einen anderen Termin: Mathe <3B>" in shown
    assert "✕ App-Neustart: Fehlgeschlagen" in commands
    assert "✓ App-Neustart: Fertig" in commands
    assert "✓ Steckdose aus und ein: Wieder ein" in commands
    assert "… Steckdose aus und ein: Aus" in commands
    lefts = [float(part.split("%")[0]) for part in commands.split("left:")[1:]]
    assert lefts == sorted(lefts)
    assert "3 Neuverbindungen" in reconnects
    assert "keine Verbindung zum Nachrichten-Broker" in sight
    assert pictures.count("<button") == 2
    assert ">3</button>" in pictures
    assert pictures.count('loading="lazy"') == 4
    assert "11:30:00 · Beginn eines Termins" in pictures


def test_commands_are_drawn_only_for_whoever_may_send_some(past: ScreenTimeline) -> None:
    page = drawn(past, may_act=False)
    assert "Befehle" not in page
    assert "App-Neustart" not in page
    assert "Steckdose" not in page


def test_an_empty_row_says_so(past: ScreenTimeline) -> None:
    empty = ScreenTimeline(
        window=past.window,
        history=ClientHistory(DAY, (), Availability()),
        blind=(),
        planned=(),
        content=(),
        commands=(),
        cycles=(),
        reconnects=(),
        incidents=(),
        pictures=(),
    )
    assert drawn(empty).count('class="is-none"') == 8


def test_the_list_says_the_same_newest_first_and_leads_to_the_reasons(
    past: ScreenTimeline,
) -> None:
    with use_language("de"):
        entries = entries_of(past, may_act=True)
        asked = {"uuid": uuid_of(1), "span": "7d"}
        page = unescape(past_table(entries, VIENNA, now=NOW, address=asked))
    rows = page.split("<tbody>")[1].split("</tr>")[:-1]
    assert len(rows) == len(entries) == 21
    assert "außer Betrieb genommen" in rows[0]
    assert "außer Betrieb" in rows[1]
    crashed = next(row for row in rows if "Anzeigeprozess abgestürzt" in row)
    assert "So 22.11. 14:30" in crashed
    assert "30 min" in crashed
    assert f"&span=7d&at={write_instant(at(4.25))}" in crashed
    (of_rollout,) = (row for row in rows if "/commands?rollout=r1" in row)
    assert "App-Neustart: Fertig" in of_rollout


def test_the_file_has_all_of_it_with_offsets(past: ScreenTimeline) -> None:
    with use_language("de"):
        lines = past_csv(entries_of(past, may_act=True), VIENNA).splitlines()
    assert lines[0] == "\ufefffrom,to,row,what"
    assert (
        "2026-11-22T14:30:00+01:00,2026-11-22T15:00:00+01:00,status,"
        '"Kritisch, Anzeigeprozess abgestürzt"'
    ) in lines
    assert len(lines) == 22
    assert any(line.endswith("commands,Steckdose aus und ein: Wieder ein") for line in lines)


@pytest.mark.parametrize(
    ("length", "count"),
    [(HOUR, 6), (6 * HOUR, 6), (24 * HOUR, 6), (timedelta(days=7), 7), (timedelta(days=31), 5)],
)
def test_the_axis_has_a_few_marks_at_times_that_people_count_by(
    length: timedelta, count: int
) -> None:
    found = list(mark_times(Span(NOW - length, NOW), VIENNA))
    assert abs(len(found) - count) <= 2
    assert all(not one.minute % 10 and not one.second for one in found)


def test_the_clock_change_moves_no_mark() -> None:
    sunday = datetime(2026, 10, 24, 22, tzinfo=UTC)
    found = list(mark_times(Span(sunday, sunday + timedelta(days=7)), VIENNA))
    assert {one.astimezone(VIENNA).hour for one in found} == {0}


def test_the_address_names_the_span() -> None:
    assert read_window({}, now=NOW) == DAY
    assert read_window({"span": "nonsense"}, now=NOW) == DAY
    assert read_window({"span": "7d"}, now=NOW).length == timedelta(days=7)
    own = {"span": "own", "from": write_instant(at(1)), "to": write_instant(at(3))}
    assert read_window(own, now=NOW) == Span(at(1), at(3))
    assert read_window({"span": "own"}, now=NOW) == DAY
    long = own | {"from": write_instant(at(-24 * 40))}
    for wrong in (own | {"to": write_instant(at(0))}, long):
        with pytest.raises(InvalidInputError):
            read_window(wrong, now=NOW)


def test_pictures_near_each_other_share_a_dot() -> None:
    close = [picture(number, 5 + number / 5) for number in range(1, 21)]
    groups = list(near_each_other(close, DAY))
    assert [len(group) for group in groups] == [9, 9, 2]
    assert [one for group in groups for one in group] == close


def test_the_slider_begins_with_the_last_picture_that_looks_different() -> None:
    kept = [picture(4, 4, "d"), picture(3, 3, "d"), picture(2, 2, "b"), picture(1, 1, "a")]
    assert [one.id for one in chosen_pair(kept, {})] == [2, 4]
    assert [one.id for one in chosen_pair(kept, {"before": "1", "after": "3"})] == [1, 3]
    assert [one.id for one in chosen_pair(kept, {"before": "99", "after": "1"})] == [4, 1]
    with use_language("de"):
        page = unescape(compare_html(kept[3], kept[0], "Aula <1>", VIENNA, now=NOW))
        same = compare_html(kept[1], kept[0], "Aula", VIENNA, now=NOW)
    assert f"/screenshots/{uuid_of(1)}/1.jpg" in page
    assert 'alt="Bild von Aula <1>, So 22.11. 11:30:00 · Beginn eines Termins"' in page
    assert "gleich" in same
    assert "gleich" not in page


@pytest.fixture
def crashed(console: Console) -> datetime:
    """A screen that crashed two hours ago; when that was."""
    now = utc_now()
    began = now - 2 * HOUR
    with console.sessions.begin() as session:
        add_client(
            session,
            1,
            description="Aula",
            last_alive=now,
            health_at=now,
            process_status=ProcessStatus.CRASHED,
        )
        for when, status, reason in (
            (now - 9 * HOUR, Status.HEALTHY, StatusReason.ALL_WELL),
            (began, Status.CRITICAL, StatusReason.PROCESS_CRASHED),
        ):
            session.add(
                ClientStatusChange(client_uuid=uuid_of(1), at=when, status=status, reason=reason)
            )
        session.add(
            ClientStatus(
                client_uuid=uuid_of(1),
                status=Status.CRITICAL,
                reason=StatusReason.PROCESS_CRASHED,
                since=began,
                judge_at=now + HOUR,
            )
        )
    return began


def test_the_page_answers_why_and_since_when_now_and_then(
    console: Console, crashed: datetime
) -> None:
    console.sign_in_as(Role.ADMIN, language="de")
    page = unescape(html_of(console.open("client", uuid=uuid_of(1))))
    assert "Aula hat seit" in page
    assert "den Status „Kritisch“: Anzeigeprozess abgestürzt." in page
    assert "Seither wurde ihm kein Befehl gesendet." in page
    assert 'class="is-past-picture"' in page
    before = write_instant(crashed - HOUR)
    page = unescape(html_of(console.open("client", uuid=uuid_of(1), at=before)))
    assert "den Status „In Ordnung“, von" in page
    assert "Wie ist es jetzt?" in page


def test_the_page_says_what_is_wrong_with_a_span(console: Console, crashed: datetime) -> None:
    console.sign_in_as(Role.USER, language="de")
    span = {"from": write_instant(crashed), "to": write_instant(crashed - HOUR)}
    app = console.open("client", uuid=uuid_of(1), span="own", **span)
    assert not app.exception
    assert any("wählen Sie ein späteres Ende" in one.value for one in app.error)
    later = write_instant(crashed + timedelta(days=9))
    app = console.open("client", uuid=uuid_of(1), at=later)
    assert any("liegt in der Zukunft" in one.value for one in app.error)


@pytest.mark.usefixtures("crashed")
def test_the_file_is_for_all_who_see_the_page(console: Console, visitor: Visitor) -> None:
    address = f"/past/{uuid_of(1)}.csv"
    assert visitor.get(address).status_code == 401
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    answer = visitor.get(f"{address}?span=6h&zone=Europe/Vienna")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.count(",status,") == 2
    assert visitor.get(f"/past/{uuid_of(2)}.csv").status_code == 404
    wrong = visitor.get(f"{address}?span=own&from=20200101T000000Z&to=20210101T000000Z")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_request")
