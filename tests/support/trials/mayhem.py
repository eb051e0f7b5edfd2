"""People and players who all want to change the same few things at the same time."""

import random
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import (
    AcademicPeriod,
    CalendarFeed,
    Client,
    ClientCommand,
    ClientGroup,
    Event,
    SchoolHoliday,
    User,
)
from infoscreen_core.db.transactions import in_transaction, is_collision
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands import commands
from infoscreen_core.services.events import events
from infoscreen_core.services.exchange import calendar_feeds
from infoscreen_core.services.people import users
from infoscreen_core.services.school import holidays, periods
from infoscreen_core.services.screens import clients, groups, power
from infoscreen_core.services.system_settings import set_settings
from tests.support.events.planning import lesson
from tests.support.listener.telemetry import say
from workers.listener.ingest import Ingest
from workers.listener.letters import RefusalLog

PLAYERS: Final = [str(UUID(int=number)) for number in range(1, 21)]
GROUPS: Final = 4
PEOPLE: Final = ("ada", "bob", "eve")
_HOUR: Final = timedelta(hours=1)
_MIX: Final = {
    "discover": 12,
    "assign": 10,
    "approve": 4,
    "describe": 4,
    "serve": 3,
    "remove": 4,
    "hold": 5,
    "release": 3,
    "reboot": 6,
    "cancel": 3,
    "order": 5,
    "plan": 8,
    "replan": 6,
    "unplan": 3,
    "activate": 5,
    "free": 4,
    "work": 2,
    "set": 3,
    "link": 3,
    "unlink": 2,
    "promote": 3,
    "lock_out": 2,
    "found": 2,
    "dissolve": 2,
}
"""What happens how often."""


def lay_out(sessions: sessionmaker[Session]) -> None:
    """Store what all of it is about."""
    now = utc_now()
    with sessions.begin() as session:
        session.add_all(ClientGroup(name=f"Group {n}", created_at=now) for n in range(GROUPS))
        session.add_all(
            Client(uuid=uuid, registration_time=now, approved_at=now, last_alive=now)
            for uuid in PLAYERS
        )
        session.add_all(
            User(
                username=name,
                password_hash="-",
                role=Role.SUPERADMIN,
                created_at=now,
                updated_at=now,
            )
            for name in PEOPLE
        )
        session.add_all(_period(year, now) for year in (2026, 2027))


def _period(year: int, now: datetime) -> AcademicPeriod:
    return AcademicPeriod(
        name=str(year),
        period_type=PeriodType.SCHULJAHR,
        start_date=date(year, 9, 1),
        end_date=date(year + 1, 7, 1),
        created_at=now,
        updated_at=now,
    )


@dataclass
class Tally:
    """What became of the actions."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """By action and error: each was a sentence."""
    errors: list[str] = field(default_factory=list)
    """What a person would have been told of the database."""
    collisions: int = 0
    """How often the database ended a transaction for the sake of another."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.done + other.done,
            self.refused + other.refused,
            self.errors + other.errors,
            self.collisions + other.collisions,
        )


class Mayhem:
    """One who does one thing after another, by lot."""

    def __init__(
        self, sessions: sessionmaker[Session], seed: int, *, only: Collection[str] = ()
    ) -> None:
        self.tally = Tally()
        self._mix = {name: often for name, often in _MIX.items() if not only or name in only}
        self._sessions = sessions
        self._ingest = Ingest(sessions, RefusalLog())
        self._dice = random.Random(seed)

    def watch_collisions(self) -> None:
        """Count what the database ends, in this whole process."""
        event.listen(self._sessions.kw["bind"], "handle_error", self._note)

    def run(self, actions: int) -> None:
        for _ in range(actions):
            (name,) = self._dice.choices(list(self._mix), list(self._mix.values()))
            if name == "discover":
                self._hear()
            else:
                self._attempt(name, getattr(self, f"_{name}"))

    def _note(self, context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        self.tally.collisions += error is not None and is_collision(error)

    def _attempt(self, name: str, action: Callable[[Session, Actor], object]) -> None:
        def work(session: Session) -> None:
            action(session, self._somebody(session))

        # Tried again with the same choices.
        state = self._dice.getstate()

        def again(session: Session) -> None:
            self._dice.setstate(state)
            work(session)

        try:
            in_transaction(self._sessions, again)
        except InfoscreenError as error:
            self.tally.refused[f"{name}: {type(error).__name__}"] += 1
        except SQLAlchemyError as error:
            self.tally.errors.append(f"{name}: {str(error)[:300]}")
        else:
            self.tally.done[name] += 1

    def _somebody(self, session: Session) -> Actor:
        name = self._dice.choice(PEOPLE)
        user = session.scalars(select(User).where(User.username == name)).one()
        return Actor(user.id, user.username, Role.SUPERADMIN, "a browser")

    def _pick(self, session: Session, column: object) -> int:
        found = list(session.scalars(select(column).limit(40)))  # type: ignore[call-overload]
        return self._dice.choice(found) if found else 0

    def _players(self, count: int) -> list[str]:
        return self._dice.sample(PLAYERS, count)

    def _hear(self) -> None:
        """Store what several players say, as the listener does: what fails is tried again."""
        now = utc_now()
        batch = [
            *(say(uuid, "discovery", {"uuid": uuid}, received_at=now) for uuid in self._players(4)),
            *(say(uuid, "logs/error", {"message": "x"}) for uuid in self._players(3)),
            *(say(uuid, "heartbeat", {}, received_at=now) for uuid in self._players(3)),
        ]
        while True:
            try:
                self._ingest.store(batch)
            except OperationalError:
                continue
            self.tally.done["discover"] += 1
            return

    def _assign(self, session: Session, actor: Actor) -> None:
        group = self._pick(session, ClientGroup.id)
        clients.assign_clients(session, self._players(10), group, actor=actor, now=utc_now())

    def _approve(self, session: Session, actor: Actor) -> None:
        group = self._pick(session, ClientGroup.id)
        chosen = self._players(3)
        clients.approve_clients(session, chosen, group_id=group, actor=actor, now=utc_now())

    def _describe(self, session: Session, actor: Actor) -> None:
        (uuid,) = self._players(1)
        name = self._dice.choice(("Aula", "Foyer"))
        clients.describe_client(session, uuid, name, actor=actor, now=utc_now())

    def _serve(self, session: Session, actor: Actor) -> None:
        is_active = self._dice.random() < 0.5
        chosen = self._players(3)
        clients.set_active(session, chosen, is_active=is_active, actor=actor, now=utc_now())

    def _remove(self, session: Session, actor: Actor) -> None:
        clients.remove_clients(session, self._players(1), actor=actor, now=utc_now())

    def _hold(self, session: Session, actor: Actor) -> None:
        (uuid,) = self._players(1)
        state = self._dice.choice(list(DesiredPower))
        power.set_override(
            session, uuid, state, reason="a talk", lasting=_HOUR, actor=actor, now=utc_now()
        )

    def _release(self, session: Session, actor: Actor) -> None:
        power.clear_override(session, *self._players(1), actor=actor, now=utc_now())

    def _reboot(self, session: Session, actor: Actor) -> None:
        (uuid,) = self._players(1)
        commands.issue_command(
            session, uuid, Action.REBOOT_HOST, reason="stuck", actor=actor, now=utc_now()
        )

    def _cancel(self, session: Session, actor: Actor) -> None:
        command = str(self._pick(session, ClientCommand.command_id))
        commands.cancel_command(session, command, actor=actor, now=utc_now())

    def _order(self, session: Session, actor: Actor) -> None:
        ids = list(session.scalars(select(ClientGroup.id)))
        self._dice.shuffle(ids)
        groups.set_group_order(session, ids, actor=actor, now=utc_now())

    def _plan(self, session: Session, actor: Actor) -> None:
        ids = list(session.scalars(select(ClientGroup.id)))
        chosen = self._dice.sample(ids, min(2, len(ids)))
        rule = self._dice.choice((None, "FREQ=DAILY;COUNT=10"))
        draft = lesson(0, group_ids=chosen, recurrence_rule=rule, skip_holidays=bool(rule))
        events.create_events(session, draft, actor=actor, now=utc_now())

    def _replan(self, session: Session, actor: Actor) -> None:
        group, found = self._pick(session, ClientGroup.id), self._pick(session, Event.id)
        title = self._dice.choice(("Mathe", "Physik"))
        draft = lesson(group, title=title)
        version = session.scalar(select(Event.version).where(Event.id == found)) or 0
        events.update_event(session, found, draft, version=version, actor=actor, now=utc_now())

    def _unplan(self, session: Session, actor: Actor) -> None:
        events.delete_event(session, self._pick(session, Event.id), actor=actor, now=utc_now())

    def _activate(self, session: Session, actor: Actor) -> None:
        period = self._pick(session, AcademicPeriod.id)
        periods.activate_period(session, period, actor=actor, now=utc_now())

    def _free(self, session: Session, actor: Actor) -> None:
        period_id = self._dice.choice((None, self._pick(session, AcademicPeriod.id)))
        first = date(2026, 9, 7) + timedelta(days=self._dice.randrange(20))
        day = Holiday(name=self._dice.choice(("Ferien", "Fest")), start_date=first, end_date=first)
        holidays.create_holiday(session, period_id, day, actor=actor, now=utc_now())

    def _work(self, session: Session, actor: Actor) -> None:
        found = self._pick(session, SchoolHoliday.id)
        holidays.delete_holiday(session, found, actor=actor, now=utc_now())

    def _set(self, session: Session, actor: Actor) -> None:
        values = {"organization_name": self._dice.choice("AB"), "ui_language": "de"}
        set_settings(session, values, expected=values, actor=actor, now=utc_now())

    def _link(self, session: Session, actor: Actor) -> None:
        group = self._pick(session, ClientGroup.id)
        calendar_feeds.create_feed(session, group, actor=actor, now=utc_now())

    def _unlink(self, session: Session, actor: Actor) -> None:
        feed = self._pick(session, CalendarFeed.id)
        calendar_feeds.revoke_feed(session, feed, actor=actor, now=utc_now())

    def _promote(self, session: Session, actor: Actor) -> None:
        role = self._dice.choice((Role.ADMIN, Role.SUPERADMIN))
        users.set_role(session, self._pick(session, User.id), role, actor=actor, now=utc_now())

    def _lock_out(self, session: Session, actor: Actor) -> None:
        change = self._dice.choice((users.deactivate_user, users.reactivate_user))
        change(session, self._pick(session, User.id), actor=actor, now=utc_now())

    def _found(self, session: Session, actor: Actor) -> None:
        name = f"Group {self._dice.randrange(8)}"
        groups.create_group(session, name, actor=actor, now=utc_now())

    def _dissolve(self, session: Session, actor: Actor) -> None:
        ids = list(session.scalars(select(ClientGroup.id)))
        if len(ids) <= GROUPS:
            return
        doomed, target = self._dice.sample(ids, 2)
        groups.delete_group(session, doomed, move_to=target, actor=actor, now=utc_now())
