"""What stands between the plan and the glass now: scheduler, broker, the group's screens."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientGroup
from infoscreen_core.db.queries import explaining as queries
from infoscreen_core.db.queries.clients import NO_LOGS, facts_of
from infoscreen_core.db.queries.fleet import event_titles
from infoscreen_core.db.queries.leases import find_lease
from infoscreen_core.domain import liveness
from infoscreen_core.domain.explanation import Reason, ReasonCode
from infoscreen_core.domain.player import ObservedPower
from infoscreen_core.domain.wording import Sentence
from infoscreen_core.services.event_calendar import OccurrenceView

_SCHEDULER: Final = "scheduler"


def explain_delivery(session: Session, *, now: datetime) -> list[Reason]:
    """Return why the plan may not reach the players now; empty when it does."""
    worker = queries.find_worker(session, _SCHEDULER)
    lease = find_lease(session, _SCHEDULER)
    if lease is None or lease.expires_at <= now:
        return [Reason(ReasonCode.NO_LEADER, _no_leader(worker.seen_at if worker else None))]
    if worker is not None and not worker.is_broker_connected:
        cut_off = Sentence(
            "The scheduler does not reach the message broker; the screens go on showing what they were told "
            "last."
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
    """Return how each of the group's screens keeps the plan or why it does not; good news in one sentence."""
    screens = queries.list_screens_of(session, group.id)
    if not screens:
        none = Sentence("No screen belongs to {group}.", group=group.name)
        return [Reason(ReasonCode.NO_SCREENS, none)]
    titles = event_titles(session, (screen.current_event_id for screen in screens))
    reasons = [
        reason for screen in screens for reason in _screen_reasons(screen, on_screen, titles, now, grace)
    ]
    return [*_good_news(screens, on_screen, reasons), *reasons]


def _no_leader(seen_at: datetime | None) -> Sentence:
    if seen_at is None:
        return Sentence("No scheduler runs: the screens are told nothing.")
    return Sentence(
        "No scheduler has run since {seen_at}: the screens go on showing what they were told last.",
        seen_at=seen_at,
    )


def _screen_reasons(
    screen: Client,
    on_screen: Sequence[OccurrenceView],
    titles: dict[int, str],
    now: datetime,
    grace: timedelta,
) -> Iterator[Reason]:
    if (trouble := _find_trouble(screen, now, grace)) is not None:
        yield _reason(trouble[0], screen, trouble[1])
        if trouble[0] is not ReasonCode.SCREEN_TROUBLE:
            return  # what it said last is old
    if screen.power_state is ObservedPower.OFF:
        yield _reason(
            ReasonCode.TV_OFF, screen, Sentence("The TV of {screen} is off.", screen=screen.display_name)
        )
    if screen.health_at is not None and screen.current_event_id != _leading_id(on_screen):
        yield _reason(ReasonCode.SHOWS_OTHER, screen, _other_event(screen, on_screen, titles))


def _find_trouble(screen: Client, now: datetime, grace: timedelta) -> tuple[ReasonCode, Sentence] | None:
    reason = liveness.judge(facts_of(screen, NO_LOGS, now=now), now=now, grace=grace).reason
    name = screen.display_name
    match reason:
        case liveness.Reason.DEACTIVATED:
            return ReasonCode.SCREEN_SWITCHED_OFF, Sentence(
                "{screen} was switched off by an administrator.", screen=name
            )
        case liveness.Reason.NEVER_SEEN:
            return ReasonCode.SCREEN_OFFLINE, Sentence("{screen} was never heard of.", screen=name)
        case liveness.Reason.HEARTBEAT_STALE:
            return ReasonCode.SCREEN_OFFLINE, Sentence(
                "{screen} is offline: it was last heard of on {last_alive}.",
                screen=name,
                last_alive=screen.last_alive,
            )
        case liveness.Reason.PROCESS_CRASHED:
            sentence = Sentence("The display process of {screen} crashed.", screen=name)
        case liveness.Reason.SERVICE_FAILED:
            sentence = Sentence("A service of {screen} failed.", screen=name)
        case liveness.Reason.SCREEN_BLACK:
            sentence = Sentence("The picture of {screen} is black.", screen=name)
        case liveness.Reason.SCREEN_FROZEN:
            sentence = Sentence("The picture of {screen} is frozen.", screen=name)
        case _:
            return None
    return ReasonCode.SCREEN_TROUBLE, sentence


def _other_event(screen: Client, on_screen: Sequence[OccurrenceView], titles: dict[int, str]) -> Sentence:
    places: dict[str, Any] = {"screen": screen.display_name, "reported_at": screen.health_at}
    if screen.current_event_id is None:
        return Sentence("{screen} says that it shows nothing (on {reported_at}).", **places)
    title = titles.get(screen.current_event_id)
    if title is None:
        return Sentence("{screen} says that it shows an event that was deleted (on {reported_at}).", **places)
    if not on_screen:
        return Sentence("{screen} says that it shows “{shown}” (on {reported_at}).", **places, shown=title)
    return Sentence(
        "{screen} says that it shows “{shown}” instead of “{title}” (on {reported_at}).",
        **places,
        shown=title,
        title=on_screen[0].title,
    )


def _good_news(
    screens: Sequence[Client], on_screen: Sequence[OccurrenceView], reasons: Sequence[Reason]
) -> list[Reason]:
    troubled = {reason.client_uuid for reason in reasons}
    count = sum(screen.uuid not in troubled and screen.health_at is not None for screen in screens)
    if not (count and on_screen):
        return []
    sentence = Sentence(
        "{count} of {total} screens say that they show “{title}”.",
        count=count,
        total=len(screens),
        title=on_screen[0].title,
    )
    return [Reason(ReasonCode.SHOWS_IT, sentence, event_id=on_screen[0].event_id)]


def _leading_id(on_screen: Sequence[OccurrenceView]) -> int | None:
    return on_screen[0].event_id if on_screen else None


def _reason(code: ReasonCode, screen: Client, sentence: Sentence) -> Reason:
    return Reason(code, sentence, client_uuid=screen.uuid)
