"""What goes out for a command, and where."""

from typing import NamedTuple

from infoscreen_core.contracts import topics
from infoscreen_core.contracts.commands import LegacyRestart
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.services.commands.dispatching import Claim
from infoscreen_core.settings import Settings


class Publication(NamedTuple):
    """One message to hand to the broker."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


def publications_of(claim: Claim, settings: Settings) -> list[Publication]:
    """Return the command's messages; the first is the one whose confirmation counts.

    The legacy restart carries no id, so its receiver cannot tell a repetition: it is sent once at
    most.
    """
    command = claim.command
    uuid, payload = str(command.client_uuid), command.to_payload()
    messages = [Publication(topics.command_topic(uuid), payload)]
    if settings.command_topic_alias_enabled:
        messages.append(Publication(topics.command_alias_topic(uuid), payload))
    is_operator_restart = command.action is Action.REBOOT_HOST and claim.is_by_person
    if settings.legacy_restart_topic_enabled and is_operator_restart and claim.is_first:
        messages.append(
            Publication(topics.legacy_restart_topic(uuid), LegacyRestart().to_payload())
        )
    return messages
