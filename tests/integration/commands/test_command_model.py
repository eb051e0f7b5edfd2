"""Commands and roll-outs under whatever may happen to them, in any order."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import ClientCommand, Rollout
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.rollout import Limits, Waves
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands import commands
from infoscreen_core.services.commands.rollouts import rollouts
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from tests.support.commands.command_model import World
from tests.support.commands.rollouts import request_for
from tests.support.databases import migrated_file

pytestmark = pytest.mark.slow

PLAYERS = 6
NUMBERS = st.integers(0, PLAYERS - 1)
ACTIONS = st.sampled_from(Action)
CHANGES: tuple[Callable[..., Any], ...] = (
    rollouts.pause_rollout,
    rollouts.resume_rollout,
    rollouts.cancel_rollout,
)


class Commands(RuleBasedStateMachine):
    """People ask, the broker loses, players act and die, dispatchers die, the clock is set."""

    @initialize(action=ACTIONS, size=st.integers(1, PLAYERS), at_once=st.integers(1, 3))
    def begin(self, action: Action, size: int, at_once: int) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="infoscreen-model-")
        url = migrated_file(Path(self.folder.name) / "test.db")
        self.engine = make_engine(url)
        self.world = World(make_session_factory(self.engine), PLAYERS)
        everybody = set(range(PLAYERS))
        self.somebody_starts_a_rollout(everybody, action=action, size=size, at_once=at_once)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.end_all()
            self.engine.dispose()
            self.folder.cleanup()

    @rule(number=NUMBERS, action=ACTIONS)
    def somebody_issues_a_command(self, number: int, action: Action) -> None:
        with self.world.sessions.begin() as session:
            uuid = self.world.players[number].uuid
            commands.issue_command(session, uuid, action, reason="x", actor=CLI, now=self.world.now)

    @rule(
        chosen=st.sets(NUMBERS, min_size=1),
        action=ACTIONS,
        size=st.integers(1, 6),
        at_once=st.integers(1, 3),
    )
    def somebody_starts_a_rollout(
        self, chosen: set[int], action: Action, size: int, at_once: int
    ) -> None:
        uuids = [self.world.players[number].uuid for number in sorted(chosen)]
        request = request_for(
            uuids, action=action, waves=Waves((size,)), limits=Limits(at_once=at_once)
        )
        with self.world.sessions.begin() as session:
            try:
                start_rollout(session, request, actor=CLI, now=self.world.now)
            except InvalidInputError:
                assert session.scalars(select(Rollout)).first()  # which they are in already

    @rule(change=st.sampled_from(CHANGES), which=st.integers(0, 3))
    def somebody_changes_a_rollout(self, change: Callable[..., Any], which: int) -> None:
        with self.world.sessions.begin() as session:
            keys = list(session.scalars(select(Rollout.rollout_id)))[which : which + 1]
            for key in keys:
                with suppress(ConflictError):  # it has ended, or is as it was asked to be
                    change(session, key, actor=CLI, now=self.world.now)

    @rule(which=st.integers(0, 5))
    def somebody_cancels_a_command(self, which: int) -> None:
        with self.world.sessions.begin() as session:
            keys = list(session.scalars(select(ClientCommand.command_id)))[which : which + 1]
            for key in keys:
                with suppress(ConflictError):  # it was sent already
                    commands.cancel_command(session, key, actor=CLI, now=self.world.now)

    @rule()
    def the_dispatcher_sends(self) -> None:
        self.world.dispatch()

    @rule()
    def the_broker_confirms(self) -> None:
        self.world.confirm()

    @rule()
    def the_dispatcher_dies(self) -> None:
        self.world.unconfirmed.clear()
        self.world.apps_down.clear()

    @rule(number=NUMBERS, fails=st.booleans(), is_repeated=st.booleans())
    def a_player_gets_a_message(self, number: int, fails: bool, is_repeated: bool) -> None:
        player = self.world.players[number]
        if player.inbox:
            message = player.inbox[0] if is_repeated else player.inbox.pop(0)
            player.take(message, self.world.now, fails=fails)

    @rule(number=NUMBERS)
    def a_player_loses_its_messages(self, number: int) -> None:
        self.world.players[number].inbox.clear()

    @rule(number=NUMBERS, which=st.integers(0, 3), is_repeated=st.booleans())
    def an_acknowledgement_arrives(self, number: int, which: int, is_repeated: bool) -> None:
        player = self.world.players[number]
        if which < len(player.acks):
            ack = player.acks[which] if is_repeated else player.acks.pop(which)
            self.world.apply(player, ack)

    @rule(number=NUMBERS)
    def all_it_said_arrives(self, number: int) -> None:
        player = self.world.players[number]
        while player.acks:
            self.world.apply(player, player.acks.pop(0))

    @rule(number=NUMBERS)
    def acknowledgements_are_lost(self, number: int) -> None:
        self.world.players[number].acks.clear()

    @rule(number=NUMBERS, says_boot=st.booleans())
    def a_player_is_heard(self, number: int, says_boot: bool) -> None:
        self.world.hear(self.world.players[number], says_boot=says_boot)

    @rule()
    def all_players_are_heard(self) -> None:
        for player in self.world.players:
            self.world.hear(player, says_boot=False)

    @rule(seconds=st.sampled_from((0.5, 5, 11, 21, 40, 200)))
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(seconds=st.sampled_from((5, 21, 300)))
    def nobody_listens(self, seconds: float) -> None:
        self.world.be_deaf(seconds)

    @rule(chosen=st.sets(NUMBERS), fails=st.booleans())
    def some_players_do_as_they_are_told(self, chosen: set[int], fails: bool) -> None:
        self.world.pass_time(0.5)
        self.world.dispatch()
        self.world.confirm()
        for number in chosen:
            self.a_player_gets_a_message(number, fails=fails, is_repeated=False)
            self.all_it_said_arrives(number)
            self.a_player_is_heard(number, says_boot=True)

    @rule(hours=st.sampled_from((-1, 1)))
    def the_clock_is_set(self, hours: int) -> None:
        self.world.set_clock(timedelta(hours=hours))

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def what_must_hold_holds(self) -> None:
        self.world.check()


TestCommands = Commands.TestCase
TestCommands.settings = settings(
    max_examples=12, stateful_step_count=50, deadline=None, derandomize=True, database=None
)
