"""What browsers show: the players' lists, and what a browser needs of files."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Conversion
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.links import Signer
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.playing.web_screens import FeedDesk, WebFeed, read_feed
from infoscreen_core.services.screens import web_players
from tests.support.events.planning import MONDAY, add_group, plan
from tests.support.media.files import add_file
from tests.support.people import ADMIN

NOW = MONDAY + timedelta(hours=1, minutes=10)
CHECKSUM = "ab" * 32
SIGNER = Signer(b"a key of this test")


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def _add(session: Session, group: str = "Aula") -> web_players.NewAddress:
    return web_players.add_web_player(
        session, group, group_id=add_group(session, group), actor=ADMIN, now=MONDAY
    )


def _plan_file(session: Session, group_id: int, kind: MediaType) -> int:
    media_id = add_file(session, f"plan.{kind}", kind, now=MONDAY, checksum_sha256=CHECKSUM)
    plan(
        session,
        group_id,
        event_type=EventType.PRESENTATION,
        event_media_id=media_id,
        message_text=None,
    )
    return media_id


def _read(session: Session, store: MediaStore) -> WebFeed:
    return read_feed(session, FeedDesk(store, lambda: SIGNER), now=NOW)


def _files(feed: WebFeed, group_id: int | None) -> list[dict[str, object]]:
    [item] = orjson.loads(feed.groups[group_id or 0].payload)
    files: list[dict[str, object]] = item["presentation"]["files"]
    return files


def test_each_browser_has_its_groups_list(
    sessions: sessionmaker[Session], store: MediaStore
) -> None:
    with sessions.begin() as session:
        aula, mensa = _add(session), _add(session, "Mensa")
        plan(session, aula.player.group_id or 0, title="Probe")
        feed = _read(session, store)
        by_name = {player.name: player for player in feed.players.values()}
        assert by_name.keys() == {"Aula", "Mensa"}
        [item] = orjson.loads(feed.screen_of(by_name["Aula"]).payload)
        assert (item["title"], item["message"]["text"]) == ("Probe", "Raum 12")
        assert feed.screen_of(by_name["Mensa"]).payload == b"[]"
        assert feed.next_boundary == MONDAY + timedelta(hours=1, minutes=50)
        assert (feed.organization, feed.timezone) == ("", "Europe/Vienna")
        assert mensa.player.name == "Mensa"


def test_a_pdf_says_where_its_pages_are(sessions: sessionmaker[Session], store: MediaStore) -> None:
    with sessions.begin() as session:
        group_id = _add(session).player.group_id or 0
        _plan_file(session, group_id, MediaType.PDF)
        feed = _read(session, store)
        [file] = _files(feed, group_id)
        assert (file["kind"], file["pages"]) == ("document", CHECKSUM)
        documents = feed.groups[group_id].documents or {}
        assert documents[CHECKSUM].path == store.content_path(CHECKSUM)


def test_an_office_document_is_shown_as_its_pdf(
    sessions: sessionmaker[Session], store: MediaStore
) -> None:
    with sessions.begin() as session:
        group_id = _add(session).player.group_id or 0
        media_id = _plan_file(session, group_id, MediaType.PPTX)
        pdf = store.derived_path(CHECKSUM, Target.PDF)
        session.add(
            Conversion(
                media_id=media_id,
                target_format=Target.PDF,
                file_hash=CHECKSUM,
                status=ConversionStatus.READY,
                target_path=store.relative(pdf),
                result={"checksum_sha256": "cd" * 32, "size": 7},
                created_at=MONDAY,
            )
        )
        session.flush()
        feed = _read(session, store)
        [file] = _files(feed, group_id)
        assert (file["kind"], file["pages"]) == ("document", CHECKSUM)
        assert (feed.groups[group_id].documents or {})[CHECKSUM].path == pdf


@pytest.mark.parametrize(
    ("kind", "expected"), [(MediaType.PNG, "picture"), (MediaType.SVG, "picture")]
)
def test_a_picture_is_one(
    sessions: sessionmaker[Session], store: MediaStore, kind: MediaType, expected: str
) -> None:
    with sessions.begin() as session:
        group_id = _add(session).player.group_id or 0
        _plan_file(session, group_id, kind)
        [file] = _files(_read(session, store), group_id)
        assert file["kind"] == expected
        assert "pages" not in file


def test_a_file_of_another_server_is_neither(
    sessions: sessionmaker[Session], store: MediaStore
) -> None:
    with sessions.begin() as session:
        group_id = _add(session).player.group_id or 0
        ours = add_file(session, "a.pdf", MediaType.PDF, now=MONDAY)
        plan(
            session,
            group_id,
            event_type=EventType.PRESENTATION,
            message_text=None,
            website_url=f"https://example.org/api/eventmedia/stream/{ours}/a.pdf",
        )
        [file] = _files(_read(session, store), group_id)
        assert file["kind"] == "other"


def test_links_are_signed_for_the_group_and_end_with_an_address(
    sessions: sessionmaker[Session], store: MediaStore
) -> None:
    with sessions.begin() as session:
        made = _add(session)
        group_id = made.player.group_id or 0
        _plan_file(session, group_id, MediaType.PNG)
        url = str(_files(_read(session, store), group_id)[0]["url"])
        assert url.startswith("/api/eventmedia/stream/")
        assert f"g={group_id}&e=" in url
        assert str(_files(_read(session, store), group_id)[0]["url"]) == url
        web_players.renew_address(session, made.player.uuid, actor=ADMIN, now=NOW)
        renewed = str(_files(_read(session, store), group_id)[0]["url"])
        assert renewed != url
        web_players.revoke_address(session, made.player.uuid, actor=ADMIN, now=NOW)
        other = web_players.add_web_player(
            session, "Noch einer", group_id=group_id, actor=ADMIN, now=NOW
        )
        assert other.player.group_id == group_id
        assert str(_files(_read(session, store), group_id)[0]["url"]) not in {url, renewed}


def test_lists_are_read_anew_when_their_links_are_signed_anew(
    sessions: sessionmaker[Session], store: MediaStore
) -> None:
    with sessions.begin() as session:
        _add(session)
        boundary = _read(session, store).next_boundary
        assert NOW < boundary <= NOW + timedelta(days=1)
