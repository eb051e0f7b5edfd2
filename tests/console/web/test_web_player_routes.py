"""Pages and answers for browsers that are screens: nobody signs in, the token is the key."""

import asyncio
import json
import logging

import httpx
import pytest
from starlette.types import ASGIApp

from console.runtime import read_session
from console.web.pages import media_store
from console.web.player import framing
from console.web.player import hub as hubs
from console.web.player.hub import Shown, hub
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import WebPlayerMessage
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.links import Signer
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.playing.web_screens import FeedDesk, GroupScreen, read_feed
from infoscreen_core.services.screens import web_player_box as box
from infoscreen_core.services.screens.web_players import revoke_address
from tests.support.console import Console
from tests.support.events.planning import plan
from tests.support.media.documents import color_of, write_pdf
from tests.support.media.files import add_file
from tests.support.screens.web_player import Address, add_address
from tests.support.web import Visitor

CHECKSUM = "12" * 32


@pytest.fixture
def address(console: Console) -> Address:
    with console.sessions.begin() as session:
        return add_address(session)


def _say(app: ASGIApp, address: Address, content: bytes | str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=("10.1.2.3", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://here.test") as client:
            return await client.post(f"{address.path}/say", content=content)

    return asyncio.run(send())


def _message(kind: str = "heartbeat", **payload: object) -> str:
    return json.dumps({"messages": [{"kind": kind, "payload": payload}]})


def test_the_page_needs_no_session_and_trusts_nobody_else(
    visitor: Visitor, address: Address
) -> None:
    answer = visitor.visit(address.path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert address.token not in answer.text
    assert 'data-state="open"' in answer.text


def test_a_wrong_address_says_so(visitor: Visitor, address: Address) -> None:
    answer = visitor.visit(f"{address.path}x")
    assert answer.status_code == 403
    assert 'data-state="ended"' in answer.text
    for path in ("/events?window=w", f"/pages/{CHECKSUM}", f"/pages/{CHECKSUM}/1.webp"):
        assert visitor.get(f"{address.path}x{path}").status_code == 403


def test_the_page_speaks_the_language_of_the_installation(
    visitor: Visitor, address: Address
) -> None:
    assert "Diese Adresse gilt nicht mehr" in visitor.visit(address.path).text
    english = visitor.visit(f"{address.path}?lang=en").text
    assert "This address does not hold any more" in english
    assert '<html lang="en"' in english


@pytest.mark.parametrize("name", ["main.js", "sw.js", "player.css"])
def test_its_files_are_served_to_everybody(visitor: Visitor, name: str) -> None:
    answer = visitor.get(f"/player/assets/{name}")
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "status"), [("player.html", 404), ("nothing.js", 404), ("..%2froutes.py", 401)]
)
def test_other_files_are_none(visitor: Visitor, name: str, status: int) -> None:
    assert visitor.get(f"/player/assets/{name}").status_code == status


def test_the_rest_of_the_console_stays_shut(visitor: Visitor, address: Address) -> None:
    elsewhere = ("/player", "/players/x", "/files/1/pages", "/screenshots/x.jpg", "/clients")
    below = (f"{address.path}/", f"{address.path}/x", f"{address.path}/pages/../clients")
    for path in (*elsewhere, *below):
        assert visitor.get(path).status_code == 401


def test_what_is_said_waits_with_its_sender_and_address(
    app: ASGIApp, console: Console, address: Address
) -> None:
    answer = _say(app, address, _message("discovery", uuid="somebody else", hostname="h"))
    assert answer.status_code == 200
    with console.sessions() as session:
        [row] = session.query(WebPlayerMessage).all()
    read = json.loads(row.payload)
    assert (read["uuid"], read["ip"]) == (address.uuid, "10.1.2.3")


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"messages": []}', '{"messages": [{"kind": "events", "payload": {}}]}'],
)
def test_what_is_no_message_is_refused(app: ASGIApp, address: Address, content: str) -> None:
    answer = _say(app, address, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_too_much_at_once_is_refused_unread(app: ASGIApp, address: Address) -> None:
    answer = _say(app, address, b"[" * (4 * 2**20 + 1))
    assert answer.status_code == 422
    assert "4194304" in answer.json()["error"]


def test_a_full_box_asks_to_come_later(
    app: ASGIApp, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "MAX_WAITING", 0)
    assert _say(app, address, _message()).status_code == 429


def test_pages_are_served_of_what_is_on_the_screen_only(
    console: Console, visitor: Visitor, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pdf(media_store().content_path(CHECKSUM))
    now = utc_now()
    with console.sessions.begin() as session:
        media_id = add_file(session, "plan.pdf", MediaType.PDF, now=now, checksum_sha256=CHECKSUM)
    assert visitor.get(f"{address.path}/pages/{CHECKSUM}").status_code == 404
    with console.sessions.begin() as session:
        plan(
            session,
            address.group_id,
            now=now,
            event_type=EventType.PRESENTATION,
            event_media_id=media_id,
            message_text=None,
            start=now.replace(tzinfo=None, hour=0),
            end=now.replace(tzinfo=None, hour=23, minute=59, second=59, microsecond=999999),
            timezone="UTC",
        )
    with read_session() as session:
        feed = read_feed(session, FeedDesk(media_store(), lambda: Signer(b"x")), now=now)
    monkeypatch.setattr(hub, "shown", Shown(feed, {}))
    assert visitor.get(f"{address.path}/pages/{CHECKSUM}").json() == {"pages": 3}
    answer = visitor.get(f"{address.path}/pages/{CHECKSUM}/2.webp?size=screen")
    assert answer.headers["content-type"] == "image/webp"
    _red, green, _blue = color_of(answer.content)
    assert green > 100
    assert visitor.get(f"{address.path}/pages/{'34' * 32}/1.webp").status_code == 404


def test_a_stream_needs_a_window(visitor: Visitor, address: Address) -> None:
    assert visitor.get(f"{address.path}/events").status_code == 422


def test_too_many_streams_are_turned_away(
    visitor: Visitor, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "MAX_CONNECTIONS", 0)
    assert visitor.get(f"{address.path}/events?window=w").status_code == 429


def test_no_log_line_has_the_token(
    app: ASGIApp, visitor: Visitor, address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        visitor.visit(address.path)
        _say(app, address, _message())
    ours = [
        record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    assert address.token not in "\n".join(record.getMessage() for record in ours)


def test_only_websites_on_the_screen_are_asked_about(
    console: Console, visitor: Visitor, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def find_refusal(url: str, _policy: object, *, asker: str) -> bool:
        asked.append((url, asker))
        return True

    monkeypatch.setattr(framing, "find_refusal", find_refusal)
    items = [{"id": 7, "website": {"url": "https://refuses.example/"}}, {"id": 8}]
    screen = GroupScreen(json.dumps(items).encode())
    monkeypatch.setattr(hub, "screen_of", lambda _player: screen)
    path = f"{address.path}/framing"
    assert [visitor.get(f"{path}/{number}").json()["refuses"] for number in (7, 7, 8, 9)] == [
        True,
        True,
        False,
        False,
    ]
    assert asked == [("https://refuses.example/", "http://infoscreen.test")]
    with console.sessions.begin() as session:
        revoke_address(session, address.uuid, actor=CLI, now=utc_now())
    assert visitor.get(f"{path}/7").status_code == 403
