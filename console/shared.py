"""Readings that all browsers share for a moment: many pages cost the database as much as one.

What somebody changes through this process is seen at once: a reading is out of date when a table
is changed from which it came, itself or by other readings. Streamlit's own cache would copy each
reading for each caller; ours are frozen and may be handed around.

What many pages show is made anew in the background while somebody asks for it, so that whoever
comes just after it grew old need not wait: for twice its time it may still be shown. A failure ends
that at once: the next one who asks reads for themselves, and learns of it.

What a page shows when it is opened is also kept ready while nobody looks (`keeping_ready`): made
anew less often, and shown for longer to the first who comes.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from typing import Any, Final, ParamSpec, TypeVar

from console.i18n import current_language, use_language
from console.runtime import OutageError, note_read, noting, resources
from infoscreen_core.log import get_logger

P = ParamSpec("P")
R = TypeVar("R")
log = get_logger()

_REST: Final = 10
"""A slow reading is kept this many times its duration, so that it never takes up the process."""
_LONGEST_REST: Final = 10.0
"""Seconds; one stall of the machine may not leave a page with old news for minutes."""
STALE_SECONDS: Final = 600.0
"""How long a reading is shown, with its age, while the database does not answer."""
WATCHED_SECONDS: Final = 60.0
"""So long after somebody asked a reading is made anew, or three times as long as it is good."""
READY_SECONDS: Final = 10.0
"""So old at most is what was kept ready for whoever comes: as old as a page that renews itself."""
_NEVER: Final = float("-inf")
_is_keeping: ContextVar[bool] = ContextVar("keeping", default=False)


@dataclass(frozen=True)
class _Rules:
    """How the readings of one function are kept."""

    seconds: float
    is_kept_in_outage: bool
    is_renewed: bool


@dataclass(frozen=True)
class _Made:
    """One value, where it came from, and how long it will do."""

    value: Any
    tables: frozenset[str]
    writes: int
    read_at: float
    good_until: float
    shown_until: float
    """Until then it may be shown while it is made anew."""

    @property
    def is_changed(self) -> bool:
        """Whether a table that it came from was changed by this process."""
        return resources().writes.is_any_changed(self.tables, since=self.writes)

    @property
    def is_good(self) -> bool:
        """Whether there is no reason to make it anew."""
        return time.monotonic() < self.good_until and not self.is_changed


@dataclass(frozen=True)
class _Making:
    """A reading that is being made, and what of it is old."""

    may_be_old: bool
    """Whether somebody waits, and it is made anew at once: until then it is as old as that."""
    old: list[float] = field(default_factory=list)
    """Until when that may be shown."""


_making: ContextVar[_Making | None] = ContextVar("making", default=None)


class _Reading:
    """What a function returned for some arguments; whoever comes while it is read waits for it."""

    def __init__(self, read: Callable[[], Any], rules: _Rules) -> None:
        self._read, self._rules = read, rules
        self._lock = threading.Lock()
        self._made: _Made | None = None
        self._asked_at = _NEVER
        self._is_kept_ready = False
        self._language = current_language()

    def get(self) -> Any:  # noqa: ANN401 - any reading
        """Return the value, read anew when it is too old or what it came from was changed here."""
        if _is_keeping.get() and self._is_renewable():
            return self._keep()
        self._asked_at, made = time.monotonic(), self._made
        if made is None or not self._may_show(made):
            with self._lock:
                made = self._made
                if made is None or not self._may_show(made):
                    made = self._read_or_keep(made)
        if (making := _making.get()) and not made.is_good:
            making.old.append(made.shown_until)
        note_read(made.tables)
        return made.value

    def renew(self) -> float | None:
        """Read anew what somebody asked for lately; return when to do so again."""
        with self._lock:
            made = self._made
            is_watched = self._is_watched()
            if made is None or not (is_watched or self._is_kept_ready):
                return None
            if made.is_good:  # somebody could not wait, or another reading came through it
                return made.good_until if is_watched else None
            try:
                again = self._make(is_watched=is_watched).good_until
            except Exception as error:  # noqa: BLE001 - whoever asks next meets it as well
                log.info("console.not_renewed", error=type(error).__name__)
                self._give_up(made)
                return None
            return again if is_watched else None

    def _keep(self) -> Any:  # noqa: ANN401 - any reading
        """Return the value for nobody: it has to be good, and may be shown for longer then."""
        with self._lock:
            self._is_kept_ready, made = True, self._made
            if made is None or not made.is_good:
                try:
                    made = self._make(is_watched=self._is_watched())
                except Exception:
                    self._give_up(made)
                    raise
        note_read(made.tables)
        return made.value

    def _give_up(self, made: _Made | None) -> None:
        """Let whoever asks next read, and meet what forbids it."""
        self._made = made and replace(made, good_until=_NEVER, shown_until=_NEVER)

    def _read_or_keep(self, old: _Made | None) -> _Made:
        began, is_waited_for = time.monotonic(), not _is_keeping.get()
        try:
            made = self._make(
                is_watched=is_waited_for, may_be_old=is_waited_for and self._is_renewable()
            )
        except OutageError:
            is_known = old is not None and began - old.read_at < STALE_SECONDS
            if old is None or not is_known or not self._rules.is_kept_in_outage:
                raise
            return old
        if self._is_renewable():
            resources().renewals.plan(self, made.good_until)
        return made

    def _make(self, *, is_watched: bool = True, may_be_old: bool = False) -> _Made:
        """Read; if it `may_be_old`, then also from what is old but may be shown."""
        began, writes = time.monotonic(), resources().writes.count
        making = _Making(may_be_old)
        token, keeping = _making.set(making), _is_keeping.set(not is_watched)
        try:
            with noting() as touched, use_language(self._language):
                value = self._read()
        finally:
            _is_keeping.reset(keeping)
            _making.reset(token)
        good, shown = self._limits(time.monotonic() - began, is_watched=is_watched)
        if making.old:  # it is no better than what it is made of, and due at once
            good, shown = 0.0, min(shown, *(until - began for until in making.old))
        tables = frozenset(touched.read)
        self._made = _Made(value, tables, writes, began, began + good, began + shown)
        return self._made

    def _limits(self, cost: float, *, is_watched: bool) -> tuple[float, float]:
        """Return for how long it is good, and for how long it may be shown."""
        rest = max(self._rules.seconds, min(cost * _REST, cost + _LONGEST_REST))
        return rest, 2 * rest if is_watched else max(2 * rest, READY_SECONDS)

    def _may_show(self, made: _Made) -> bool:
        at = time.monotonic()
        if made.is_changed or at > made.shown_until:
            return False
        return at <= made.good_until or self._is_being_renewed()

    def _is_being_renewed(self) -> bool:
        """Whether it is made anew without anybody's waiting.

        What another reading is made of must not be old, or their ages would add up: unless somebody
        waits for that one, which is as old as what it is made of, then.
        """
        making = _making.get()
        if not self._is_renewable() or (making and not making.may_be_old):
            return False
        resources().renewals.plan(self, time.monotonic())
        return True

    def _is_renewable(self) -> bool:
        return self._rules.is_renewed and resources().renewals.is_running

    def _is_watched(self) -> bool:
        watched = max(WATCHED_SECONDS, 3 * self._rules.seconds)
        return time.monotonic() - self._asked_at <= watched


@contextmanager
def keeping_ready() -> Iterator[None]:
    """Ask for readings that are made anew for nobody, so that they are there for whoever comes.

    Nobody looks at them then: for `READY_SECONDS` they may be shown to the first who does.
    """
    token = _is_keeping.set(True)
    try:
        yield
    finally:
        _is_keeping.reset(token)


class _Readings:
    """The readings of one function by its arguments; the least recently used are forgotten."""

    def __init__(self, entries: int, rules: _Rules) -> None:
        self._guard = threading.Lock()
        self._by_key = OrderedDict[tuple[Any, ...], _Reading]()
        self._entries, self._rules = entries, rules

    def of(self, key: tuple[Any, ...], read: Callable[[], Any]) -> _Reading:
        """Return the reading for these arguments, a new one when there is none."""
        with self._guard:
            reading = self._by_key.get(key)
            if reading is None:
                reading = self._by_key[key] = _Reading(read, self._rules)
            self._by_key.move_to_end(key)
            while len(self._by_key) > self._entries:
                self._by_key.popitem(last=False)
        return reading


def shared(
    *, seconds: float, entries: int, is_kept_in_outage: bool = False, is_renewed: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Answer equal calls from one reading for `seconds`; keep at most `entries` readings.

    An error is not kept: the next caller tries again. A reading that `is_kept_in_outage` carries
    its age, and is the answer while the database gives none. One that `is_renewed` is made anew in
    the background while somebody asks for it: it may not depend on who asks, nor on what is asked
    once only, such as a search.
    """
    rules = _Rules(seconds, is_kept_in_outage, is_renewed)

    def decorate(read: Callable[P, R]) -> Callable[P, R]:
        readings = _Readings(entries, rules)

        @wraps(read)
        def answer(*args: P.args, **kwargs: P.kwargs) -> R:
            key = (resources().serial, args, tuple(sorted(kwargs.items())))
            value: R = readings.of(key, partial(read, *args, **kwargs)).get()
            return value

        return answer

    return decorate
