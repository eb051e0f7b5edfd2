"""Shelly plugs of the second generation and later: RPC over HTTP.

By https://shelly-api-docs.shelly.cloud/gen2: `Shelly.GetDeviceInfo` says what it is, without a
login; `Switch.GetStatus` and `Switch.Set` read and switch a relay, which they count from 0;
`toggle_after` lets the relay flip back by itself. With a password, each request is answered with a
challenge first (digest, SHA-256, user `admin`). Errors are answered with status 404 or 500 and
`{"code": …, "message": …}`.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from infoscreen_core.domain.commands.plugs import Problem
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.fetching.plugs.conversation import OK, Conversation, Reply
from infoscreen_core.fetching.plugs.digest import answer_to
from infoscreen_core.fetching.plugs.errors import (
    PlugError,
    no_relay,
    nothing_ordered,
    unauthorised,
    wrong_answer,
)
from infoscreen_core.fetching.plugs.found import FoundPlug

_UNAUTHORISED: Final = 401
_ERRORS: Final = frozenset({404, 500})
_SECOND_GENERATION: Final = 2


class ShellyGen2:
    """One relay of a Shelly plug."""

    def __init__(
        self, conversation: Conversation, relay: int, login: tuple[str, str] | None
    ) -> None:
        self._conversation = conversation
        self._host = conversation.address.host
        self._relay = relay
        self._login = login

    def identify(self) -> FoundPlug:
        """Return what answers there, and whether the relay is on."""
        reply = self._conversation.get("/rpc/Shelly.GetDeviceInfo")
        info = reply.content if reply.status == OK else None
        generation = info.get("gen") if info else None
        if info is None or not isinstance(generation, int) or generation < _SECOND_GENERATION:
            raise PlugError(
                "Something answers at {host}, but it is no Shelly of the second generation or "
                "later.",
                problem=Problem.WRONG_KIND,
                field="kind",
                host=self._host,
            )
        return FoundPlug(
            model=shown(str(info.get("app") or info.get("model") or "")),
            firmware=shown(str(info.get("ver") or "")),
            is_on=self.read_state(),
        )

    def read_state(self) -> bool:
        """Return whether the relay is on."""
        is_on = self._call("Switch.GetStatus").get("output")
        if not isinstance(is_on, bool):
            raise wrong_answer(self._host)
        return is_on

    def switch(self, *, on: bool) -> None:
        """Switch the relay, and leave it so."""
        self._order(on="true" if on else "false")

    def power_cycle(self, seconds: int) -> None:
        """Switch the relay off; the plug itself switches it on again after so many seconds."""
        with nothing_ordered():
            self.read_state()  # the relay is there, and the login fits
        self._order(on="false", toggle_after=str(seconds))

    def _order(self, **arguments: str) -> None:
        answer = self._call("Switch.Set", **arguments)
        if not isinstance(answer.get("was_on"), bool):
            raise wrong_answer(self._host, may_have_acted=True)

    def _call(self, method: str, **arguments: str) -> Mapping[str, Any]:
        query = urlencode({"id": str(self._relay - 1), **arguments})
        reply = self._authorised(f"/rpc/{method}?{query}")
        if reply.status == _UNAUTHORISED:
            raise unauthorised(self._host, has_login=self._login is not None)
        if reply.status in _ERRORS and reply.content and "code" in reply.content:
            raise no_relay(self._host, self._relay)
        if reply.status != OK:
            raise wrong_answer(self._host)
        if reply.content is None:
            raise wrong_answer(self._host, may_have_acted=True)
        return reply.content

    def _authorised(self, target: str) -> Reply:
        reply = self._conversation.get(target)
        if reply.status != _UNAUTHORISED or self._login is None:
            return reply
        challenge = reply.headers.get("www-authenticate", "")
        answer = answer_to(challenge, self._login, "GET", target)
        if answer is None:
            raise wrong_answer(self._host)
        return self._conversation.get(target, {"Authorization": answer})
