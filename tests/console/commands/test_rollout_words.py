"""What is said of roll-outs: how far, what they wait for, why they stopped, what they would do."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.commands.presenters.rollout_html import bar_html, members_table
from console.commands.presenters.rollout_preview import left_out_list, preview_sentences
from console.commands.presenters.rollout_tiles import Kind, kind_of, legend_html, tiles_html
from console.commands.presenters.rollout_words import (
    left_out_sentence,
    left_out_word,
    next_line,
    origin_line,
    progress_line,
    settings_facts,
    start_label,
    stopped_sentence,
)
from console.words.commands import rollout_look, rollout_word
from console.words.errors import error_sentence
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.rollout import (
    HoldReason,
    LeftOut,
    Limits,
    MemberStatus,
    RolloutSource,
    RolloutStatus,
    StopReason,
)
from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.errors import ConflictError
from infoscreen_core.services.commands.rollouts.rollout_tiles import TileView
from infoscreen_core.services.commands.views import (
    ForeseenScreen,
    InterruptedView,
    Interruptions,
    MemberView,
    RolloutPreview,
    RolloutView,
    WaveView,
)

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
NIGHT = LocalWindow(120, 300, "Europe/Vienna")


def _view(**changes: Any) -> RolloutView:  # noqa: ANN401
    values: dict[str, Any] = {
        "rollout_id": "r",
        "action": Action.REBOOT_HOST,
        "reason": "Neue Version",
        "requested_by": "anna",
        "source": RolloutSource.BY_HAND,
        "status": RolloutStatus.RUNNING,
        "stopped_reason": None,
        "held_by": None,
        "wave": 2,
        "waves": (WaveView(1, 1, 1), WaveView(2, 5, 2), WaveView(3, 12, 0)),
        "limits": Limits(),
        "window": None,
        "skip_priority": True,
        "counts": {"completed": 3, "waiting": 13, "published": 2, "left_out": 2},
        "total": 20,
        "target": {},
        "created_at": NOW,
        "started_at": NOW,
        "ended_at": None,
    }
    return RolloutView(**(values | changes))


def _tile(status: MemberStatus, **changes: Any) -> TileView:  # noqa: ANN401
    values: dict[str, Any] = {
        "left_out_reason": None,
        "is_put_off": False,
        "state": None,
        "wave": 1,
    }
    return TileView(client_uuid="u", name="S<1>", status=status, **(values | changes))


def test_there_is_a_word_for_everything_a_roll_out_knows() -> None:
    assert all(left_out_word(reason) for reason in LeftOut)
    assert len({rollout_word(status) for status in RolloutStatus}) == len(RolloutStatus)
    assert all(rollout_look(status).icon for status in RolloutStatus)
    assert {start_label(action, 2) for action in Action} == {
        "2 Bildschirme neu starten",
        "App von 2 Bildschirmen neu starten",
        "2 Bildschirme herunterfahren",
    }
    refused = ConflictError(
        "The roll-out has ended ({status}) and stays so; start a new one for the screens that "
        "are left.",
        status="stopped",
    )
    assert "(Von selbst gestoppt)" in error_sentence(refused)


def test_how_far_it_is_counts_waves_only_while_it_runs() -> None:
    assert progress_line(_view()) == "Welle 2 von 3, 5 von 20 erledigt"
    failed = _view(counts={"completed": 2, "failed": 1, "expired": 1, "blocked_safety": 1})
    assert progress_line(failed) == "Welle 2 von 3, 5 von 20 erledigt, 3 misslungen"
    ended = _view(status=RolloutStatus.COMPLETED, wave=None)
    assert progress_line(ended) == "5 von 20 erledigt"
    assert origin_line(_view(), VIENNA, now=NOW) == "„Neue Version“ · anna · 08:00"
    by_system = _view(requested_by="system")
    assert "· System ·" in origin_line(by_system, VIENNA, now=NOW)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "In Welle 2 sind noch 3 Bildschirme offen, höchstens 10 zugleich."),
        ({"status": RolloutStatus.PAUSED}, "Bis zum Fortsetzen wird nichts mehr gesendet"),
        ({"held_by": HoldReason.BLIND}, "Der Server sieht seine Bildschirme gerade nicht"),
        ({"held_by": HoldReason.PRIORITY}, "Was bleibt, zeigt etwas mit Vorrang"),
        ({"held_by": HoldReason.PRIORITY, "skip_events": True}, "Was bleibt, zeigt einen Termin"),
        (
            {"held_by": HoldReason.WINDOW, "window": NIGHT},
            "Er wartet auf sein Zeitfenster (02:00–05:00), ab morgen 02:00.",
        ),
        ({"wave": None}, "Alle Befehle sind gesendet"),
        ({"wave": 3}, "In Welle 3 sind noch 12 Bildschirme offen, höchstens 10 zugleich."),
    ],
)
def test_what_comes_next(changes: Mapping[str, Any], said: str) -> None:
    assert next_line(_view(**changes), VIENNA, now=NOW).startswith(said)


def test_one_that_has_ended_has_nothing_next_and_says_why_it_stopped() -> None:
    assert next_line(_view(status=RolloutStatus.CANCELED), VIENNA, now=NOW) == ""
    assert stopped_sentence(_view()) == ""
    stopped = _view(
        status=RolloutStatus.STOPPED,
        stopped_reason=StopReason.TOO_MANY_MANUAL,
        counts={"manual_intervention_required": 3},
    )
    assert "3 Bildschirme kamen nicht zurück, mehr als 2." in stopped_sentence(stopped)


def test_settings_say_how_carefully_it_goes() -> None:
    known = dict(settings_facts(_view(window=NIGHT, skip_priority=False)))
    assert known["Wellen"] == "1, 5, 12"
    assert known["Zeitfenster"] == "02:00–05:00"
    assert known["Bildschirme mit Vorrang"] == "wie alle anderen"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"groups": ["Aula", None]}, "Aula, Nicht zugeordnet"),
        ({"screens": 3}, "3 angehakte Bildschirme"),
        ({"filter": {"search": "foyer"}}, "ein Filter: „foyer“"),
        ({"filter": {"show": "offline"}}, "ein Filter"),
        ({"incident_id": 7}, "die Bildschirme eines Vorfalls"),
        ({}, "–"),
    ],
)
def test_how_the_screens_were_chosen(target: dict[str, Any], said: str) -> None:
    known = dict(settings_facts(_view(target=target)))
    assert known["Gewählt"] == said
    assert dict(settings_facts(_view(target={"canary": target})))["Zuerst"] == said


@pytest.mark.parametrize(
    ("tile", "kind"),
    [
        (_tile(MemberStatus.WAITING), Kind.WAITING),
        (_tile(MemberStatus.WAITING, is_put_off=True), Kind.PUT_OFF),
        (_tile(MemberStatus.ISSUED, state=State.PUBLISHED), Kind.RUNNING),
        (_tile(MemberStatus.ISSUED), Kind.RUNNING),
        (_tile(MemberStatus.ENDED, state=State.COMPLETED), Kind.DONE),
        (_tile(MemberStatus.ENDED, state=State.TIMED_OUT), Kind.FAILED),
        (_tile(MemberStatus.ENDED, state=State.MANUAL_INTERVENTION_REQUIRED), Kind.ON_SITE),
        (_tile(MemberStatus.ENDED, state=State.EXPIRED), Kind.EXPIRED),
        (_tile(MemberStatus.ENDED, state=State.BLOCKED_SAFETY), Kind.BLOCKED),
        (_tile(MemberStatus.ENDED, state=State.CANCELED), Kind.CANCELED),
        (_tile(MemberStatus.LEFT_OUT, left_out_reason=LeftOut.OFFLINE), Kind.LEFT_OUT),
    ],
)
def test_a_tile_shows_what_became_of_its_screen(tile: TileView, kind: Kind) -> None:
    assert kind_of(tile) is kind
    assert f'class="is-t-{kind.value}"' in legend_html([tile])
    drawn = tiles_html([tile])
    assert 'title="S&lt;1&gt;: ' in drawn
    assert "<1>" not in drawn


@pytest.mark.parametrize(
    ("tile", "is_left"),
    [
        (_tile(MemberStatus.WAITING), False),
        (_tile(MemberStatus.ISSUED, state=State.PUBLISHED), False),
        (_tile(MemberStatus.ENDED, state=State.COMPLETED), False),
        (_tile(MemberStatus.ENDED, state=State.MANUAL_INTERVENTION_REQUIRED), False),
        (_tile(MemberStatus.ENDED, state=State.FAILED), True),
        (_tile(MemberStatus.ENDED, state=State.CANCELED), True),
        (_tile(MemberStatus.ENDED, state=State.FAILED, is_removed=True), False),
        (_tile(MemberStatus.LEFT_OUT, left_out_reason=LeftOut.STOPPED), True),
        (_tile(MemberStatus.LEFT_OUT, left_out_reason=LeftOut.PENDING), False),
    ],
)
def test_what_is_left_is_what_another_rollout_may_do(tile: TileView, is_left: bool) -> None:
    assert tile.is_left is is_left


def test_waves_come_in_order_and_who_takes_no_part_last() -> None:
    out = _tile(MemberStatus.LEFT_OUT, left_out_reason=LeftOut.PENDING, wave=0)
    drawn = tiles_html([out, _tile(MemberStatus.WAITING, wave=2), _tile(MemberStatus.ISSUED)])
    assert drawn.index("Welle 1") < drawn.index("Welle 2") < drawn.index("Nicht dabei")
    assert left_out_sentence([]) == ""
    assert "Fertig 3" in bar_html(_view())


def test_the_table_names_what_went_wrong_and_what_waits() -> None:
    values: dict[str, Any] = {
        "client_uuid": "u",
        "group_name": None,
        "position": 0,
        "wave": 1,
        "left_out_reason": None,
        "put_off_at": None,
        "command_id": None,
        "command_status": None,
        "error_code": None,
        "error_message": None,
        "issued_at": None,
        "ended_at": None,
    }
    members = [
        MemberView(**(values | {"name": "A", "status": MemberStatus.WAITING, "put_off_at": NOW})),
        MemberView(
            **values
            | {
                "name": "B",
                "status": MemberStatus.ENDED,
                "command_status": State.TIMED_OUT,
                "error_code": "ack_timeout",
                "issued_at": NOW,
                "ended_at": NOW + timedelta(seconds=20),
            }
        ),
    ]
    text = members_table(members, VIENNA)
    assert "Später" in text
    assert "Nicht rechtzeitig bestätigt" in text
    assert "08:00:20" in text


def test_a_preview_names_what_is_interrupted_and_the_window() -> None:
    interrupted = tuple(
        InterruptedView(n, f"Raum {n}", f"Stunde {n}", NOW, NOW + timedelta(hours=1), 0, 1)
        for n in range(1, 8)
    )
    screens = (
        ForeseenScreen("a", "A", 1, 1, None, is_put_off=False),
        ForeseenScreen("b", "B", 2, 1, None, is_put_off=True),
        ForeseenScreen("c", "<C>", None, 0, LeftOut.PENDING, is_put_off=False),
    )
    found = RolloutPreview(screens, (2,), Interruptions(interrupted, 3), NOW + timedelta(hours=18))
    said = preview_sentences(found, Action.REBOOT_HOST, VIENNA, now=NOW)
    assert said[0] == "2 von 3 Bildschirmen nehmen teil, in einer Welle."
    assert said[1] == "Das Zeitfenster öffnet morgen 02:00; vorher wird nichts gesendet."
    assert "„Stunde 1“ (Raum 1, bis 09:00)" in said[2]
    assert "und 2 weitere" in said[2]
    assert said[3] == "Auf 3 Bildschirmen läuft nichts."
    assert said[4] == "1 Bildschirm ist ausgelassen: 1 nicht freigegeben."
    assert said[5].startswith("1 zeigt gerade etwas mit Vorrang")
    assert left_out_list(screens).count("<li>") == 1
    assert "&lt;C&gt;" in left_out_list(screens)
