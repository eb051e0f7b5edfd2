"""“Why is this screen red, and since when?”, answered for now and for instants of the past."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.cli.playing import why_screen
from infoscreen_core.db.models import (
    BlindSpan,
    Client,
    ClientCommand,
    ClientContentChange,
    ClientScreenshot,
    ClientStatus,
    ClientStatusChange,
    Incident,
)
from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.evidence import EvidenceCode
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel, PictureType, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.screen.explain import ScreenExplanation, explain_screen
from tests.support.cli import program_on
from tests.support.commands.given import give_cycle
from tests.support.log_lines import store_lines
from tests.support.people import ADMIN, NOW, add_client, uuid_of

Sessions = sessionmaker[Session]
MINUTE = timedelta(minutes=1)
LOOKER = Actor(None, "somebody", Role.USER, "10.0.0.4")
BEHIND = Content.BEHIND, ContentReason.OTHER_EVENT
CRASHED_AT = NOW - 40 * MINUTE
"""07:20 in Vienna; it is 08:00."""


def change(minutes: int, status: Status | None, reason: StatusReason) -> ClientStatusChange:
    at = NOW - minutes * MINUTE
    return ClientStatusChange(client_uuid=uuid_of(1), at=at, status=status, reason=reason)


@pytest.fixture
def school(sqlite_sessions: Sessions) -> Sessions:
    """A screen that crashed after ten minutes with its picture black; unseen for a while before."""
    with sqlite_sessions.begin() as session:
        add_client(
            session,
            1,
            description="Aula",
            last_alive=NOW - timedelta(seconds=5),
            health_at=NOW - timedelta(seconds=5),
            process_status=ProcessStatus.CRASHED,
        )
        session.add_all(
            [
                change(300, Status.HEALTHY, StatusReason.ALL_WELL),
                change(240, Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
                change(180, Status.HEALTHY, StatusReason.ALL_WELL),
                change(40, Status.CRITICAL, StatusReason.SCREEN_BLACK),
                change(30, Status.CRITICAL, StatusReason.PROCESS_CRASHED),
            ]
        )
        session.add(
            ClientStatus(
                client_uuid=uuid_of(1),
                status=Status.CRITICAL,
                reason=StatusReason.PROCESS_CRASHED,
                since=CRASHED_AT,
                judge_at=NOW + MINUTE,
            )
        )
        _happenings(session)
    return sqlite_sessions


def _happenings(session: Session) -> None:
    began, ended = NOW - 100 * MINUTE, NOW - 90 * MINUTE
    session.add(BlindSpan(cause=BlindCause.BROKER, began_at=began, ended_at=ended))
    session.add(
        Incident(
            kind=IncidentKind.SCREEN_BLACK,
            client_uuid=uuid_of(1),
            opened_at=CRASHED_AT,
            acknowledged_at=NOW - 20 * MINUTE,
            acknowledged_name="maria",
            note="geht hin",
        )
    )
    session.add(
        ClientScreenshot(
            client_uuid=uuid_of(1),
            type=PictureType.PERIODIC,
            filename="a.png",
            received_at=CRASHED_AT,
            md5="0" * 32,
            size=1,
            width=1,
            height=1,
            screen_health=ScreenHealth.BLACK,
        )
    )
    session.add(_command(NOW - 35 * MINUTE))
    store_lines(session, [(1, LogLevel.ERROR, NOW - 31 * MINUTE, "\x1b[31mcannot open :0")])


def _command(at: datetime) -> ClientCommand:
    return ClientCommand(
        command_id="c1",
        client_uuid=uuid_of(1),
        action=Action.RESTART_APP,
        status=State.FAILED,
        issued_at=at,
        expires_at=at,
        created_at=at,
        updated_at=at,
    )


def ask(
    sessions: Sessions, minutes: float | None = None, actor: Actor = ADMIN
) -> ScreenExplanation:
    at = None if minutes is None else NOW - minutes * MINUTE
    with sessions() as session:
        return explain_screen(session, uuid_of(1), actor=actor, now=NOW, at=at)


def codes(found: ScreenExplanation) -> list[str]:
    return [one.code.value for one in found.evidence]


def test_now_it_says_since_when_what_speaks_for_it_what_was_tried_and_what_to_do(
    school: Sessions,
) -> None:
    found = ask(school)
    assert str(found.sentence) == (
        f"Aula has had the status “Critical” since {CRASHED_AT}: display process crashed."
    )
    assert codes(found) == [
        "began_as",
        "last_contact",
        "last_report",
        "log_line",
        "picture",
        "incident",
        "taken",
        "command",
    ]
    texts = {one.code.value: str(one.sentence) for one in found.evidence}
    assert texts["began_as"] == "It began for another reason: picture is black."
    assert texts["last_report"].endswith("its display process is crashed.")
    assert texts["log_line"].startswith("It logged an error on ")
    assert texts["log_line"].endswith(": cannot open :0")
    assert texts["picture"].endswith(": black.")
    assert texts["taken"].endswith(": geht hin")
    assert texts["command"].endswith("the system sent “App restart”: Failed.")
    assert str(found.advice) == "restart the app; if that does not help, reboot"


def test_whoever_may_only_look_sees_neither_log_nor_commands(school: Sessions) -> None:
    found = ask(school, actor=LOOKER)
    assert {"log_line", "command", "nothing_tried"}.isdisjoint(codes(found))
    assert str(found.advice) == "ask an administrator to restart its app"


def test_of_what_is_behind_it_says_since_when(school: Sessions) -> None:
    since = NOW - 3 * MINUTE
    with school.begin() as session:
        row = session.get_one(ClientStatus, uuid_of(1))
        row.content, row.content_reason, row.content_since = *BEHIND, since
        for at, shown in ((since, "Mensa"), (NOW - MINUTE, "Sport")):
            change = ClientContentChange(client_uuid=uuid_of(1), at=at, shown_title=shown)
            change.state, change.reason = BEHIND
            change.planned_title = "Begrüßung"
            session.add(change)
    (found,) = (one for one in ask(school).evidence if one.code == EvidenceCode.CONTENT)
    assert found.sentence.params["since"] == since
    assert str(found.sentence.params["what"]).startswith("It shows “Sport” instead of “Begrüßung”")


def test_a_picture_that_came_late_says_when_it_was_taken_by_our_clock(school: Sessions) -> None:
    for captured_minutes, behind, words in (
        (0, None, "Its last picture came on {at}: {health}."),
        (120, None, "Its last picture came on {at}, but was taken on {taken}: {health}."),
        (120, 7200.0, "Its last picture came on {at}: {health}."),
    ):
        with school.begin() as session:
            session.get_one(Client, uuid_of(1)).clock_behind_seconds = behind
            picture = session.scalars(select(ClientScreenshot)).one()
            picture.captured_at = picture.received_at - captured_minutes * MINUTE
        (found,) = (one for one in ask(school).evidence if one.code == EvidenceCode.PICTURE)
        assert found.sentence.template == words


def test_a_power_cycle_of_its_plug_was_tried_too(school: Sessions) -> None:
    with school.begin() as session:
        before = give_cycle(session, 1, NOW - 210 * MINUTE, status=plugs.State.FAILED)
        now = give_cycle(session, 1, NOW - 37 * MINUTE, status=plugs.State.OFF)
        session.get_one(ClientCommand, "c1").rollout_id = "r1"
        refers_to = [{"cycle_id": now.cycle_id}, {"command_id": "c1", "rollout_id": "r1"}]
        past = {"cycle_id": before.cycle_id}
    found = ask(school)
    assert codes(found)[-2:] == ["power_cycle", "command"]
    assert [one.refers_to for one in found.evidence[-2:]] == refers_to
    assert str(found.evidence[-2].sentence) == (
        f"On {NOW - 37 * MINUTE} the system asked for its plug to be switched off and on: Off."
    )
    then = ask(school, 200)
    assert codes(then) == ["power_cycle"], "it is not said that nothing was tried"
    assert then.evidence[0].refers_to == past
    assert "power_cycle" not in codes(ask(school, actor=LOOKER))


def test_of_an_instant_of_the_past_the_record_tells(school: Sessions) -> None:
    then = ask(school, 200)
    assert (then.status, then.since, then.until) == (
        Status.OFFLINE,
        NOW - 240 * MINUTE,
        NOW - 180 * MINUTE,
    )
    assert str(then.sentence) == (
        f"On {NOW - 200 * MINUTE} Aula had the status “Offline”, from {NOW - 240 * MINUTE} to "
        f"{NOW - 180 * MINUTE}: no sign of life."
    )
    assert codes(then) == ["nothing_tried"]
    assert then.advice is None, "it is over"
    first = ask(school, 35)
    assert (first.reason, first.since, first.until) == (
        StatusReason.SCREEN_BLACK,
        CRASHED_AT,
        None,
    )
    well = ask(school, 250)
    assert (well.status, codes(well)) == (Status.HEALTHY, ["record_begins"])


def test_before_the_record_and_after_now_there_is_nothing_to_tell(school: Sessions) -> None:
    before = ask(school, 400)
    assert (before.status, before.reason, before.since) == (None, None, None)
    assert str(before.sentence) == (
        f"There is no record of Aula for {NOW - 400 * MINUTE}; it begins on {NOW - 300 * MINUTE}."
    )
    with pytest.raises(InvalidInputError, match="lies in the future"):
        ask(school, -5)
    with school() as session, pytest.raises(NotFoundError):
        explain_screen(session, uuid_of(2), actor=ADMIN, now=NOW)


def test_when_the_server_itself_did_not_see_it_says_so_and_what_was_known(
    school: Sessions,
) -> None:
    blind = ask(school, 95)
    assert blind.is_blind
    assert str(blind.sentence) == (
        f"Nobody can tell how Aula did on {NOW - 95 * MINUTE}: from {NOW - 100 * MINUTE} to "
        f"{NOW - 90 * MINUTE} the server itself did not see its screens. The server had no "
        "connection to the message broker. Its last known status is “Healthy”: all well."
    )
    assert "nothing_tried" not in codes(blind)
    assert codes(ask(school, 60))[0] == "blind", "it lies in the time that is asked about"
    with school.begin() as session:
        session.add(BlindSpan(cause=BlindCause.LISTENER, began_at=NOW - MINUTE))
    assert "has not seen its screens since" in str(ask(school).sentence)


def test_when_all_is_well_it_says_so(school: Sessions) -> None:
    with school.begin() as session:
        status = session.get_one(ClientStatus, uuid_of(1))
        status.status, status.reason, status.since = (
            Status.HEALTHY,
            StatusReason.ALL_WELL,
            NOW - MINUTE,
        )
        session.add(change(1, Status.HEALTHY, StatusReason.ALL_WELL))
    found = ask(school)
    assert str(found.sentence).endswith(f"“Healthy” since {NOW - MINUTE}: all well.")
    assert found.advice is None
    assert "nothing_tried" not in codes(found)


@pytest.mark.usefixtures("school")
def test_the_program_answers_in_sentences_and_for_programs(
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(why_screen, "utc_now", lambda: NOW)
    run = program_on(sqlite_url, monkeypatch, capsys)
    code, out, _ = run("why", "--client", uuid_of(1))
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == (
        "Aula has had the status “Critical” since Mon 2026-11-23 07:20: display process crashed."
    )
    assert lines[-1] == "What to do: restart the app; if that does not help, reboot."
    code, out, _ = run("why", "--client", uuid_of(1), "--at", "2026-11-23T07:22", "--json")
    row = json.loads(out)
    assert (row["status"], row["since"], row["until"]) == (
        "critical",
        "2026-11-23T06:20:00Z",
        None,
    )
    assert [one["code"] for one in row["evidence"]] == ["picture", "incident", "nothing_tried"]
    assert row["evidence"][0]["refers_to"] == {"picture_id": 1}
    for words, said in (
        ((), "either a group"),
        (("--group", "Aula", "--client", uuid_of(1)), "either a group"),
        (("--client", uuid_of(1), "--event", "1"), "use --group"),
        (("--client", "abc"), "not a UUID"),
        (("--client", uuid_of(1), "--at", "2027-01-01T00:00"), "lies in the future"),
    ):
        code, out, err = run("why", *words)
        assert (code, out) == (2, ""), words
        assert said in err
