"""Stands in for the calendar component, which only a browser can run."""

from collections.abc import Mapping, Sequence
from typing import Any

VIEW = {"type": "timeGrid", "title": "November 2026"}


class FakeCalendar:
    """Remembers what the page draws, and reports what a test says a person did."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.options: dict[str, Any] = {}
        self.callbacks: list[str] = []
        self.value: dict[str, Any] = {}

    def __call__(
        self,
        events: Sequence[Mapping[str, Any]],
        options: Mapping[str, Any],
        callbacks: Sequence[str],
        key: str,
    ) -> dict[str, Any]:
        assert key
        self.events = [dict(event) for event in events]
        self.options, self.callbacks = dict(options), list(callbacks)
        return self.value

    @property
    def titles(self) -> list[str]:
        return [event["title"] for event in self.events if "title" in event]

    def find(self, title: str, day: str = "") -> dict[str, Any]:
        """The drawn event of this title (that starts on this day)."""
        return next(
            event
            for event in self.events
            if event.get("title", "").startswith(title) and event["start"].startswith(day)
        )

    def click(self, event: Mapping[str, Any]) -> None:
        self._report("eventClick", {"event": dict(event), "view": self._view()})

    def click_slot(self, start: str) -> None:
        self._report(
            "dateClick", {"date": f"{start}:00.000Z", "allDay": False, "view": self._view()}
        )

    def drop(self, event: Mapping[str, Any], start: str, end: str) -> None:
        moved = {**event, "start": f"{start}:00Z", "end": f"{end}:00Z", "allDay": False}
        self._report("eventChange", {"oldEvent": dict(event), "event": moved, "view": self._view()})

    def _view(self) -> dict[str, Any]:
        return {
            **VIEW,
            "type": self.options["initialView"],
            "title": str(self.options["titleFormat"]),
        }

    def _report(self, callback: str, value: Mapping[str, Any]) -> None:
        self.value = {"callback": callback, callback: dict(value)}
