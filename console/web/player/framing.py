"""`/player/{token}/framing/{event_id}`: whether a website on the screen refuses to be framed.

The page cannot find that out by itself: browsers show an empty frame and say nothing. Only websites
on the screen's own list are asked, only on the internet, and each at most once an hour.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse

from console.runtime import now
from console.web.pages import Desk
from infoscreen_core.fetching.fetch import Policy
from infoscreen_core.fetching.framing import find_refusal
from infoscreen_core.services.playing.web_screens import GroupScreen

_AGE: Final = timedelta(hours=1)
_POLICY: Final = Policy(max_bytes=0, seconds=10.0)
_REMEMBERED: Final = 500
_desk: Final = Desk()
_known: Final[dict[tuple[str, str], tuple[datetime, bool]]] = {}


async def answer(request: Request, screen: GroupScreen | None) -> JSONResponse:
    """Say whether the website of an event on this screen is known to refuse."""
    url = _website(screen, request.path_params["event_id"])
    asker = f"{request.url.scheme}://{request.url.netloc}"
    refuses = await _refuses(url, asker) if url else False
    return JSONResponse({"refuses": refuses}, headers={"cache-control": "no-store"})


def _website(screen: GroupScreen | None, event_id: int) -> str | None:
    items: list[dict[str, Any]] = orjson.loads(screen.payload) if screen else []
    found = (item for item in items if item["id"] == event_id and "website" in item)
    url = next((item["website"]["url"] for item in found), None)
    return str(url) if url else None


async def _refuses(url: str, asker: str) -> bool:
    at = now()
    known = _known.get((url, asker))
    if known is not None and at - known[0] < _AGE:
        return known[1]
    found = await _desk.do((url, asker), lambda: find_refusal(url, _POLICY, asker=asker))
    if len(_known) >= _REMEMBERED:
        _known.clear()
    _known[url, asker] = at, bool(found)
    return bool(found)
