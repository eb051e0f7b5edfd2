"""Each type of event from the form to what players read: all of it, valid by the schema."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from console.events.presenters.form import blank_input, draft_of
from infoscreen_core.contracts import event_list_payload
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from infoscreen_core.services.playing import playing
from infoscreen_core.services.playing.media_links import MediaLinks
from infoscreen_core.services.system_settings import read_all, set_setting
from tests.support.events.planning import MONDAY, Sessions, add_group, local, utc
from tests.support.media.files import add_file

_SITE = "https://www.example.org/plan?a=1"
_UNTIS = "https://untis.example/today"
_FILES = {
    "pdf": ("Menü.pdf", MediaType.PDF),
    "picture": ("Ausflug.jpg", MediaType.JPG),
    "film": ("Schulfilm.mp4", MediaType.MP4),
}
_SLIDES = {"slide_interval": 7, "page_progress": False, "auto_progress": False}
_FILM = {"autoplay": False, "loop": False, "muted": True}


def _planned(
    session: Session, kind: EventType, chosen: tuple[str, ...], typed: Mapping[str, Any]
) -> tuple[dict[str, int], Any]:
    """Plan what a form says; return the files' ids, and the group's list as players read it."""
    group = add_group(session)
    set_setting(session, "supplement_table_url", _UNTIS, actor=CLI, now=MONDAY)
    files = {name: add_file(session, *_FILES[name], now=MONDAY) for name in chosen}
    blank = blank_input(
        local("2026-09-07T08:00"),
        local("2026-09-07T08:50"),
        read_all(session),
        group_ids=(group,),
    )
    form = replace(
        blank, title="Aula", event_type=kind, event_media_ids=tuple(files.values()), **typed
    )
    events.create_events(session, draft_of(form), actor=CLI, now=MONDAY)
    lists = playing.active_lists(
        session, now=utc("2026-09-07T06:10"), media_links=MediaLinks("https://m")
    )
    return files, json.loads(event_list_payload(lists[group]))


@pytest.mark.parametrize(
    ("kind", "chosen", "typed", "block", "expected"),
    [
        (EventType.WEBSITE, (), {"website_url": _SITE}, "website", {"url": _SITE}),
        (EventType.WEBUNTIS, (), {}, "website", {"type": "browser", "url": _UNTIS}),
        (EventType.PRESENTATION, ("pdf", "picture"), _SLIDES, "presentation", _SLIDES),
        (EventType.PRESENTATION, (), {"website_url": _SITE, **_SLIDES}, "presentation", _SLIDES),
        (EventType.VIDEO, ("film",), {"volume": 35, **_FILM}, "video", {"volume": 0.35, **_FILM}),
        (EventType.VIDEO, (), {"website_url": _SITE}, "video", {"url": _SITE, "autoplay": True}),
        *(
            (
                EventType.MESSAGE,
                (),
                {"message_text": "Heute Chor", "message_severity": look},
                "message",
                {"text": "Heute Chor", "severity": look.value},
            )
            for look in Severity
        ),
        (EventType.OTHER, (), {}, None, {}),
    ],
)
def test_what_a_form_says_reaches_the_players(
    sqlite_sessions: Sessions,
    conforms: Callable[[str, object], bool],
    *,
    kind: EventType,
    chosen: tuple[str, ...],
    typed: Mapping[str, Any],
    block: str | None,
    expected: Mapping[str, Any],
) -> None:
    with sqlite_sessions.begin() as session:
        files, payload = _planned(session, kind, chosen, typed)
    assert conforms("event_list", payload)
    (item,) = payload
    assert item["event_type"] == kind.value
    blocks = {name for name in ("presentation", "website", "video", "message") if item.get(name)}
    assert blocks == ({block} if block else set())
    assert expected.items() <= (item[block] if block else {}).items()
    told = json.dumps(item, ensure_ascii=False)
    assert all(f"/{media_id}/" in told for media_id in files.values())


def test_the_files_of_a_presentation_are_told_in_the_order_of_the_form(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        files, payload = _planned(session, EventType.PRESENTATION, ("picture", "pdf"), {})
    told = payload[0]["presentation"]["files"]
    assert [file["name"] for file in told] == ["Ausflug.jpg", "Menü.pdf"]
    assert all(len(file["checksum_sha256"]) == 64 and file["size"] == 1000 for file in told)
    assert list(files) == ["picture", "pdf"]
