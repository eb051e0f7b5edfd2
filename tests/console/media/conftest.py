"""An editor at a library with some files, whose board and uploads are told by the test."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.media import folders
from infoscreen_core.services.media.views import MediaView
from tests.support.console import Console
from tests.support.media.parts import FakeBoard, FakeUploads
from tests.support.media.samples import pdf, picture
from tests.support.media.shelves import Shelf


@pytest.fixture
def shelf(console: Console, board: FakeBoard, uploads: FakeUploads) -> Shelf:
    """An empty library, and an editor who looks at it."""
    assert not board.data
    assert not uploads.data
    console.sign_in_as(Role.EDITOR)
    return Shelf.at(console.settings.data_dir)


@pytest.fixture
def library(console: Console, shelf: Shelf) -> dict[str, MediaView]:
    """A PDF and a picture at the top, another picture in the folder “Aushänge”."""
    now = utc_now()
    with console.sessions.begin() as session:
        return _filled(session, shelf, now)


def _filled(session: Session, shelf: Shelf, now: datetime) -> dict[str, MediaView]:
    folder = folders.create_folder(session, "Aushänge", parent_id=None, actor=CLI, now=now)
    files = (
        shelf.add(session, "Speiseplan.pdf", pdf(3), now=now),
        shelf.add(session, "Aula.png", picture(), now=now),
        shelf.add(session, "Plakat.png", picture(colour="red"), folder.id, now=now),
    )
    return {file.name: file for file in files}
