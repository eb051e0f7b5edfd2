"""Pictures, kept between the batches: slow work, so it gets only a share of the time.

The slowest part, to decode and measure them, is done ahead by a thread of its own, which mostly
needs no Python and so takes little from the others. Those that are ready are kept together, in one
transaction: for each alone its statements cost more than the picture itself.
"""

import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from infoscreen_core.contracts import WireError
from infoscreen_core.log import get_logger
from infoscreen_core.services.screens import dead_letters, pictures
from infoscreen_core.services.screens.dead_letters import Letter, Refusal
from infoscreen_core.services.screens.pictures import (
    Kept,
    Picture,
    PictureError,
    PictureFacts,
    PictureTooLargeError,
)
from workers.listener.batch import PictureRequest
from workers.listener.letters import RefusalLog
from workers.mqtt.connection import ReceivedMessage
from workers.runtime import SessionFactory, is_outage

log = get_logger()

TURN_SECONDS = 0.06
"""After this long the telemetry has its turn again; one picture is always looked at."""
MOST_WAITING = 50
"""So many pictures wait for room at most while all else is stored."""
TOGETHER: Final = 10
"""So many pictures are kept in one transaction at most."""
_LARGE: Final = 512 * 1024
"""Bytes from which a picture is kept by itself, and rather decoded twice than held in memory."""


class _Look(NamedTuple):
    """What a picture is, and its bytes unless they are many."""

    facts: PictureFacts
    data: bytes | None


@dataclass(slots=True)
class _Waiting:
    """A picture that waits, and what is found out of it meanwhile."""

    request: PictureRequest
    found: Future[_Look] | None

    @property
    def is_small(self) -> bool:
        """Whether it was looked at, is in order and not large."""
        found = self.found
        if found is None or not found.done() or found.exception() is not None:
            return False
        return found.result().data is not None

    def look(self) -> _Look:
        """Return what is found; another attempt looks anew."""
        found, self.found = self.found, None
        return found.result() if found else _look(self.request)


class PictureDesk:
    """Pictures waiting to be checked, judged and kept.

    Between `start()` and `stop()` they are looked at ahead of their turn; else in it.
    """

    def __init__(self, sessions: SessionFactory, directory: Path, refusals: RefusalLog) -> None:
        self.kept = 0
        self.let_go_count = 0
        self._sessions = sessions
        self._directory = directory
        self._refusals = refusals
        self._waiting: deque[_Waiting] = deque()
        self._ahead: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Begin to look at pictures ahead of their turn."""
        self._ahead = ThreadPoolExecutor(1, "pictures")

    def stop(self) -> None:
        """End it."""
        if self._ahead:
            self._ahead.shutdown(wait=False, cancel_futures=True)
            self._ahead = None

    @property
    def waiting(self) -> int:
        """How many pictures wait."""
        return len(self._waiting)

    @property
    def is_ready(self) -> bool:
        """Whether the first that waits can be kept at once."""
        if not self._waiting:
            return False
        found = self._waiting[0].found
        return found is None or found.done()

    def add(self, requests: Iterable[PictureRequest]) -> None:
        """Queue pictures; their messages are acknowledged when `take_turn` returns them."""
        for request in requests:
            found = self._ahead.submit(_look, request) if self._ahead else None
            self._waiting.append(_Waiting(request, found))

    def take_turn(self) -> list[ReceivedMessage]:
        """Work on pictures that are ready for a moment; return the messages that are done.

        Raises while the database is away.
        """
        end = time.monotonic() + TURN_SECONDS
        finished: list[ReceivedMessage] = []
        while self.is_ready and (not finished or time.monotonic() < end):
            together = self._ready_together()
            try:
                self._deal_with(together)
            except Exception:
                if finished:
                    break  # those are done all the same; the error comes again in the next turn
                raise
            finished += [self._waiting.popleft().request.message for _ in together]
        return finished

    def _ready_together(self) -> list[_Waiting]:
        """Return the first that waits, with those after it that can be kept along with it."""
        together: list[_Waiting] = []
        for one in islice(self._waiting, TOGETHER):
            if not one.is_small:
                break
            together.append(one)
        return together or [self._waiting[0]]

    def let_go(self) -> list[ReceivedMessage]:
        """Give up the oldest pictures of too many; return their messages.

        For the time in which pictures alone find no room: the broker sends nothing more once a
        hundred messages wait for their acknowledgement, and a newer picture says more.
        """
        surplus = [self._waiting.popleft() for _ in range(len(self._waiting) - MOST_WAITING)]
        self.let_go_count += len(surplus)
        return [one.request.message for one in surplus]

    def _deal_with(self, together: list[_Waiting]) -> None:
        try:
            self._keep(together)
        except Exception as error:
            if is_outage(error):
                raise
            if len(together) == 1:
                self._refuse_for(together[0].request, error)
                return
            log.warning("ingest.pictures_split", pictures=len(together))
            for one in together:
                self._deal_with([one])

    def _refuse_for(self, request: PictureRequest, error: Exception) -> None:
        if isinstance(error, WireError):
            self._refuse(request, error.reason, error.detail)
        elif isinstance(error, PictureTooLargeError):
            self._refuse(request, Refusal.PICTURE_TOO_LARGE, str(error))
        elif isinstance(error, PictureError):
            self._refuse(request, Refusal.NOT_A_PICTURE, str(error))
        else:
            log.error(
                "ingest.picture_not_storable", client_uuid=request.client_uuid, exc_info=error
            )
            self._refuse(request, Refusal.NOT_STORABLE, f"{type(error).__name__}: {error}")

    def _keep(self, together: list[_Waiting]) -> None:
        looks = [(one.request, one.look()) for one in together]
        files = [
            (_picture(request, look.facts), look.data or request.read()) for request, look in looks
        ]
        rows = [picture for picture, _ in files]
        kept = pictures.store(self._directory, files, keep_rows=lambda: self._keep_rows(rows))
        for request, _ in looks:
            if request.client_uuid in kept.unknown:
                self._refuse(request, Refusal.UNKNOWN_CLIENT, "No client has this UUID (any more).")
            else:
                self.kept += 1

    def _keep_rows(self, rows: list[Picture]) -> Kept:
        with self._sessions.begin() as session:
            return pictures.keep(session, rows)

    def _refuse(self, request: PictureRequest, reason: str, detail: str) -> None:
        message = request.message
        letter = Letter(
            message.topic, message.payload, message.received_at, request.client_uuid, reason, detail
        )
        with self._sessions.begin() as session:
            dead_letters.record(session, [letter])
        self._refusals.note([letter])


def _look(request: PictureRequest) -> _Look:
    data = request.read()
    return _Look(pictures.inspect(data), data if len(data) < _LARGE else None)


def _picture(request: PictureRequest, facts: PictureFacts) -> Picture:
    return Picture(
        client_uuid=request.client_uuid,
        type=request.type,
        captured_at=request.captured_at,
        received_at=request.message.received_at,
        event_id=request.event_id,
        occasion=request.occasion,
        facts=facts,
    )
