"""Folders as people find their way through them."""

from collections.abc import Iterable, Mapping, Sequence

from infoscreen_core.services.media.views import FolderView

SEPARATOR = " / "


def path_to(folders: Iterable[FolderView], folder_id: int | None) -> list[FolderView]:
    """Return the folders that lead to one, itself the last; empty for the top or an unknown one."""
    known = {one.id: one for one in folders}
    path: list[FolderView] = []
    while folder_id in known and known[folder_id] not in path:
        path.insert(0, known[folder_id])
        folder_id = known[folder_id].parent_id
    return path


def within(folders: Iterable[FolderView], parent_id: int | None) -> list[FolderView]:
    """Return the folders that lie directly in one, or at the top."""
    return [one for one in folders if one.parent_id == parent_id]


def labels(folders: Sequence[FolderView]) -> Mapping[int, str]:
    """Return every folder with the way to it, such as `School / Posters`, in order."""
    named = {
        one.id: SEPARATOR.join(step.name for step in path_to(folders, one.id)) for one in folders
    }
    return dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))
