"""From the plan and operators' orders to the retained power intents, renewed before they expire."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from infoscreen_core.contracts import TopicKind
from infoscreen_core.services import changes
from infoscreen_core.services.playing import playing, power_intents
from infoscreen_core.services.playing.power_intents import IntentTimes, PowerPlan, WantedIntent
from workers.scheduler.board import CLEARED, Board
from workers.scheduler.publisher import Publisher, Surroundings


class PowerScheduler(Publisher):
    """Keeps every power intent up to date: overrides always, those of groups where enabled.

    Identities are stored before they are published, so they outlive this process. It has a thread
    and a connection of its own: no write to the database delays an event list.
    """

    published_event: ClassVar[str] = "power_intents.published"
    kinds: ClassVar[frozenset[TopicKind]] = frozenset(
        {TopicKind.GROUP_POWER_INTENT, TopicKind.CLIENT_POWER_INTENT}
    )

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, Board(CLEARED))
        settings = surroundings.settings
        self._times = IntentTimes(
            poll_seconds=settings.poll_interval_seconds,
            multiplier=settings.power_intent_expiry_multiplier,
            min_expiry_seconds=settings.power_intent_min_expiry_seconds,
        )
        self._issued: dict[str, tuple[WantedIntent, datetime, bytes]] = {}
        """By topic: what it says, since when, and as it was sent."""
        self._next_renewal = 0.0
        self._plan = PowerPlan()
        self._to_clear: set[str] = set()
        """Topics being cleared; once the broker confirms that, their identities are forgotten."""

    def step(self) -> bool:
        """Look once; return whether anything was published."""
        has_published = super().step()
        self._forget_cleared()
        return has_published

    def metrics(self) -> dict[str, Any]:
        """Return figures for the sign of life."""
        wishes = [wish for wish, _, _ in self._issued.values()]
        return {
            "intents": sum(wish.client_uuid is None for wish in wishes),
            "overrides": sum(wish.client_uuid is not None for wish in wishes),
            "intents_published": self.published,
            "intents_look_seconds": self.looks.said(),
            "intents_confirm_seconds": self.confirmations.seconds.said(),
        }

    def _start_over(self) -> None:
        super()._start_over()
        self._next_renewal = 0.0
        self._issued.clear()

    def _read(self, now: datetime) -> None:
        with self._read_sessions() as session:
            counter = changes.current(session)  # before the plan: it is at least as new
            plan = power_intents.read_plan(
                session,
                now=now,
                look_ahead=timedelta(days=self._settings.events_window_days),
                are_groups_published=self._settings.power_intent_publish_enabled,
                before=self._plan.groups if counter == self._counter else None,
            )
            boundary = playing.next_boundary(session, now=now) if plan.groups else None
        ends = (boundary, power_intents.next_end(plan, now=now))
        self._boundary = min((end for end in ends if end is not None), default=None)
        self._plan = self._keep(plan, now)
        self._counter = counter
        self._issue(self._plan, now)

    def _keep(self, plan: PowerPlan, now: datetime) -> PowerPlan:
        """Store new identities, which are certain from then on."""
        if not (changed := plan.changed):
            return plan
        with self._sessions.begin() as session:
            kept = power_intents.keep(session, changed, now=now)
        return replace(plan, kept={**plan.kept, **kept})

    def _issue(self, plan: PowerPlan, now: datetime) -> None:
        is_renewal = time.monotonic() >= self._next_renewal
        if is_renewal:
            self._next_renewal = self._next_poll
        self._next_poll = min(self._next_poll, self._next_renewal)
        wishes = power_intents.wishes(plan, now=now)
        self._to_clear = {topic for topic, wish in wishes.items() if wish is None}
        payloads = {
            topic: CLEARED
            if wish is None
            else self._payload(topic, wish, now, is_renewal=is_renewal)
            for topic, wish in wishes.items()
        }
        self._issued = {
            topic: issued for topic, issued in self._issued.items() if wishes.get(topic)
        }
        self._board.set_wanted(payloads)

    def _payload(self, topic: str, wish: WantedIntent, now: datetime, *, is_renewal: bool) -> bytes:
        issued = self._issued.get(topic)
        if issued is not None and issued[0] == wish and not (is_renewal and self._is_renewed(wish)):
            return issued[2]
        payload = power_intents.intent_of(wish, self._times, issued_at=now).to_payload()
        self._issued[topic] = (wish, now, payload)
        return payload

    def _is_renewed(self, wish: WantedIntent) -> bool:
        # An override that was not renewed would end long before the operator wanted.
        return self._settings.power_intent_heartbeat_enabled or wish.client_uuid is not None

    def _forget_cleared(self) -> None:
        if not self._to_clear or not self._leadership.is_held:
            return
        now = self._clock()
        cleared = {topic for topic in self._to_clear if self._board.is_confirmed(topic)}
        self._to_clear -= cleared
        cleared = power_intents.list_forgettable(self._plan, cleared, now=now)
        if cleared:
            with self._sessions.begin() as session:
                power_intents.forget_cleared(session, cleared, self._plan, now=now)
            self._next_poll = 0.0
