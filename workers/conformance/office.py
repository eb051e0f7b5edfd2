"""The server's side of a run: its services, and what it keeps in the database."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts import AckStatus, Command, GroupAssignment
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands import commands, courses
from infoscreen_core.services.screens import clients, power
from workers.conformance.case import untested
from workers.conformance.stage import REASON
from workers.conformance.texts import Text
from workers.runtime import Database, Session, in_transaction

_ORDER_LASTS: Final = timedelta(minutes=3)
"""What of an order outlives this program, should it be killed."""
_NEWEST: Final = 10

_LOCKED_OUT: Final = Text(
    "The lockout stopped the command: the screen had three restarts within 15 minutes. Wait, and "
    "run this case again.",
    "Die Sperre hat den Befehl aufgehalten: Der Bildschirm hatte drei Neustarts in 15 Minuten. "
    "Warten Sie, und wiederholen Sie den Fall.",
)


@dataclass(frozen=True)
class ServerOffice:
    """The configured server, for one player."""

    database: Database
    uuid: str
    language: str

    def group_payload(self) -> bytes:
        """Return what the broker has to retain about the player's group."""
        with self.database.read_sessions() as session:
            group_id = clients.get_client(session, self.uuid).group_id
        return GroupAssignment(group_id=group_id).to_payload()

    def issue(self, action: Action) -> Command:
        """Issue a command as an operator would."""

        def work(session: Session) -> tuple[State, Command]:
            command = commands.issue_command(
                session,
                self.uuid,
                action,
                reason=REASON.of(self.language),
                actor=CLI,
                now=utc_now(),
            )
            return State(command.status), commands.wire_payload(command)

        status, command = in_transaction(self.database.sessions, work)
        if status is State.BLOCKED_SAFETY:
            raise untested(_LOCKED_OUT)
        return command

    def list_steps(self, command_id: str) -> list[str]:
        """Return what the server has noted: `sent`, then the words of acknowledgements."""
        with self.database.read_sessions() as session:
            found = courses.list_courses(session, self.uuid, limit=_NEWEST)
        view = next((one for one in found if one.command_id == command_id), None)
        if view is None:
            return []
        instants = {
            "sent": view.published_at,
            AckStatus.ACCEPTED.value: view.acked_at,
            AckStatus.EXECUTION_STARTED.value: view.execution_started_at,
            AckStatus.COMPLETED.value: view.completed_at,
        }
        return [step for step, at in instants.items() if at is not None]

    def has_order(self) -> bool:
        """Whether an operator holds the TV on or off."""
        with self.database.read_sessions() as session:
            return power.get_tv(session, self.uuid, now=utc_now()).desired.override is not None

    def order_tv(self, desired: DesiredPower, reason: str) -> None:
        """Hold the TV on or off for some minutes."""
        in_transaction(
            self.database.sessions,
            lambda session: power.set_override(
                session,
                self.uuid,
                desired,
                reason=reason,
                lasting=_ORDER_LASTS,
                actor=CLI,
                now=utc_now(),
            ),
        )

    def end_order(self) -> None:
        """Let the TV follow its group again; an order that is over already stays so."""
        with suppress(NotFoundError):
            in_transaction(
                self.database.sessions,
                lambda session: power.clear_override(session, self.uuid, actor=CLI, now=utc_now()),
            )


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is to be tested, and in which language people read of it."""

    uuid: str
    name: str
    language: str


def find_subject(database: Database, uuid: str, language: str | None) -> Subject:
    """Return the player; raise an error with a sentence unless it is known and approved."""
    with database.read_sessions() as session:
        client = clients.get_client(session, clients.parse_uuid(uuid))
        clients.refuse_pending([client])
        words = language or system_settings.get_setting(session, "ui_language")
        return Subject(client.uuid, client.display_name, words)
