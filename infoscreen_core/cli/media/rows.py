"""Files and folders of the library as commands print them."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infoscreen_core.services.media.views import FolderView, MediaView

FILE_COLUMNS = ("id", "folder_id", "name", "media_type", "size", "uses", "state", "expires_on")
FOLDER_COLUMNS = ("id", "path", "file_count", "folder_count")


def file_row(view: "MediaView") -> dict[str, Any]:
    """Return all of a file, and how far it is with what is made of it, in a word."""
    return {**asdict(view), "state": _state(view)}


def folder_row(view: "FolderView", paths: dict[int, str]) -> dict[str, Any]:
    """Return a folder with the way to it."""
    return {**asdict(view), "path": paths[view.id]}


def folder_paths(folders: "Iterable[FolderView]") -> dict[int, str]:
    """Return by folder the names on the way to it, as in `Aula/Plakate`."""
    known = {one.id: one for one in folders}

    def path(folder: "FolderView") -> str:
        above = known.get(folder.parent_id or 0)
        return f"{path(above)}/{folder.name}" if above else folder.name

    return {one.id: path(one) for one in known.values()}


def _state(view: "MediaView") -> str:
    states = {str(one.status) for one in view.conversions}
    order = ("failed", "processing", "pending")
    return next((one for one in order if one in states), "ready")
