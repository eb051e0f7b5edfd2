"""What may keep the plan from the screens right now: scheduler, broker, the screens themselves.

What a screen says is compared with the plan only if it said so since what should be seen began:
before that, the two may well differ. One that is offline or switched off is not compared at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientGroup, PowerOverride
from infoscreen_core.db.queries.clients import NO_LOGS, facts_of, list_screens_of
from infoscreen_core.db.queries.monitoring.fleet import event_titles
from infoscreen_core.db.queries.monitoring.records import find_worker
from infoscreen_core.db.queries.power import list_overrides_in_force
from infoscreen_core.domain.events.explanation import Reason, ReasonCode
from infoscreen_core.domain.monitoring import liveness
from infoscreen_core.domain.screens.player import ObservedPower
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services import leases
from infoscreen_core.services.events.views import OccurrenceView

_SCHEDULER: Final = "scheduler"


@dataclass(frozen=True)
class _Told:
    """What screens are told to show, and what is known of what they may show instead."""

    on_screen: Sequence[OccurrenceView]
    titles: Mapping[int, str]
    orders: Mapping[str, PowerOverride]
    """Operators' orders in force, by the player's UUID."""

    @property
    def leading_id(self) -> int | None:
        """The event that should be seen now; None when nothing is on."""
        return self.on_screen[0].event_id if self.on_screen else None

    def is_reported(self, screen: Client) -> bool:
        """Whether the screen has said what it shows since what should be seen began."""
        began = self.on_screen[0].start if self.on_screen else None
        return screen.health_at is not None and (began is None or screen.health_at >= began)


def explain_delivery(session: Session, *, now: datetime) -> list[Reason]:
    """Return why the plan may not reach the players now; empty when it does."""
    worker = find_worker(session, _SCHEDULER)
    if not leases.is_held(session, _SCHEDULER, now=now):
        return [Reason(ReasonCode.NO_LEADER, _no_leader(worker.seen_at if worker else None))]
    if worker is not None and not worker.is_broker_connected:
        cut_off = Sentence(
            "The scheduler does not reach the message broker; the screens go on showing what they "
            "were told last."
        )
        return [Reason(ReasonCode.BROKER_AWAY, cut_off)]
    return []


def explain_screens(
    session: Session,
    group: ClientGroup,
    on_screen: Sequence[OccurrenceView],
    *,
    now: datetime,
    grace: timedelta,
) -> list[Reason]:
    """Return how each of the group's screens keeps to the plan, or why it does not.

    Those that do are counted in one sentence, which comes first.
    """
    screens = list_screens_of(session, group.id)
    if not screens:
        none = Sentence("No screen belongs to {group}.", group=group.name)
        return [Reason(ReasonCode.NO_SCREENS, none)]
    told = _Told(
        on_screen=on_screen,
        titles=event_titles(session, (screen.current_event_id for screen in screens)),
        orders={client.uuid: order for order, client in list_overrides_in_force(session, now)},
    )
    reasons = [reason for screen in screens for reason in _screen_reasons(screen, told, now, grace)]
    return [*_good_news(screens, told, reasons), *reasons]


def _no_leader(seen_at: datetime | None) -> Sentence:
    if seen_at is None:
        return Sentence("No scheduler runs: the screens are told nothing.")
    return Sentence(
        "No scheduler has run since {seen_at}: the screens go on showing what they were told last.",
        seen_at=seen_at,
    )


def _screen_reasons(
    screen: Client, told: _Told, now: datetime, grace: timedelta
) -> Iterator[Reason]:
    if (trouble := _find_trouble(screen, now, grace)) is not None:
        yield _reason(trouble[0], screen, trouble[1])
        if trouble[0] is not ReasonCode.SCREEN_TROUBLE:
            return  # what it said last is old
    order = told.orders.get(screen.uuid)
    if order is not None and order.desired_state is DesiredPower.OFF:
        yield _reason(ReasonCode.TV_HELD_OFF, screen, _held_off(screen, order))
    elif screen.power_state is ObservedPower.OFF:
        off = Sentence("The TV of {screen} is off.", screen=screen.display_name)
        yield _reason(ReasonCode.TV_OFF, screen, off)
    if told.is_reported(screen) and screen.current_event_id != told.leading_id:
        yield _reason(ReasonCode.SHOWS_OTHER, screen, _other_event(screen, told))


def _held_off(screen: Client, order: PowerOverride) -> Sentence:
    return Sentence(
        "The TV of {screen} is held off by an operator until {until}: {why}",
        screen=screen.display_name,
        until=order.expires_at,
        why=order.reason,
    )


def _find_trouble(
    screen: Client, now: datetime, grace: timedelta
) -> tuple[ReasonCode, Sentence] | None:
    reason = liveness.judge_client(facts_of(screen, NO_LOGS, now=now), now=now, grace=grace).reason
    name = screen.display_name
    match reason:
        case liveness.StatusReason.DEACTIVATED:
            return ReasonCode.SCREEN_SWITCHED_OFF, Sentence(
                "{screen} was switched off by an administrator.", screen=name
            )
        case liveness.StatusReason.NEVER_SEEN:
            return ReasonCode.SCREEN_OFFLINE, Sentence("{screen} was never heard of.", screen=name)
        case liveness.StatusReason.HEARTBEAT_STALE:
            return ReasonCode.SCREEN_OFFLINE, Sentence(
                "{screen} is offline: it was last heard of on {last_alive}.",
                screen=name,
                last_alive=screen.last_alive,
            )
        case liveness.StatusReason.PROCESS_CRASHED:
            sentence = Sentence("The display process of {screen} crashed.", screen=name)
        case liveness.StatusReason.SERVICE_FAILED:
            sentence = Sentence("A service of {screen} failed.", screen=name)
        case liveness.StatusReason.SCREEN_BLACK:
            sentence = Sentence("The picture of {screen} is black.", screen=name)
        case liveness.StatusReason.SCREEN_FROZEN:
            sentence = Sentence("The picture of {screen} is frozen.", screen=name)
        case _:
            return None
    return ReasonCode.SCREEN_TROUBLE, sentence


def _other_event(screen: Client, told: _Told) -> Sentence:
    places: dict[str, Any] = {"screen": screen.display_name, "reported_at": screen.health_at}
    if screen.current_event_id is None:
        return Sentence("{screen} says that it shows nothing (on {reported_at}).", **places)
    title = told.titles.get(screen.current_event_id)
    if title is None:
        return Sentence(
            "{screen} says that it shows an event that was deleted (on {reported_at}).", **places
        )
    if not told.on_screen:
        return Sentence(
            "{screen} says that it shows “{shown}” (on {reported_at}).", **places, shown=title
        )
    return Sentence(
        "{screen} says that it shows “{shown}” instead of “{title}” (on {reported_at}).",
        **places,
        shown=title,
        title=told.on_screen[0].title,
    )


def _good_news(screens: Sequence[Client], told: _Told, reasons: Sequence[Reason]) -> list[Reason]:
    troubled = {reason.client_uuid for reason in reasons}
    count = sum(screen.uuid not in troubled and told.is_reported(screen) for screen in screens)
    if not (count and told.on_screen):
        return []
    leading = told.on_screen[0]
    sentence = Sentence(
        "Screens that say they show “{title}”: {count} of {total}.",
        count=count,
        total=sum(screen.standing is Standing.IN_SERVICE for screen in screens),
        title=leading.title,
    )
    return [Reason(ReasonCode.SHOWS_IT, sentence, event_id=leading.event_id)]


def _reason(code: ReasonCode, screen: Client, sentence: Sentence) -> Reason:
    return Reason(code, sentence, client_uuid=screen.uuid)
