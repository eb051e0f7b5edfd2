"""Small pictures of the library's files over HTTP."""

import pytest

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.media.views import MediaView
from tests.support.console import Console
from tests.support.media.samples import pdf, picture
from tests.support.media.shelves import Shelf
from tests.support.web import Visitor

WEBP = picture(MediaType.WEBP)


@pytest.fixture
def file(console: Console, visitor: Visitor) -> MediaView:
    """A file with a small picture, and an editor who may see it."""
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.EDITOR), domain="infoscreen.test")
    shelf = Shelf.at(console.settings.data_dir)
    with console.sessions.begin() as session:
        made = shelf.add(session, "Plan.pdf", pdf(), now=utc_now())
    path = shelf.store.derived_path(made.checksum, Target.THUMBNAIL)
    path.parent.mkdir(parents=True)
    path.write_bytes(WEBP)
    return made


def test_it_is_served_once_and_kept(visitor: Visitor, file: MediaView) -> None:
    answer = visitor.get(f"/library/{file.id}/thumbnail")
    assert (answer.content, answer.headers["content-type"]) == (WEBP, "image/webp")
    assert "private" in answer.headers["cache-control"]
    again = visitor.get(f"/library/{file.id}/thumbnail", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_not_made_yet_is_asked_for_again(
    visitor: Visitor, file: MediaView, console: Console
) -> None:
    shelf = Shelf.at(console.settings.data_dir)
    shelf.store.derived_path(file.checksum, Target.THUMBNAIL).unlink()
    for media_id in (file.id, 999):
        answer = visitor.get(f"/library/{media_id}/thumbnail")
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


def test_it_takes_a_session(visitor: Visitor, file: MediaView) -> None:
    visitor.cookies.clear()
    assert visitor.get(f"/library/{file.id}/thumbnail").status_code == 401
