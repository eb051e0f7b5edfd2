"""Plugs with Tasmota: commands as web requests.

By https://tasmota.github.io/docs/Commands: `/cm?cmnd=Power1` reads a relay and `Power1 ON` switches
it, answered with `{"POWER1":"ON"}`, or `{"POWER":"ON"}` where there is only one. `Backlog` takes
several commands and answers at once; `Delay` waits between them, in tenths of a second, up to 3600
of them. Where a web password is set, user name and password stand in the address, readable on
the way; without them a plug answers 401, or before version 8.2.3 only `{"WARNING": …}`.

**While a `Delay` runs, nothing may be asked:** each command, even one that only reads, ends it.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from infoscreen_core.domain.commands.plugs import Problem
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.fetching.plugs.conversation import OK, Conversation
from infoscreen_core.fetching.plugs.errors import (
    PlugError,
    no_relay,
    nothing_ordered,
    unauthorised,
    wrong_answer,
)
from infoscreen_core.fetching.plugs.found import FoundPlug

_UNAUTHORISED: Final = 401
_NOT_FOUND: Final = 404
_TENTHS: Final = 10
_STATES: Final = {"ON": True, "OFF": False}


class Tasmota:
    """One relay of a plug with Tasmota."""

    def __init__(
        self, conversation: Conversation, relay: int, login: tuple[str, str] | None
    ) -> None:
        self._conversation = conversation
        self._host = conversation.address.host
        self._relay = relay
        self._login = login

    def identify(self) -> FoundPlug:
        """Return what answers there, and whether the relay is on."""
        firmware = self._command("Status 2").get("StatusFWR")
        version = firmware.get("Version") if isinstance(firmware, dict) else None
        if not isinstance(version, str):
            raise self._wrong_kind()
        return FoundPlug(model="", firmware=shown(version), is_on=self.read_state())

    def read_state(self) -> bool:
        """Return whether the relay is on; never while it is off for a power cycle."""
        return self._power("")

    def switch(self, *, on: bool) -> None:
        """Switch the relay, and leave it so."""
        self._power(" ON" if on else " OFF")

    def power_cycle(self, seconds: int) -> None:
        """Switch the relay off; the plug itself switches it on again after so many seconds."""
        with nothing_ordered():
            self.read_state()  # the relay is there, and the login fits
        name = f"Power{self._relay}"
        self._command(f"Backlog {name} OFF; Delay {seconds * _TENTHS}; {name} ON")

    def _power(self, value: str) -> bool:
        answer = self._command(f"Power{self._relay}{value}")
        found = answer.get(f"POWER{self._relay}")
        if found is None and self._relay == 1:
            found = answer.get("POWER")
        if found is None and "Command" in answer:
            raise no_relay(self._host, self._relay)
        if found not in _STATES:
            raise wrong_answer(self._host, may_have_acted=bool(value))
        return _STATES[found]

    def _command(self, command: str) -> Mapping[str, Any]:
        user, password = self._login or ("", "")
        login = {"user": user, "password": password} if self._login else {}
        query = urlencode({**login, "cmnd": command}, quote_via=quote)
        reply = self._conversation.get(f"/cm?{query}")
        if reply.status == _UNAUTHORISED or _asks_for_login(reply.content):
            raise unauthorised(self._host, has_login=self._login is not None)
        if reply.status == _NOT_FOUND:
            raise self._wrong_kind()
        if reply.status != OK:
            raise wrong_answer(self._host)
        if reply.content is None:
            raise wrong_answer(self._host, may_have_acted=True)
        return reply.content

    def _wrong_kind(self) -> PlugError:
        return PlugError(
            "Something answers at {host}, but it is no plug with Tasmota.",
            problem=Problem.WRONG_KIND,
            field="kind",
            host=self._host,
        )


def _asks_for_login(content: Mapping[str, Any] | None) -> bool:
    warning = content.get("WARNING") if content else None
    return isinstance(warning, str) and "password" in warning
