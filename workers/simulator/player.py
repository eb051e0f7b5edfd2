"""One contract-true player without a network: messages and time go in, effects come out."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import orjson

from infoscreen_core.contracts import (
    Command,
    DiscoveryAck,
    TopicKind,
    WireError,
    WireModel,
    decode,
    parse_topic,
)
from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.topics import ParsedTopic
from infoscreen_core.domain.screens.player import (
    LogLevel,
    ObservedPower,
    PictureType,
    ProcessStatus,
)
from infoscreen_core.log import get_logger
from workers.simulator import state as says
from workers.simulator.agenda import Agenda, Effect, GoOffline, GoOnline, Subscribe
from workers.simulator.commands import CommandRunner
from workers.simulator.identity import PlayerIdentity
from workers.simulator.media.files import Outcome
from workers.simulator.memory import CommandMemory
from workers.simulator.reports import Habits, Reporter
from workers.simulator.state import PictureFault, PlayerState
from workers.simulator.viewing import Viewer

log = get_logger()

_UNANSWERED = timedelta(seconds=5)
_RESUME_AFTER = timedelta(seconds=1.5)
_RESTART_TAKES = timedelta(seconds=3)

Reader = Callable[[ParsedTopic, WireModel | None, datetime], None]


class Player:
    """A player behind a TV. Call `run_due` at `next_at`, then carry out what `drain` returns."""

    def __init__(self, identity: PlayerIdentity, habits: Habits, memory: CommandMemory) -> None:
        self.state = PlayerState(identity)
        self.is_powered = True
        self.is_connected = False
        self._is_known = self._has_looked_back = self._has_resumed = False
        self._habits = habits
        self._chance = random.Random(identity.token)  # noqa: S311 - process ids, not secrets
        self._agenda = Agenda()
        self._effects: list[Effect] = []
        send = self._effects.append
        self._reporter = Reporter(self.state, habits, self._agenda, send)
        self._viewer = Viewer(self.state, self._reporter, self._agenda, send)
        self._commands = CommandRunner(self.uuid, self, self._agenda, memory, send)
        self._readers = self._make_readers()
        self._forget()

    @property
    def uuid(self) -> str:
        """The player's UUID."""
        return self.state.identity.uuid

    @property
    def next_at(self) -> datetime | None:
        """When `run_due` has something to do, None when only a message can bring that."""
        return self._agenda.next_at

    def drain(self) -> list[Effect]:
        """Return what the network has to do now, in order, and forget it."""
        effects, self._effects[:] = list(self._effects), []
        return effects

    def run_due(self, now: datetime) -> None:
        """Do what is due."""
        self._agenda.run_due(now)

    def follow_clock(self, step: timedelta) -> None:
        """Go on at the same pace after the machine's clock was set by `step`."""
        self._agenda.shift(step)
        self.state.follow_clock(step)

    # --- connection ---

    def connected(self, now: datetime) -> None:
        """Subscribe, announce the player and report: the broker has accepted the connection."""
        self.is_connected = True
        if not self._has_looked_back:
            self._has_looked_back = True
            if not self.state.booted_at:
                self.state.boot(now)  # this process began with the power on
            self._commands.look_back(now)
        for subscription in wire.client_subscriptions(self.uuid):
            self._effects.append(Subscribe(subscription.topic_filter, subscription.qos))
        self._viewer.follow()
        self._reporter.announce(now)
        if self._is_known:
            self._report(now)
        else:
            # Reports of a player that the server does not know yet are lost, so the answer comes
            # first.
            self._agenda.put("reports", now + _UNANSWERED, self._report)

    def disconnected(self, now: datetime) -> None:
        """Note that the connection broke off by itself."""
        self.is_connected = False
        self.state.reconnects += 1
        self.state.last_disconnect_at = now
        self._agenda.cancel("reports")
        self._reporter.pause()

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        """Read a message; one that breaks the contract is refused (a command) or ignored."""
        parsed = parse_topic(topic)
        if parsed is None or parsed.kind not in self._readers:
            return
        try:
            message = decode(parsed, payload)
        except WireError as error:
            self._refuse(parsed, payload, error)
            return
        self._readers[parsed.kind](parsed, message, now)

    def arrived(self, outcome: Outcome, now: datetime) -> None:
        """Take what came of a media file that was to be fetched."""
        if self.is_powered:
            self._viewer.arrived(outcome, now)

    def _make_readers(self) -> dict[TopicKind, Reader]:
        return {
            TopicKind.DISCOVERY_ACK: self._on_discovery_ack,
            TopicKind.GROUP_ID: self._viewer.on_group,
            TopicKind.EVENTS: self._viewer.on_events,
            TopicKind.GROUP_POWER_INTENT: self._viewer.on_power_intent,
            TopicKind.CLIENT_POWER_INTENT: self._viewer.on_power_intent,
            TopicKind.COMMAND: self._on_command,
        }

    def _on_discovery_ack(
        self, _topic: ParsedTopic, message: WireModel | None, now: datetime
    ) -> None:
        self._reporter.answered()
        # An unassigned player has no retained group_id, so after an absence only this answer can
        # tell.
        if isinstance(message, DiscoveryAck) and "group_id" in message.model_fields_set:
            self._viewer.change_group(message.group_id, now)
        if not self._is_known:
            self._is_known = True
            self._report(now)

    def _on_command(self, _topic: ParsedTopic, message: WireModel | None, now: datetime) -> None:
        if isinstance(message, Command):
            self._commands.receive(message, now)

    def _refuse(self, topic: ParsedTopic, payload: bytes, error: WireError) -> None:
        log.warning(
            "player.message_refused",
            hostname=self.state.identity.hostname,
            kind=topic.kind,
            why=str(error),
        )
        command_id = _find_command_id(payload) if topic.kind is TopicKind.COMMAND else None
        if command_id is not None:
            code = "missing_field" if "required" in error.detail.lower() else "invalid_schema"
            self._commands.refuse(command_id, code, error.detail)

    def _report(self, now: datetime) -> None:
        self._agenda.cancel("reports")
        self._reporter.begin(now)
        self._viewer.report_power(now)
        if not self._has_resumed:
            self._has_resumed = True
            self._agenda.put("resume", now + _RESUME_AFTER, self._commands.resume)

    # --- what befalls a machine ---

    def reboot(self, now: datetime) -> None:
        """Go down and come back, unless something holds the machine up."""
        if not self.state.hangs_at_shutdown:
            self.power_off(now, seconds=self._habits.reboot_seconds)

    def shut_down(self, now: datetime) -> None:
        """Go down, and stay down unless the habits say that somebody wakes the machine."""
        self.power_off(now, seconds=self._habits.wake_after_seconds)

    def restart_app(self, now: datetime, then: Callable[[datetime], None]) -> None:
        """Restart the display process and call `then` once it runs."""
        self._set_process(ProcessStatus.STARTING, now)

        def finish(at: datetime) -> None:
            self._run_process(at)
            then(at)

        self._agenda.put("restart", now + _RESTART_TAKES, finish)

    def power_off(self, now: datetime, *, seconds: float | None = None) -> None:
        """Cut the power, for `seconds` or until `power_on`."""
        self.is_powered = self.is_connected = False
        self._agenda.clear()
        self._forget()
        self._effects.append(GoOffline())
        if seconds is not None:
            self._agenda.put("power", now + timedelta(seconds=seconds), self.power_on)

    def power_on(self, now: datetime) -> None:
        """Restore the power."""
        if not self.is_powered:
            self._agenda.clear()
            self.is_powered = True
            self.state.boot(now)
            self._effects.append(GoOnline())

    def crash(self, now: datetime) -> None:
        """Let the display process die; a restart of application or machine heals it."""
        self._reporter.write_log(LogLevel.ERROR, "Display process ended with signal 11", now)
        self._set_process(ProcessStatus.CRASHED, now)

    def break_down(self, now: datetime) -> None:
        """Let the display process die, and again whenever it is started, until `recover`."""
        self.state.is_broken = True
        self.crash(now)

    def recover(self, now: datetime) -> None:
        """Let the display process run again, with a clean picture, on a machine that obeys."""
        self.state.picture_fault, self.state.hangs_at_shutdown = PictureFault.NONE, False
        self.state.is_broken = False
        self._run_process(now)

    def fail_service(self, now: datetime) -> None:
        """Report that systemd gave up."""
        message = says.service_failed(self.state, now)
        self._reporter.publish(
            TopicKind.SERVICE_FAILED, wire.service_failed_topic(self.uuid), message
        )

    def spoil_picture(self, fault: PictureFault, now: datetime) -> None:
        """Show something wrong from now on."""
        self.state.picture_fault = fault
        self.take_picture(now)

    def take_picture(self, now: datetime) -> None:
        """Send a picture of what is shown, before one is due."""
        self._reporter.take_picture(PictureType.PERIODIC, now)

    def stick(self) -> None:
        """Ignore what is to be shown from now on; a restart of application or machine heals it."""
        self.state.is_stuck = True

    def hold_up(self) -> None:
        """Take reboots from now on without going down, as a machine whose shutdown hangs."""
        self.state.hangs_at_shutdown = True

    def fix_tv(self, power: ObservedPower | None, now: datetime) -> None:
        """Let the TV do this whatever it is told; None: let it obey again."""
        self.state.fixed_power = power
        self._viewer.report_power(now)

    def write_log(self, level: LogLevel, message: str, now: datetime) -> None:
        """Send a line of the player's log."""
        self._reporter.write_log(level, message, now)

    def _set_process(self, status: ProcessStatus, now: datetime) -> None:
        self.state.process_status = status
        if status is not ProcessStatus.RUNNING:
            self.state.shown = self.state.show = None
        if self.is_connected:
            self._reporter.report_change(now)

    def _run_process(self, now: datetime) -> None:
        self.state.is_stuck = False
        self._set_process(self.state.start_app(pid=self._chance.randrange(900, 30_000)), now)
        self._viewer.show_expected(now)

    def _forget(self) -> None:
        """Lose what a machine loses with its power."""
        self._is_known = self._has_looked_back = self._has_resumed = False
        self._viewer.forget()
        self.state.forget(pid=self._chance.randrange(900, 30_000))


def _find_command_id(payload: bytes) -> str | None:
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    command_id = value.get("command_id") if isinstance(value, dict) else None
    return (
        command_id if isinstance(command_id, str) and wire.is_canonical_uuid(command_id) else None
    )
