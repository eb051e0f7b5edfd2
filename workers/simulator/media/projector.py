"""One player's files: what it asks for, what it has, and what of that is on its screen.

What is on the screen stays there until something better has come: a new version of a file is
fetched behind the one that is shown, and where it can't be had, the old one goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from infoscreen_core.contracts import EventItem
from infoscreen_core.domain.screens.player import LogLevel
from workers.simulator.agenda import Agenda, Effect, Fetch
from workers.simulator.media.files import Failure, Outcome, Slides, WantedFile, list_wanted
from workers.simulator.media.show import Page, Show
from workers.simulator.reports import Reporter
from workers.simulator.state import PlayerState

SOON: Final = timedelta(seconds=2)
"""The first pause before a server that did not answer is asked again; doubled each time."""
LATER: Final = timedelta(seconds=60)
"""The same after an answer that another attempt will hardly change."""
_LONGEST: Final = timedelta(minutes=10)
_PATIENCE: Final = 3
"""So many attempts in a row without an answer are an error; fewer are a warning."""


@dataclass
class _Trouble:
    """A file that could not be had, so many times in a row."""

    url: str
    failure: Failure
    attempts: int = 1

    @property
    def is_final(self) -> bool:
        """Whether it counts as an error of which people should know."""
        return not self.failure.may_pass_soon or self.attempts >= _PATIENCE

    @property
    def pause(self) -> timedelta:
        """How long to wait before the next attempt."""
        first = SOON if self.failure.may_pass_soon else LATER
        return min(first * (1 << min(self.attempts - 1, 10)), _LONGEST)


@dataclass
class _Files:
    """What the player has, by content, and what it could not have."""

    slides: dict[str, Slides] = field(default_factory=dict)
    troubles: dict[str, _Trouble] = field(default_factory=dict)
    asked: dict[str, WantedFile] = field(default_factory=dict)


class Projector:
    """Keeps the files of a player's list at hand, and `state.show` what they give."""

    def __init__(
        self, state: PlayerState, reporter: Reporter, agenda: Agenda, send: Callable[[Effect], None]
    ) -> None:
        self._state = state
        self._reporter = reporter
        self._agenda = agenda
        self._send = send
        self._files = _Files()

    def forget(self) -> None:
        """Lose what a machine loses with its power; the fleet's shelf keeps the files."""
        self._files = _Files()
        self._state.show, self._state.is_blank = None, False

    def follow(self, now: datetime) -> None:
        """Ask for what the list needs, and show what there is."""
        wanted = {file.key: file for event in self._state.events for file in list_wanted(event)}
        self._drop_all_but(set(wanted))
        for key, file in wanted.items():
            trouble = self._files.troubles.get(key)
            is_new_address = trouble is not None and trouble.url != file.url
            if key not in self._files.slides and (trouble is None or is_new_address):
                self._ask(file)
        self._refresh(now)

    def arrived(self, outcome: Outcome, now: datetime) -> None:
        """Take what came of a file that was asked for; what nobody wants any more is dropped."""
        key = outcome.file.key
        if self._files.asked.get(key) != outcome.file:
            return
        del self._files.asked[key]
        if outcome.slides is not None:
            self._take(key, outcome.slides, outcome.file.name, now)
        else:
            self._note_trouble(key, outcome, now)
        self._refresh(now)

    @property
    def is_waiting(self) -> bool:
        """Whether the shown event has nothing on the screen yet, but will or may have."""
        event = self._state.shown
        if event is None or self._state.show is not None:
            return False
        return any(self._is_under_way(file) for file in list_wanted(event))

    def _drop_all_but(self, keys: set[str]) -> None:
        files = self._files
        files.slides = {key: one for key, one in files.slides.items() if key in keys}
        for key in files.troubles.keys() - keys:
            del files.troubles[key]
            self._agenda.cancel(f"media:{key}")
        for key in files.asked.keys() - keys:
            del files.asked[key]

    def _ask(self, file: WantedFile) -> None:
        if self._files.asked.get(file.key) != file:
            self._agenda.cancel(f"media:{file.key}")
            self._files.asked[file.key] = file
            self._send(Fetch(file))

    def _take(self, key: str, slides: Slides, name: str, now: datetime) -> None:
        self._files.slides[key] = slides
        if self._files.troubles.pop(key, None) is not None:
            self._agenda.cancel(f"media:{key}")
            self._reporter.write_log(LogLevel.INFO, f"Media file is complete now: {name}", now)

    def _note_trouble(self, key: str, outcome: Outcome, now: datetime) -> None:
        failure = outcome.failure or Failure.UNSUPPORTED
        before = self._files.troubles.get(key)
        goes_on = before is not None and before.failure is failure
        attempts = before.attempts + 1 if before is not None and goes_on else 1
        trouble = _Trouble(outcome.file.url, failure, attempts)
        self._files.troubles[key] = trouble
        if not goes_on or (failure.may_pass_soon and attempts == _PATIENCE):
            self._tell(trouble, outcome, now)
        self._agenda.put(f"media:{key}", now + trouble.pause, lambda _at: self._ask(outcome.file))

    def _tell(self, trouble: _Trouble, outcome: Outcome, now: datetime) -> None:
        level = LogLevel.ERROR if trouble.is_final else LogLevel.WARN
        file = outcome.file
        context: dict[str, Any] = {
            "file": file.name,
            "media_url": file.plain_url,
            "failure": trouble.failure.value,
            "detail": outcome.detail,
            "attempts": trouble.attempts,
            "checksum_sha256": file.checksum,
        }
        text = f"Media file could not be shown: {file.name} ({trouble.failure.value})"
        self._reporter.write_log(level, text, now, context=context)

    # --- the screen ---

    def _refresh(self, now: datetime) -> None:
        event = self._state.shown
        self._state.show = self._next_show(event, now) if event is not None else None
        wanted = list_wanted(event) if event is not None else ()
        self._state.is_blank = (
            self._state.show is None
            and bool(wanted)
            and all(self._has_failed(file) for file in wanted)
        )

    def _next_show(self, event: EventItem, now: datetime) -> Show | None:
        before = self._state.show
        old = before if before is not None and before.event_id == event.id else None
        wanted = list_wanted(event)
        pages = self._pages(event, wanted)
        if not pages:
            has_all = all(file.key in self._files.slides for file in wanted)
            return None if has_all else old
        is_more = old is not None and pages[: len(old.pages)] == old.pages
        if old is not None and not is_more and any(self._is_under_way(file) for file in wanted):
            return old
        since = old.since if old is not None and is_more else now
        slides = event.presentation
        return Show(
            event.id,
            pages,
            since,
            turns=slides is None or slides.auto_progress,
            has_progress=slides is not None and slides.page_progress,
        )

    def _pages(self, event: EventItem, wanted: Sequence[WantedFile]) -> tuple[Page, ...]:
        usual = event.presentation.slide_interval if event.presentation is not None else 10
        return tuple(
            Page(path, slides.seconds_each or usual)
            for slides in (self._files.slides.get(file.key) for file in wanted)
            if slides is not None
            for path in slides.pages
        )

    def _is_under_way(self, file: WantedFile) -> bool:
        return file.key not in self._files.slides and not self._has_failed(file)

    def _has_failed(self, file: WantedFile) -> bool:
        trouble = self._files.troubles.get(file.key)
        return trouble is not None and trouble.is_final
