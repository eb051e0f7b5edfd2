"""Pictures of screens over HTTP."""

from datetime import datetime, timedelta

import pytest

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientScreenshot
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.screens.screens import ScreenHealth
from tests.support.console import Console
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor

UUID = uuid_of(1)
JPEG, PNG = b"\xff\xd8\xff\xe0 a picture", b"\x89PNG\r\n\x1a\n another"


@pytest.fixture(autouse=True)
def _signed_in(console: Console, visitor: Visitor) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    with console.sessions.begin() as session:
        add_client(session, 1)
        add_client(session, 2)


def _keep(
    console: Console,
    name: str,
    content: bytes,
    at: datetime,
    *,
    kind: PictureType = PictureType.PERIODIC,
) -> int:
    folder = console.settings.data_dir / "screenshots" / UUID
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    with console.sessions.begin() as session:
        row = ClientScreenshot(
            client_uuid=UUID,
            type=kind,
            filename=name,
            captured_at=at,
            received_at=at,
            md5=name.ljust(32, "0"),
            size=len(content),
            width=1,
            height=1,
            screen_health=ScreenHealth.OK,
        )
        session.add(row)
        session.flush()
        return row.id


def test_the_latest_picture_is_served_with_its_type_and_mark(
    console: Console, visitor: Visitor
) -> None:
    now = utc_now()
    _keep(console, "old.jpg", JPEG, now - timedelta(minutes=1))
    _keep(console, "new.jpg", PNG, now)
    answer = visitor.get(f"/screenshots/{UUID}.jpg")
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    again = visitor.get(f"/screenshots/{UUID}.jpg", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    any_there_is = visitor.get(f"/screenshots/{UUID.upper()}.jpg", if_none_match="*")
    assert any_there_is.status_code == 304
    assert visitor.get(f"/screenshots/{UUID}.jpg", if_none_match='"x"').content == PNG
    assert "private" in answer.headers["cache-control"]


def test_an_active_priority_picture_wins_and_later_falls_back(
    console: Console, visitor: Visitor
) -> None:
    now = utc_now()
    _keep(console, "start.jpg", JPEG, now - timedelta(seconds=60), kind=PictureType.EVENT_START)
    _keep(console, "newer.jpg", PNG, now)
    assert visitor.get(f"/screenshots/{UUID}/priority").content == JPEG
    with console.sessions.begin() as session:
        picture = session.query(ClientScreenshot).filter_by(type=PictureType.EVENT_START).one()
        picture.received_at = now - timedelta(seconds=121)
    assert visitor.get(f"/screenshots/{UUID}/priority").content == PNG


def test_a_kept_picture_may_be_cached_for_good(console: Console, visitor: Visitor) -> None:
    number = _keep(console, "one.jpg", JPEG, utc_now())
    answer = visitor.get(f"/screenshots/{UUID}/{number}.jpg")
    assert answer.content == JPEG
    assert "immutable" in answer.headers["cache-control"]
    assert visitor.get(f"/screenshots/{uuid_of(2)}/{number}.jpg").status_code == 404


def test_what_is_not_there_is_not_found(console: Console, visitor: Visitor) -> None:
    number = _keep(console, "gone.jpg", JPEG, utc_now())
    (console.settings.data_dir / "screenshots" / UUID / "gone.jpg").unlink()
    missing = (
        f"{UUID}.jpg",
        f"{UUID}/{number}.jpg",
        f"{uuid_of(2)}.jpg",
        f"{uuid_of(2)}/priority",
        "x.jpg",
        "..%2F..%2Finfoscreen.jpg",
    )
    for path in missing:
        assert visitor.get(f"/screenshots/{path}").status_code == 404, path


def test_a_stored_name_cannot_lead_out_of_the_players_folder(
    console: Console, visitor: Visitor
) -> None:
    number = _keep(console, "in.jpg", JPEG, utc_now())
    (console.settings.data_dir / "secret.jpg").write_bytes(b"secret")
    with console.sessions.begin() as session:
        session.query(ClientScreenshot).one().filename = "../../secret.jpg"
    assert visitor.get(f"/screenshots/{UUID}/{number}.jpg").status_code == 404
