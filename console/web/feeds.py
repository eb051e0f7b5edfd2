"""A group's calendar for calendar programs; the token in the address is the only key.

A wrong token, a revoked one and an unknown group get the same answer: nobody learns which groups
there are.
"""

import re
from contextlib import suppress
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from console.runtime import OutageError, explanation_of, now, read_session, write
from console.shared import shared
from console.web.api.problems import problem
from console.web.media.conditions import knows
from console.web.throttle import Throttle
from console.web.visitors import address_of
from infoscreen_core.errors import BusyError, LimitedError, NotFoundError
from infoscreen_core.services.exchange import calendar_feeds as service
from infoscreen_core.services.exchange.calendar_export import find_fingerprint, write_group_calendar
from infoscreen_core.services.exchange.views import FeedView

MAX_REFUSALS: Final = 60
throttle: Final = Throttle(limit=MAX_REFUSALS, window=timedelta(minutes=5))
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_KEPT_CALENDARS: Final = 16
_KEPT_SECONDS: Final = 3600
_CACHING: Final = "private, no-cache"


def calendar(request: Request) -> Response:
    """Serve the group's events; 304 when the program has them already."""
    address, at = address_of(request), now()
    wait = throttle.waiting_time(address, now=at)
    if wait is not None:
        return _limited(request, wait)
    try:
        answer = _answer(request)
    except OutageError as error:
        return problem(request, explanation_of(error))
    if answer is None:
        throttle.note_refusal(address, now=at)
        return problem(
            request, NotFoundError("There is no such calendar, or the link was revoked.")
        )
    return answer


def _answer(request: Request) -> Response | None:
    with read_session() as session:
        feed = service.find_feed(session, _group_id(request), request.query_params.get("token", ""))
        state = find_fingerprint(session, feed.group_id) if feed else None
    if feed is None or state is None:
        return None
    _note_use(feed)
    headers = {"etag": f'"{state}"', "cache-control": _CACHING}
    if knows(request.headers.get("if-none-match"), f'"{state}"'):
        return Response(status_code=304, headers=headers)
    headers["content-disposition"] = f'inline; filename="calendar-{feed.group_id}.ics"'
    return Response(
        _written(feed.group_id, state), media_type="text/calendar; charset=utf-8", headers=headers
    )


@shared(seconds=_KEPT_SECONDS, entries=_KEPT_CALENDARS)
def _written(group_id: int, _state: str) -> bytes:
    """Return the calendar as it is now; programs that ask again are given the same bytes."""
    with read_session() as session:
        return write_group_calendar(session, group_id)


def _group_id(request: Request) -> int:
    asked = request.path_params["group_id"]
    return int(asked) if _NUMBER.fullmatch(asked) else 0


def _note_use(feed: FeedView) -> None:
    if not service.is_touch_due(feed, now=now()):
        return
    # The calendar is served even when its use cannot be noted.
    with suppress(OutageError, BusyError):
        write(lambda session: service.touch(session, feed.id, now=now()))


def _limited(request: Request, wait: timedelta) -> Response:
    seconds = max(int(wait.total_seconds()), 1)
    error = LimitedError(
        "Too many wrong links from this address; try again in {seconds} s.", seconds=seconds
    )
    return problem(request, error)
