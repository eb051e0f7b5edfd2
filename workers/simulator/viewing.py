"""What a simulated player shows: it follows its group, the group's events and the power intents."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.contracts import (
    EventItem,
    EventList,
    GroupAssignment,
    PowerIntent,
    TopicKind,
    WireModel,
)
from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.topics import ParsedTopic
from infoscreen_core.domain.screens.player import LogLevel, PictureType
from workers.simulator import state as says
from workers.simulator.agenda import Agenda, Effect, Subscribe, Unsubscribe
from workers.simulator.media.files import Outcome
from workers.simulator.media.projector import Projector
from workers.simulator.reports import Reporter
from workers.simulator.state import PlayerState

_BEGINNING: Final = "beginning"
_PATIENCE: Final = timedelta(seconds=10)
"""So long the picture of what begins waits for the files, so that they are to be seen on it."""


class Viewer:
    """Keeps the shown event equal to the expected one and tells the server of every change."""

    def __init__(
        self, state: PlayerState, reporter: Reporter, agenda: Agenda, send: Callable[[Effect], None]
    ) -> None:
        self._state = state
        self._reporter = reporter
        self._agenda = agenda
        self._send = send
        self._projector = Projector(state, reporter, agenda, send)

    def forget(self) -> None:
        """Lose what a machine loses with its power."""
        self._projector.forget()

    def follow(self) -> None:
        """Subscribe to the topics of the present group."""
        group_id = self._state.group_id
        for subscription in wire.group_subscriptions(group_id) if group_id else ():
            self._send(Subscribe(subscription.topic_filter, subscription.qos))

    def on_group(self, _topic: ParsedTopic, message: WireModel | None, now: datetime) -> None:
        """Read the retained group."""
        if isinstance(message, GroupAssignment):
            self.change_group(message.group_id, now)

    def change_group(self, group_id: int | None, now: datetime) -> None:
        """Leave one group for another, or for none."""
        state = self._state
        if group_id == state.group_id:
            return
        self._leave(state.group_id)
        state.group_id, state.events = group_id, []
        self._follow_intent("group_intent", None, now)
        self.follow()
        self.show_expected(now)

    def on_events(self, topic: ParsedTopic, message: WireModel | None, now: datetime) -> None:
        """Read what the group shows now."""
        if topic.group_id != self._state.group_id:
            self._leave(topic.group_id)  # a session older than this process remembers another group
        elif isinstance(message, EventList):
            self._state.events = message.events
            self.show_expected(now)

    def show_expected(self, now: datetime) -> None:
        """Switch to what should be shown, unless no display process runs, or it is stuck."""
        if not self._state.is_running or self._state.is_stuck:
            return
        before, expected = self._state.shown, self._state.expected
        is_same = _is_same_showing(before, expected)
        if before is not None and not is_same:
            self._reporter.take_picture(PictureType.EVENT_STOP, now)
        self._state.shown = expected  # even the same one may come with another title or text
        self._projector.follow(now)
        if not is_same:
            self._begin(expected, now)

    def arrived(self, outcome: Outcome, now: datetime) -> None:
        """Take what came of a media file, and show it if it belongs on the screen."""
        was_blank = self._state.is_blank
        self._projector.arrived(outcome, now)
        if self._agenda.has(_BEGINNING) and not self._projector.is_waiting:
            self._picture_beginning(now)
        if self._state.is_blank != was_blank:
            self._reporter.report_change(now)

    def on_power_intent(self, topic: ParsedTopic, message: WireModel | None, now: datetime) -> None:
        """Read an intent, the player's own or its group's, and follow it until it expires."""
        intent = message if isinstance(message, PowerIntent) and message.expires_at > now else None
        if topic.kind is TopicKind.CLIENT_POWER_INTENT:
            self._follow_intent("own_intent", intent, now)
        elif topic.group_id == self._state.group_id:
            self._follow_intent("group_intent", intent, now)

    def report_power(self, now: datetime) -> None:
        """Say what the TV does."""
        report = says.power_state(self._state, now)
        self._reporter.publish(
            TopicKind.POWER_STATE, wire.power_state_topic(self._state.identity.uuid), report
        )

    def _follow_intent(self, name: str, intent: PowerIntent | None, now: datetime) -> None:
        before = self._state.intent
        setattr(self._state, name, intent)
        if intent is None:
            self._agenda.cancel(name)
        else:  # nobody renews it: it is void
            self._agenda.put(
                name, intent.expires_at, lambda at: self._follow_intent(name, None, at)
            )
        after = self._state.intent
        if (before and before.intent_id) != (after and after.intent_id):
            self.report_power(now)

    def _begin(self, event: EventItem | None, now: datetime) -> None:
        self._agenda.cancel(_BEGINNING)
        if event is not None:
            if self._projector.is_waiting:
                self._agenda.put(_BEGINNING, now + _PATIENCE, self._picture_beginning)
            else:
                self._picture_beginning(now)
            self._reporter.write_log(LogLevel.INFO, f"Showing event {event.id}: {event.title}", now)
        self._reporter.report_change(now)

    def _picture_beginning(self, now: datetime) -> None:
        self._agenda.cancel(_BEGINNING)
        self._reporter.take_picture(PictureType.EVENT_START, now)

    def _leave(self, group_id: int | None) -> None:
        for subscription in wire.group_subscriptions(group_id) if group_id else ():
            self._send(Unsubscribe(subscription.topic_filter))


def _is_same_showing(one: EventItem | None, other: EventItem | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.id, one.occurrence_id, one.start) == (other.id, other.occurrence_id, other.start)
