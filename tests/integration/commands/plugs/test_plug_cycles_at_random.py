"""Whatever befalls a power cycle, in whatever order: off once at most, and on at last."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from infoscreen_core.db.models import PlugCycle, PlugTransition
from infoscreen_core.domain.commands.plugs import (
    LONGEST_WAIT,
    TERMINAL,
    TIMESTAMP_OF,
    TRANSITIONS,
    Problem,
    State,
)
from infoscreen_core.fetching.plugs.errors import PlugError
from infoscreen_core.fetching.plugs.found import FoundPlug
from infoscreen_core.services.commands.plugs import plug_steps
from tests.support.commands.power_desk import PowerDesk
from tests.support.databases import migrated_file, sessions_on
from tests.support.events.planning import Sessions
from tests.support.people import add_client, uuid_of

NUMBERS = count(1)


class Fate(Enum):
    """What happens next."""

    STEP = auto()
    DIES_BEFORE = auto()
    DIES_AFTER = auto()
    PLUG_AWAY = auto()
    PLUG_BACK = auto()
    ANSWER_LOST = auto()
    PLUG_FORGETS = auto()
    SECOND = auto()
    PAUSE = auto()
    CLAIM_ENDS = auto()
    CLOCK_BACK = auto()
    CLOCK_AHEAD = auto()
    CANCEL = auto()


WAITS = {Fate.SECOND: 1.0, Fate.PAUSE: 13.0, Fate.CLAIM_ENDS: 30.0}
CLOCK_STEPS = {Fate.CLOCK_BACK: timedelta(hours=-1), Fate.CLOCK_AHEAD: timedelta(hours=1)}
MOST_STEPS = 12
"""With nothing in its way, a cycle ends within this many."""


@dataclass
class MemoryPlug:
    """A plug without a network, which keeps the time of the test."""

    is_on: bool = True
    offs: int = 0
    is_away: bool = False
    loses_answers: bool = False
    left: timedelta | None = None
    """How long until it switches itself on; None: it does not."""
    seen: list[bool] = field(default_factory=list)

    def pass_time(self, length: timedelta) -> None:
        if self.left is not None:
            self.left -= length
            if self.left <= timedelta():
                self.is_on, self.left = True, None

    def identify(self) -> FoundPlug:
        raise NotImplementedError

    def read_state(self) -> bool:
        self._answer(may_have_acted=False)
        self.seen.append(self.is_on)
        return self.is_on

    def switch(self, *, on: bool) -> None:
        self._answer(may_have_acted=False)
        self.is_on, self.left = on, None

    def power_cycle(self, seconds: int) -> None:
        self._answer(may_have_acted=False)
        self.is_on, self.left, self.offs = False, timedelta(seconds=seconds), self.offs + 1
        if self.loses_answers:
            self.loses_answers = False
            raise away(may_have_acted=True)

    def _answer(self, *, may_have_acted: bool) -> None:
        if self.is_away:
            raise away(may_have_acted=may_have_acted)


def away(*, may_have_acted: bool) -> PlugError:
    return PlugError(
        "The plug {host} did not answer in time.",
        problem=Problem.UNREACHABLE,
        may_have_acted=may_have_acted,
        host="plug",
    )


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    with sessions_on(migrated_file(tmp_path_factory.mktemp("plugs") / "test.db")) as found:
        yield found


class Story:
    """One power cycle of one screen, and all that befalls it."""

    def __init__(self, sessions: Sessions, plug: MemoryPlug) -> None:
        self.plug = plug
        number = next(NUMBERS)
        with sessions.begin() as session:
            add_client(session, number)
        self.desk = PowerDesk(sessions, uuid=uuid_of(number))
        self.desk.set_up(f"127.0.0.1:{1000 + number}")
        self.cycle_id = self.desk.request().cycle_id
        self.fetchers = 1

    def wait(self, seconds: float) -> None:
        self.desk.wait(seconds)
        self.plug.pass_time(timedelta(seconds=seconds))

    def meet(self, fate: Fate) -> None:
        if seconds := WAITS.get(fate):
            self.wait(seconds)
        elif fate in CLOCK_STEPS:
            self.desk.now += CLOCK_STEPS[fate]
        elif fate in {Fate.PLUG_AWAY, Fate.PLUG_BACK}:
            self.plug.is_away = fate is Fate.PLUG_AWAY
        elif fate is Fate.ANSWER_LOST:
            self.plug.loses_answers = True
        elif fate is Fate.PLUG_FORGETS:
            self.plug.left = None
        else:
            self._do(fate)

    def _do(self, fate: Fate) -> None:
        """Let a person or a program do something."""
        if fate is Fate.STEP:
            self.desk.step()
        elif fate is Fate.CANCEL:
            if self.desk.last().status is State.REQUESTED:
                self.desk.cancel(self.cycle_id)
        else:
            task = self.desk.claim()
            if task and fate is Fate.DIES_AFTER:
                plug_steps.carry_out(task, self.desk.tools)
            self._take_over()

    def end(self) -> None:
        """Let all be well again, and time pass."""
        self.plug.is_away = self.plug.loses_answers = False
        for _ in range(MOST_STEPS):
            self.desk.step()
            last = self.desk.last()
            if last.status in TERMINAL:
                return
            left = (last.next_at - self.desk.now).total_seconds()
            self.wait(min(max(left, 1.0), LONGEST_WAIT.total_seconds()))
        pytest.fail(f"it goes on for ever: {self.desk.course()}")

    def _take_over(self) -> None:
        self.fetchers += 1
        self.desk.owner = f"fetcher:{self.fetchers}"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fates=st.lists(st.sampled_from(Fate), max_size=20))
def test_nothing_leaves_a_screen_dark(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, fates: list[Fate]
) -> None:
    plug = MemoryPlug()
    monkeypatch.setattr(plug_steps, "open_plug", lambda _access, _policy: plug)
    story = Story(sessions, plug)
    for fate in fates:
        story.meet(fate)
        assert plug.offs <= 1
    story.end()
    last = story.desk.last()
    assert plug.is_on
    assert plug.offs <= 1
    if last.status is State.COMPLETED:
        assert plug.seen[-1]  # it was seen on, not only told
    if last.status in {State.CANCELED, State.BLOCKED_SAFETY}:
        assert plug.offs == 0
    _check_course(sessions, story.cycle_id)


def _check_course(sessions: Sessions, cycle_id: str) -> None:
    with sessions() as session:
        row = session.get_one(PlugCycle, cycle_id)
        steps = session.scalars(
            select(PlugTransition)
            .where(PlugTransition.cycle_id == cycle_id)
            .order_by(PlugTransition.id)
        ).all()
        for before, step in pairwise(steps):
            assert step.from_status is before.to_status
            assert step.cause is not None
            assert step.from_status is not None
            assert TRANSITIONS[step.from_status, step.cause] is step.to_status
        assert steps[-1].to_status is row.status
        reached = {
            TIMESTAMP_OF[step.to_status] for step in steps[1:] if step.to_status in TIMESTAMP_OF
        }
        assert {name for name in TIMESTAMP_OF.values() if getattr(row, name) is not None} == reached
