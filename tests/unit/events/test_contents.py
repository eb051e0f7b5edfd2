from typing import Any

import pytest

from infoscreen_core.domain.events.contents import Lack, find_lack, is_moving
from infoscreen_core.domain.events.event import EventType

NOTHING: dict[str, Any] = {"has_file": False, "address": None, "text": None}


@pytest.mark.parametrize(
    ("kind", "lack"),
    [
        (EventType.VIDEO, Lack.FILE),
        (EventType.WEBSITE, Lack.ADDRESS),
        (EventType.WEBUNTIS, Lack.ADDRESS),
        (EventType.MESSAGE, Lack.TEXT),
        (EventType.PRESENTATION, None),
        (EventType.OTHER, None),
    ],
)
def test_what_an_empty_event_lacks(kind: EventType, lack: Lack | None) -> None:
    assert find_lack(kind, **NOTHING) is lack
    assert find_lack(kind, has_file=False, address="", text="") is lack


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (EventType.VIDEO, {"has_file": True}),
        (EventType.VIDEO, {"address": "https://films.example/a.mp4"}),
        (EventType.WEBSITE, {"address": "https://a.example/"}),
        (EventType.WEBUNTIS, {"address": "https://a.example/"}),
        (EventType.MESSAGE, {"text": "Raum 12"}),
    ],
)
def test_nothing_is_lacking_once_it_is_given(kind: EventType, given: dict[str, Any]) -> None:
    assert find_lack(kind, **(NOTHING | given)) is None


@pytest.mark.parametrize(
    ("kind", "auto_progress", "page_count", "expected"),
    [
        (EventType.VIDEO, False, None, True),
        (EventType.PRESENTATION, True, 2, True),
        (EventType.PRESENTATION, True, 1, False),
        (EventType.PRESENTATION, True, None, False),
        (EventType.PRESENTATION, False, 9, False),
        (EventType.WEBSITE, True, 9, False),
        (EventType.MESSAGE, True, None, False),
    ],
)
def test_only_films_and_pages_that_turn_by_themselves_move(
    kind: EventType, auto_progress: bool, page_count: int | None, *, expected: bool
) -> None:
    assert is_moving(kind, auto_progress=auto_progress, page_count=page_count) is expected
