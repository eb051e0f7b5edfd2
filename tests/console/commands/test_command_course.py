"""A command's course as people follow it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.commands.presenters.commands import ACTIONS, StepState, consequence, course
from console.commands.presenters.lifecycle import course_html
from infoscreen_core.db.models import ClientCommand
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.recovery_words import REASON_OF_COMMAND
from infoscreen_core.domain.commands.words import STATE_WORDS
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.screens.player import RecoveryClass
from infoscreen_core.services.commands.courses import command_view
from infoscreen_core.services.commands.views import CommandView

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def _command(
    action: Action, status: State, *, requested_by: str | None = "anna", **columns: object
) -> CommandView:
    row = ClientCommand(
        command_id="c",
        client_uuid="u",
        action=action,
        status=status,
        reason="Bild steht",
        issued_at=NOW,
        **columns,
    )
    return command_view(row, requested_by=requested_by)


def _marks(command: CommandView) -> list[str]:
    return [f"{step.word}:{step.state}" for step in course(command).steps]


def test_words_for_every_action_and_state() -> None:
    assert set(ACTIONS) == set(Action)
    assert set(STATE_WORDS) == set(State)


def test_a_new_reboot_has_seven_steps_and_stands_at_the_first() -> None:
    steps = course(_command(Action.REBOOT_HOST, State.QUEUED)).steps
    assert [step.word for step in steps] == [
        "Angefordert", "Gesendet", "Bestätigt", "Ausgeführt", "Neustart", "Zurück", "Fertig",
    ]  # fmt: skip
    assert steps[0].state is StepState.CURRENT
    assert {step.state for step in steps[1:]} == {StepState.PENDING}


def test_an_app_restart_does_not_go_away_and_come_back() -> None:
    steps = course(_command(Action.RESTART_APP, State.QUEUED)).steps
    assert [step.word for step in steps][-2:] == ["Ausgeführt", "Fertig"]


def test_steps_that_were_leapt_over_are_marked_so() -> None:
    command = _command(Action.RESTART_APP, State.COMPLETED, published_at=NOW, completed_at=NOW)
    assert _marks(command) == [
        "Angefordert:done",
        "Gesendet:done",
        "Bestätigt:skipped",
        "Ausgeführt:skipped",
        "Fertig:done",
    ]


def test_a_failure_ends_the_course_with_code_message_and_what_to_do() -> None:
    command = _command(
        Action.REBOOT_HOST,
        State.TIMED_OUT,
        published_at=NOW,
        failed_at=NOW + timedelta(seconds=20),
        error_code="ack_timeout",
        error_message="The screen was alive but did not acknowledge in time.",
    )
    assert _marks(command) == ["Angefordert:done", "Gesendet:done", "Keine Antwort:failed"]
    text = course_html(course(command), VIENNA, now=NOW)
    assert "ack_timeout" in text
    assert "nicht rechtzeitig bestätigt" in text
    assert "Was tun:" in text


def test_what_a_player_says_is_shown_as_it_is_and_escaped() -> None:
    command = _command(
        Action.REBOOT_HOST,
        State.FAILED,
        failed_at=NOW,
        error_code="odd",
        error_message="<script>",
        published_at=NOW,
        requested_by=None,
    )
    text = course_html(course(command), VIENNA, now=NOW)
    assert "&lt;script&gt;" in text
    assert "vom System angefordert" in text


def test_a_cancelled_command_is_no_failure() -> None:
    command = _command(Action.REBOOT_HOST, State.CANCELED, canceled_at=NOW)
    shown = course(command)
    assert not shown.is_failed
    assert shown.advice is None
    assert not shown.is_running


def test_the_current_step_counts_its_seconds() -> None:
    command = _command(Action.REBOOT_HOST, State.PUBLISHED, published_at=NOW)
    text = course_html(course(command), VIENNA, now=NOW + timedelta(seconds=7))
    assert 'aria-current="step"' in text
    assert "08:00:00 · 7 s" in text


def test_the_consequence_names_what_is_interrupted() -> None:
    text = consequence(Action.REBOOT_HOST, "Mathe 3B", "09:40")
    assert text.startswith("Unterbricht „Mathe 3B“ (bis 09:40)")
    assert consequence(Action.SHUTDOWN_HOST, None, "").startswith("Es läuft gerade nichts.")


@pytest.mark.parametrize(
    ("recovery_class", "what_to_do"),
    [
        (None, "am Stecker"),
        (RecoveryClass.SOFTWARE_ONLY, "am Stecker"),
        (RecoveryClass.MANUAL_ONLY, "am Stecker"),
        (RecoveryClass.MANAGED_POE_AVAILABLE, "(PoE) am Switch"),
    ],
)
def test_who_has_to_go_there_reads_what_can_be_done_about_this_player(
    recovery_class: RecoveryClass | None, what_to_do: str
) -> None:
    command = _command(
        Action.REBOOT_HOST,
        State.MANUAL_INTERVENTION_REQUIRED,
        failed_at=NOW,
        error_code="reconnect_timeout",
    )
    advice = course(replace(command, recovery_class=recovery_class)).advice
    assert advice is not None
    assert what_to_do in advice
    plugged = course(replace(command, recovery_class=recovery_class, has_plug=True)).advice
    assert plugged is not None
    assert plugged.startswith("Die Steckdose aus- und einschalten (Knopf")


def test_what_recovery_gives_as_its_reason_is_told_in_the_readers_language() -> None:
    reason = str(REASON_OF_COMMAND[CrashReason.PROCESS_CRASHED])
    command = _command(Action.RESTART_APP, State.QUEUED, requested_by=None)
    assert course(replace(command, reason=reason)).reason == (
        "Automatische Wiederherstellung: Der Anzeigeprozess ist abgestürzt."
    )
    assert course(replace(command, reason="Overview")).reason == "Overview"


def test_a_command_of_a_rollout_leads_to_it() -> None:
    command = _command(Action.REBOOT_HOST, State.QUEUED)
    assert "rollout" not in course_html(course(command), VIENNA, now=NOW)
    text = course_html(course(replace(command, rollout_id="r&1")), VIENNA, now=NOW)
    assert '<a href="/commands?rollout=r%261" target="_self">Rollout' in text
