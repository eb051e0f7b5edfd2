"""Folders of the library: no two of one name, none within itself, and not too deep."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.media import folders
from tests.support.at_once import at_once
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions
from tests.support.listener.telemetry import empty
from tests.support.media.samples import pdf
from tests.support.media.shelves import Shelf
from tests.support.people import actions_of


@pytest.fixture
def sessions(shared: Sessions) -> Sessions:
    empty(shared)
    return shared


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session
        session.rollback()


def _make(session: Session, name: str, parent_id: int | None = None) -> int:
    return folders.create_folder(session, name, parent_id=parent_id, actor=CLI, now=NOW).id


def test_folders_are_created_renamed_and_moved(session: Session, tmp_path: Path) -> None:
    aula = _make(session, "  Aula ")
    posters = _make(session, "Plakate", aula)
    Shelf.at(tmp_path).add(session, "plan.pdf", pdf(), aula, now=NOW)
    views = {one.id: one for one in folders.list_folders(session)}
    assert (views[aula].name, views[aula].file_count, views[aula].folder_count) == ("Aula", 1, 1)
    assert (views[posters].parent_id, views[posters].file_count) == (aula, 0)
    assert folders.rename_folder(session, posters, "Poster", actor=CLI, now=NOW).name == "Poster"
    assert folders.move_folder(session, posters, None, actor=CLI, now=NOW).parent_id is None
    assert {one for one in actions_of(session) if "folder" in one} == {
        "media_folder.created",
        "media_folder.renamed",
        "media_folder.moved",
    }


def test_names_differ_in_more_than_case_within_one_folder_only(session: Session) -> None:
    aula = _make(session, "Aula")
    _make(session, "Aula", aula)
    with pytest.raises(ConflictError, match="a folder called “AULA” here already"):
        _make(session, "AULA")
    foyer = _make(session, "Foyer")
    with pytest.raises(ConflictError):
        folders.rename_folder(session, foyer, "aula", actor=CLI, now=NOW)
    inner = _make(session, "Foyer", aula)
    with pytest.raises(ConflictError):
        folders.move_folder(session, inner, None, actor=CLI, now=NOW)
    assert folders.rename_folder(session, foyer, "FOYER", actor=CLI, now=NOW).name == "FOYER"


def test_a_folder_is_not_put_into_itself(session: Session) -> None:
    outer = _make(session, "Aula")
    inner = _make(session, "Alt", _make(session, "Plakate", outer))
    for target in (outer, inner):
        with pytest.raises(InvalidInputError, match="“Aula” cannot be put into itself"):
            folders.move_folder(session, outer, target, actor=CLI, now=NOW)


def test_folders_lie_only_so_deep(session: Session) -> None:
    chain = [_make(session, "1")]
    for number in range(2, folders.MAX_DEPTH + 1):
        chain.append(_make(session, str(number), chain[-1]))
    with pytest.raises(InvalidInputError, match="10 deep at most"):
        _make(session, "tiefer", chain[-1])
    pair = _make(session, "Paar")
    _make(session, "innen", pair)
    with pytest.raises(InvalidInputError, match="10 deep at most"):
        folders.move_folder(session, pair, chain[-2], actor=CLI, now=NOW)
    assert folders.move_folder(session, pair, chain[-3], actor=CLI, now=NOW).parent_id == chain[-3]


def test_two_folders_moved_into_each_other_at_once_stay_apart(sessions: Sessions) -> None:
    with sessions.begin() as session:
        one, other = _make(session, "Eins"), _make(session, "Zwei")

    def move(folder: int, into: int) -> object:
        return in_transaction(
            sessions,
            lambda session: folders.move_folder(session, folder, into, actor=CLI, now=NOW),
        )

    done = at_once(lambda: move(one, other), lambda: move(other, one))
    assert [type(each.exception()) for each in done if each.exception()] == [InvalidInputError]


def test_what_does_not_exist_or_is_not_allowed_is_said(session: Session) -> None:
    with pytest.raises(NotFoundError, match="no folder with the number 999"):
        _make(session, "Aula", 999)
    with pytest.raises(NotFoundError):
        folders.get_view(session, 999)
    with pytest.raises(InvalidInputError, match="is no name"):
        _make(session, "//")
    with pytest.raises(NotAllowedError):
        folders.create_folder(
            session, "Aula", parent_id=None, actor=Actor(None, "kim", Role.USER, "test"), now=NOW
        )
