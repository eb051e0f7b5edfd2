"""Folders as people find their way through them."""

from collections.abc import Iterable, Mapping, Sequence

from infoscreen_core.services.media.views import FolderView

SEPARATOR = " / "


def path_to(folders: Iterable[FolderView], folder_id: int | None) -> list[FolderView]:
    """Return the folders that lead to one, itself the last; empty for the top or an unknown one."""
    return _path({one.id: one for one in folders}, folder_id)


def _path(known: Mapping[int, FolderView], folder_id: int | None) -> list[FolderView]:
    path: list[FolderView] = []
    step = known.get(folder_id or 0)
    while step is not None and step not in path:
        path.insert(0, step)
        step = known.get(step.parent_id or 0)
    return path


def within(folders: Iterable[FolderView], parent_id: int | None) -> list[FolderView]:
    """Return the folders that lie directly in one, or at the top."""
    return [one for one in folders if one.parent_id == parent_id]


def labels(folders: Sequence[FolderView]) -> Mapping[int, str]:
    """Return every folder with the way to it, such as `School / Posters`, in order."""
    known = {one.id: one for one in folders}
    named = {key: SEPARATOR.join(step.name for step in _path(known, key)) for key in known}
    return dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))
