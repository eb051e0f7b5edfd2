"""Incidents as a list: each with what somebody may do about it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console.commands.presenters.commands import ACTIONS
from console.commands.presenters.rollout_words import ask_label
from console.i18n import _
from console.monitoring.presenters.incidents import (
    RECOVERED_KINDS,
    handling,
    incident_html,
    remedy_for,
)
from console.words.html import deed_button, deed_link, entry_html
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.monitoring.views import IncidentView

TAKE, RELEASE, CLOSE, ROLLOUT, REMEDY, OPEN = (
    "take",
    "release",
    "close",
    "rollout",
    "remedy",
    "open",
)
"""What the buttons of a line ask for."""


@dataclass(frozen=True)
class Reader:
    """Who looks at the incidents, when and where."""

    user_id: int | None
    role: Role
    zone: ZoneInfo
    now: datetime
    given_up: Collection[str]
    """The UUIDs of the screens that automatic recovery has given up."""
    is_at_home: bool = False
    """Whether it is the page of the screen, where its ways are anyway."""

    @property
    def may_act(self) -> bool:
        """Whether they may send commands."""
        return has_at_least(self.role, Role.ADMIN)


def incidents_html(incidents: Iterable[IncidentView], reader: Reader) -> str:
    """Return the incidents as a list, in the order given."""
    return "".join(_line(incident, reader) for incident in incidents)


def _line(incident: IncidentView, reader: Reader) -> str:
    text = incident_html(
        incident,
        reader.zone,
        now=reader.now,
        may_act=reader.may_act,
        is_at_home=reader.is_at_home,
        is_given_up=incident.kind in RECOVERED_KINDS and incident.client_uuid in reader.given_up,
    )
    return entry_html(
        str(incident.id), text, *_handling(incident, reader), *_ways(incident, reader)
    )


def _handling(incident: IncidentView, reader: Reader) -> Iterator[str]:
    """Yield what lets the reader take the incident, change the note, let it go, or close it."""
    may = handling(incident, user_id=reader.user_id, role=reader.role)
    if may.may_take or may.is_own:
        label = _("Change note") if may.is_own else _("I take care of it")
        yield deed_button(TAKE, label, "front_hand", has_words=True)
    if may.may_release:
        yield deed_button(RELEASE, _("Release"), "undo", has_words=True)
    if may.may_close:
        why = _("For what is no trouble to you: it opens again only after its cause has ended.")
        yield deed_button(CLOSE, _("Close"), "check", has_words=True, explained=why)


def _ways(incident: IncidentView, reader: Reader) -> Iterator[str]:
    if incident.inside and reader.may_act:
        yield deed_button(ROLLOUT, ask_label(incident.inside), "stacks", has_words=True)
    if incident.client_uuid is None or reader.is_at_home:
        return
    remedy = remedy_for(incident.kind)
    if reader.may_act and remedy:
        style = ACTIONS[remedy]
        icon = style.icon.removeprefix(":material/").removesuffix(":")
        yield deed_button(REMEDY, _(style.button), icon, has_words=True)
    yield deed_link(OPEN, _("Open"), "chevron_right", "client", uuid=incident.client_uuid)
