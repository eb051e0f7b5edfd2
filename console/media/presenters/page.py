"""What the page says of the whole library."""

from html import escape

from console.i18n import _, ngettext
from console.words.formatting import number, size
from infoscreen_core.services.media.views import MediaPage, RoomView

_TIGHT_PERCENT = 90


def library_line(room: RoomView) -> str:
    """Return how many files there are and how much they take."""
    files = ngettext("{n} file", "{n} files", room.file_count)
    if room.quota_bytes is None:
        return f"{files}, {size(room.byte_count)}"
    return _("{files}, {size} of {quota}", files=files, size=size(room.byte_count),
             quota=size(room.quota_bytes))  # fmt: skip


def room_html(room: RoomView, quota: int) -> str:
    """Return a bar of how much of its quota the library takes."""
    percent = min(100 * room.byte_count / quota, 100.0)
    tone = "warning" if percent >= _TIGHT_PERCENT else "healthy"
    label = escape(_("The library is {percent} % full", percent=number(percent)))
    return (
        f'<div class="is-bar is-room" role="img" aria-label="{label}" title="{label}">'
        f'<span class="is-bar-{tone}" style="flex-grow:{percent:.2f};flex-basis:0"></span>'
        f'<span style="flex-grow:{100 - percent:.2f};flex-basis:0"></span></div>'
    )


def count_line(page: MediaPage) -> str:
    """Return how many files the list has, and what ticking them is for; empty without files."""
    if not page.total:  # there are folders only
        return ""
    count = ngettext("{n} file", "{n} files", page.total)
    return f"{count} · {_('Select files to move, tag or delete them.')}"
