"""What the player shows: its group's list, in order, and nothing of the group that it left."""

from typing import Final

from infoscreen_core.contracts import TopicKind
from infoscreen_core.contracts.topics import TEST_GROUPS
from workers.conformance.case import Case, Interruption, failed, untested
from workers.conformance.journal import ShownReport, shown_reports
from workers.conformance.stage import RunGroups, Stage, make_event
from workers.conformance.texts import Text

_SHOW_SECONDS: Final = 20.0
"""Health comes every 5 s and says what should be shown."""
_SHOW_SECONDS_BY_HEARTBEAT: Final = 80.0
"""For a player that tells its event with its heartbeat alone."""
_REMIND_SECONDS: Final = 5.0
_HERE, _THERE = TEST_GROUPS
_FIRST, _SECOND, _THIRD, _FOURTH = range(2_000_000_001, 2_000_000_005)

_NO_WORD: Final = Text(
    "The player does not say which event it shows: send expected_state.event_id with health or "
    "current_event_id with the heartbeat, then this can be tested.",
    "Der Player sagt nicht, welchen Termin er zeigt: expected_state.event_id im Zustand oder "
    "current_event_id im Heartbeat senden, dann lässt sich das prüfen.",
)
_NOT_SHOWN: Final = Text(
    "Told that it belongs to group {group}, the player did not show that group's event {event} "
    "within {seconds} s (it says: {shown}). It has to subscribe to infoscreen/events/{group} when "
    "infoscreen/…/group_id changes. Where the broker has access rules, the player's account must "
    "be allowed to read that topic.",
    "Der Gruppe {group} zugeteilt, zeigte der Player deren Termin {event} nicht innerhalb von "
    "{seconds} s (er meldet: {shown}). Er muss infoscreen/events/{group} abonnieren, sobald "
    "infoscreen/…/group_id wechselt. Hat der Broker Zugriffsregeln, muss das Konto des Players "
    "dieses Topic lesen dürfen.",
)
_OLD_SHOWN: Final = Text(
    "The player showed event {event} of the group that it had left. It has to unsubscribe from the "
    "old group's topics, or ignore them.",
    "Der Player zeigte Termin {event} der Gruppe, die er verlassen hat. Er muss die Topics der "
    "alten Gruppe abbestellen oder nicht beachten.",
)
_NOT_FIRST: Final = Text(
    "The player shows {shown}, the list begins with {event}. It has to show the first event of the "
    "list: that has the highest priority.",
    "Der Player zeigt {shown}, die Liste beginnt mit {event}. Er muss den ersten Termin der Liste "
    "zeigen: Er hat die höchste Priorität.",
)
_NOT_LEFT: Final = Text(
    "infoscreen/…/group_id became empty, and the player still reports event {shown} after "
    "{seconds} s. An empty message there means that it belongs to no group: it has to end what it "
    "shows, and leave the group's topics.",
    "infoscreen/…/group_id wurde leer, und der Player meldet nach {seconds} s noch Termin {shown}. "
    "Eine leere Nachricht dort heißt, dass er zu keiner Gruppe gehört: Er muss die Anzeige beenden "
    "und die Topics der Gruppe abbestellen.",
)
_NOT_CLEARED: Final = Text(
    "The list became empty ([]), and the player still reports event {shown} after {seconds} s. It "
    "has to end what it shows and report null.",
    "Die Liste wurde leer ([]), und der Player meldet nach {seconds} s noch Termin {shown}. Er "
    "muss die Anzeige beenden und null melden.",
)


def group(stage: Stage) -> Text:
    """Move the player from one test group to another; then let the first one speak again."""
    with stage.test_groups() as groups:
        groups.show(_HERE, make_event(stage, _HERE, _FIRST))
        groups.show(_THERE, make_event(stage, _THERE, _SECOND))
        _move(stage, groups, _HERE, _FIRST)
        _move(stage, groups, _THERE, _SECOND)
        since = stage.mark
        groups.show(_HERE, make_event(stage, _HERE, _THIRD, priority=100))
        if stage.line.wait(lambda: _has_said(stage, _THIRD, since), stage.pace.silence):
            raise failed(_OLD_SHOWN, event=_THIRD)
        since = stage.mark
        groups.show(_THERE, make_event(stage, _THERE, _FOURTH))
        _await_shown(stage, groups, _THERE, _FOURTH, since)
    return Text(
        "It followed its group twice, and the old one no more.",
        "Er folgte seiner Gruppe zweimal, und der alten nicht mehr.",
    )


def unassigned(stage: Stage) -> Text:
    """Take the player out of its test group; then let that group speak again."""
    with stage.test_groups() as groups:
        groups.show(_HERE, make_event(stage, _HERE, _FIRST))
        _move(stage, groups, _HERE, _FIRST)
        since = stage.mark
        groups.leave()
        if not stage.line.wait(lambda: _says(stage, None, since), _seconds(stage)):
            shown = _text_of(_last(stage, since))
            raise failed(_NOT_LEFT, shown=shown, seconds=int(_seconds(stage)))
        since = stage.mark
        groups.show(_HERE, make_event(stage, _HERE, _SECOND, priority=100))
        if stage.line.wait(lambda: _has_said(stage, _SECOND, since), stage.pace.silence):
            raise failed(_OLD_SHOWN, event=_SECOND)
    return Text("Without a group it showed nothing.", "Ohne Gruppe zeigte er nichts.")


def events(stage: Stage) -> Text:
    """Let the order of a list change, then empty it."""
    with stage.test_groups() as groups:
        second = make_event(stage, _HERE, _SECOND, priority=10)
        since = stage.mark
        groups.show(_HERE, second, make_event(stage, _HERE, _FIRST))
        groups.join(_HERE)
        _await_first(stage, groups, _SECOND, since)
        since = stage.mark
        groups.show(_HERE, make_event(stage, _HERE, _FIRST, priority=20), second)
        _await_first(stage, groups, _FIRST, since)
        since = stage.mark
        groups.show(_HERE)
        if not stage.line.wait(lambda: _says(stage, None, since), _seconds(stage)):
            shown = _text_of(_last(stage, since))
            raise failed(_NOT_CLEARED, shown=shown, seconds=int(_seconds(stage)))
    return Text(
        "The first event of the list was shown each time, and nothing once the list was empty.",
        "Gezeigt wurde jedes Mal der erste Termin der Liste, und nichts mehr, als sie leer war.",
    )


def _move(stage: Stage, groups: RunGroups, number: int, event: int) -> None:
    since = stage.mark
    groups.join(number)
    _await_shown(stage, groups, number, event, since)


def _await_shown(stage: Stage, groups: RunGroups, number: int, event: int, since: int) -> None:
    if not _is_shown_in_time(stage, groups, event, since):
        _refuse_silence(stage)
        shown, seconds = _text_of(_last(stage, since)), int(_seconds(stage))
        raise failed(_NOT_SHOWN, group=number, event=event, seconds=seconds, shown=shown)


def _await_first(stage: Stage, groups: RunGroups, event: int, since: int) -> None:
    """Wait until the first of a list is shown; say so if it is the second that is."""
    if _is_shown_in_time(stage, groups, event, since):
        return
    last = _last(stage, since)
    if last is not None and last.event_id in {_FIRST, _SECOND}:
        raise failed(_NOT_FIRST, shown=last.event_id, event=event)
    _await_shown(stage, groups, _HERE, event, since)


def _is_shown_in_time(stage: Stage, groups: RunGroups, event: int, since: int) -> bool:
    left = _seconds(stage)
    while left > 0:
        if stage.line.wait(lambda: _says(stage, event, since), min(left, _REMIND_SECONDS)):
            return True
        groups.remind()
        left -= _REMIND_SECONDS
    return False


def _seconds(stage: Stage) -> float:
    is_by_health = any(
        one.entry.topic.endswith("/health") for one in shown_reports(stage.line.journal)
    )
    return _SHOW_SECONDS if is_by_health else _SHOW_SECONDS_BY_HEARTBEAT


def _last(stage: Stage, since: int) -> ShownReport | None:
    return next(reversed(shown_reports(stage.line.journal, since)), None)


def _says(stage: Stage, event: int | None, since: int) -> bool:
    last = _last(stage, since)
    return last is not None and last.event_id == event


def _has_said(stage: Stage, event: int, since: int) -> bool:
    return any(one.event_id == event for one in shown_reports(stage.line.journal, since))


def _refuse_silence(stage: Stage) -> None:
    if not shown_reports(stage.line.journal):
        raise untested(_NO_WORD)


def _text_of(report: ShownReport | None) -> str:
    return "–" if report is None else str(report.event_id)


_REPORTS: Final = frozenset({TopicKind.HEALTH, TopicKind.HEARTBEAT})
_MESSAGES: Final = Text(
    "the screen shows the text “Conformance test” for some seconds, several times",
    "der Bildschirm zeigt mehrmals für einige Sekunden den Text „Konformitätsprüfung“",
)

CASES: Final = (
    Case(
        name="group",
        title=Text("Another group", "Andere Raumgruppe"),
        why=Text(
            "A player that stays with its old group shows in the gym what is meant for the "
            "library.",
            "Ein Player, der bei seiner alten Gruppe bleibt, zeigt im Turnsaal, was für die "
            "Bibliothek gedacht ist.",
        ),
        sends=Text(
            "group_id of a test group whose list holds an event, then of another one; then a new "
            "list to each of them.",
            "group_id einer Testgruppe mit einem Termin, dann die einer anderen; dann an jede der "
            "beiden eine neue Liste.",
        ),
        expects=Text(
            "Each group's event is reported after the change, the new list of the old group is "
            "not, that of the present one is.",
            "Nach dem Wechsel wird der Termin der jeweiligen Gruppe gemeldet, die neue Liste der "
            "alten Gruppe nicht, die der jetzigen schon.",
        ),
        check=group,
        interruption=Interruption.PICTURE,
        interrupts=_MESSAGES,
        watches=_REPORTS,
    ),
    Case(
        name="unassigned",
        title=Text("No group", "Keine Raumgruppe"),
        why=Text(
            "A screen that is taken out of its group waits for another one; what it went on "
            "showing nobody could end.",
            "Ein Bildschirm, der aus seiner Gruppe genommen wird, wartet auf eine andere; was er "
            "weiter zeigte, könnte niemand beenden.",
        ),
        sends=Text(
            "group_id of a test group whose list holds an event, then the empty retained message "
            "there; then a new list to that group.",
            "group_id einer Testgruppe mit einem Termin, dann die leere aufbewahrte Nachricht "
            "dort; dann eine neue Liste an diese Gruppe.",
        ),
        expects=Text(
            "The group's event is reported, then none (null), and the new list is not.",
            "Gemeldet wird der Termin der Gruppe, dann keiner (null), und die neue Liste nicht.",
        ),
        check=unassigned,
        interruption=Interruption.PICTURE,
        interrupts=_MESSAGES,
        watches=_REPORTS,
    ),
    Case(
        name="events",
        title=Text("The list of events", "Die Terminliste"),
        why=Text(
            "The server decides what leads, by the order of the list; [] is the order to show "
            "nothing.",
            "Was vorne steht, entscheidet der Server mit der Reihenfolge der Liste; [] heißt: "
            "nichts zeigen.",
        ),
        sends=Text(
            "Two events, then the same two with the other one first, then [].",
            "Zwei Termine, dann dieselben mit dem anderen zuerst, dann [].",
        ),
        expects=Text(
            "The first of the list is reported each time, at the end none (null).",
            "Gemeldet wird jedes Mal der erste der Liste, am Ende keiner (null).",
        ),
        check=events,
        interruption=Interruption.PICTURE,
        interrupts=_MESSAGES,
        watches=_REPORTS,
    ),
)
