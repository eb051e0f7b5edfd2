"""Folders of the library."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import MediaFolder
from infoscreen_core.db.queries.media import library as queries
from infoscreen_core.domain.media.names import place_of, typed_name
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.media.views import FolderView
from infoscreen_core.services.unique_names import taken_is

MAX_DEPTH: Final = 10
"""Folders within folders."""
MAX_FOLDERS: Final = 10_000
LARGEST_ID: Final = 2**31 - 1
"""The largest number that the databases take for a row's id."""


def create_folder(
    session: Session, name: str, *, parent_id: int | None, actor: Actor, now: datetime
) -> FolderView:
    """Create a folder in another, or at the top; raise `ConflictError` when its name is taken."""
    actor.require(Role.EDITOR)
    text = typed_name(name)
    folders = _all(session)
    if len(folders) >= MAX_FOLDERS:
        raise ConflictError(
            "The library has {count} folders already; delete some first.", count=len(folders)
        )
    if parent_id is not None:
        get_folder(session, parent_id, is_locked=True)
        _check_depth(len(_path(folders, parent_id)) + 1)
    folder = MediaFolder(
        parent_id=parent_id,
        name=text,
        place=place_of(parent_id, text),
        created_by=actor.user_id,
        created_at=now,
    )
    with taken_is(session, _taken(text)):
        session.add(folder)
    _record(session, "media_folder.created", folder, None, actor=actor, now=now)
    return _view(folder)


def rename_folder(
    session: Session, folder_id: int, name: str, *, actor: Actor, now: datetime
) -> FolderView:
    """Give a folder another name."""
    actor.require(Role.EDITOR)
    folder = get_folder(session, folder_id, is_locked=True)
    text = typed_name(name)
    before = audit.audited_columns(folder)
    with taken_is(session, _taken(text)):
        folder.name, folder.place = text, place_of(folder.parent_id, text)
    _record(session, "media_folder.renamed", folder, before, actor=actor, now=now)
    return get_view(session, folder_id)


def move_folder(
    session: Session, folder_id: int, parent_id: int | None, *, actor: Actor, now: datetime
) -> FolderView:
    """Put a folder, with all that is in it, into another one, or to the top (None).

    Raises `InvalidInputError` when that one lies in it, or it would lie too deep.
    """
    actor.require(Role.EDITOR)
    queries.lock_room(session)  # two moves at once could put two folders into each other
    folder = get_folder(session, folder_id, is_locked=True)
    if parent_id is not None:
        get_folder(session, parent_id, is_locked=True)
    folders = _all(session)
    above = _path(folders, parent_id)
    if folder_id in above:
        raise InvalidInputError(
            "The folder “{name}” cannot be put into itself; choose another one.",
            field="folder_id",
            name=folder.name,
        )
    _check_depth(len(above) + _height(folders, folder_id))
    before = audit.audited_columns(folder)
    with taken_is(session, _taken(folder.name)):
        folder.parent_id, folder.place = parent_id, place_of(parent_id, folder.name)
    _record(session, "media_folder.moved", folder, before, actor=actor, now=now)
    return get_view(session, folder_id)


def list_folders(session: Session) -> tuple[FolderView, ...]:
    """Return all folders; those of one parent by their names."""
    folders = queries.list_folder_names(session)
    files = queries.count_files_by_folder(session)
    children = Counter(parent_id for _id, parent_id, _name in folders)
    return tuple(
        FolderView(key, parent_id, name, files.get(key, 0), children[key])
        for key, parent_id, name in folders
    )


def get_view(session: Session, folder_id: int) -> FolderView:
    """Return a folder; raise `NotFoundError` when there is none."""
    get_folder(session, folder_id)
    return next(one for one in list_folders(session) if one.id == folder_id)


def get_folder(session: Session, folder_id: int, *, is_locked: bool = False) -> MediaFolder:
    """Return a folder's row; raise `NotFoundError` when there is none.

    With `is_locked` nobody else can change it until the commit.
    """
    folder = queries.find_folder(session, folder_id, is_locked=is_locked)
    if folder is None:
        raise NotFoundError(
            "There is no folder with the number {id}; it may have been deleted.",
            field="folder_id",
            id=folder_id,
        )
    return folder


def get_id_by_text(session: Session, text: str) -> int:
    """Return the id of the folder that a person gave by its path, as in `Aula/Plakate`, or id.

    Raises `NotFoundError` for none, and for the top, which is no folder.
    """
    found = find_id_by_text(session, text)
    if found is None:
        raise _no_folder(text)
    return found


def find_id_by_text(session: Session, text: str) -> int | None:
    """Return such a folder's id; None for `/`, the top. Raises `NotFoundError` for none."""
    names = [name for name in text.split("/") if name.strip()]
    if not names and "/" in text:
        return None
    folder: MediaFolder | None = None
    for name in names:
        folder = queries.find_folder_at(session, place_of(folder.id if folder else None, name))
        if folder is None:
            break
    if folder is None and text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID:
        folder = queries.find_folder(session, int(text))
    if folder is None:
        raise _no_folder(text)
    return folder.id


def descendants(session: Session, folder_id: int) -> list[int]:
    """Return the ids of a folder and all in it, each after the one that it lies in."""
    children: dict[int | None, list[int]] = {}
    for one in queries.list_folders(session):
        children.setdefault(one.parent_id, []).append(one.id)
    return list(_below(children, folder_id))


def _below(children: Mapping[int | None, list[int]], folder_id: int) -> Iterator[int]:
    yield folder_id
    for child in children.get(folder_id, ()):
        yield from _below(children, child)


def _all(session: Session) -> dict[int, MediaFolder]:
    return {one.id: one for one in queries.list_folders(session)}


def _path(folders: Mapping[int, MediaFolder], folder_id: int | None) -> list[int]:
    """Return a folder and those that it lies in, the innermost first."""
    found: list[int] = []
    while folder_id is not None and folder_id in folders and folder_id not in found:
        found.append(folder_id)
        folder_id = folders[folder_id].parent_id
    return found


def _height(folders: Mapping[int, MediaFolder], folder_id: int) -> int:
    """Return how many folders lie in each other from this one down, itself counted."""
    paths = (_path(folders, one) for one in folders)
    return max(path.index(folder_id) + 1 for path in paths if folder_id in path)


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidInputError(
            "Folders may lie in each other {limit} deep at most; put it further up.",
            field="folder_id",
            limit=MAX_DEPTH,
        )


def _no_folder(text: str) -> NotFoundError:
    return NotFoundError(
        "There is no folder “{name}”; see the list of folders.", field="folder", name=shown(text)
    )


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "There is a folder called “{name}” here already; choose another name.",
        field="name",
        name=name,
    )


def _view(folder: MediaFolder) -> FolderView:
    return FolderView(folder.id, folder.parent_id, folder.name, file_count=0, folder_count=0)


def _record(
    session: Session,
    action: str,
    folder: MediaFolder,
    before: dict[str, object] | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        "media_folder",
        folder.id,
        actor=actor,
        now=now,
        before=before,
        after=audit.audited_columns(folder),
    )
