"""The board: folders and files as HTML, of which `theme/board.js` knows what can be pressed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.media.presenters.kinds import facts_line, glyph_of, type_word
from console.media.presenters.standing import find_conversion, standing, standing_html
from console.words.formatting import MISSING, day, instant, size
from infoscreen_core.domain.media.types import ConversionStatus, Target
from infoscreen_core.services.media.views import FolderView, MediaView


@dataclass(frozen=True)
class Seen:
    """What the board shows, and by whose calendar."""

    folders: Sequence[FolderView]
    files: Sequence[MediaView]
    pressed: frozenset[int]
    """The files that are open beside it, or chosen."""
    today: date
    zone: ZoneInfo
    is_pickable: bool = True
    """Whether files can be ticked, to do something with several of them."""


def grid_html(seen: Seen) -> str:
    """Return folders and files as tiles."""
    tiles = "".join(_tile(file, seen) for file in seen.files)
    head = _pick_all() if seen.files and seen.is_pickable else ""
    return f'{_folders(seen.folders)}{head}<ul class="is-tiles">{tiles}</ul>'


def list_html(seen: Seen) -> str:
    """Return folders, and files as lines with more of what is known of each."""
    if not seen.files:
        return _folders(seen.folders)
    heads = (
        _("Name"), _("Type"), _("Size"), _("State"), _("Used"), _("Expires"), _("Changed"),
    )  # fmt: skip
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    lines = "".join(_line(file, heads, seen) for file in seen.files)
    return (
        f'{_folders(seen.folders)}<div class="is-table is-files"><table>'
        f"<caption>{escape(_('Files'))}</caption>"
        f'<thead><tr><th class="is-pick">{_pick_all()}</th>{head}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def thumbnail_html(file: MediaView) -> str:
    """Return the small picture of a file; its mark, where there is none."""
    made, image = find_conversion(file, Target.THUMBNAIL), ""
    if made is not None and made.status is ConversionStatus.READY:
        address = escape(f"/library/{file.id}/thumbnail?v={file.version}")
        image = f'<img src="{address}" alt="" loading="lazy">'
    glyph = f'<i aria-hidden="true">{glyph_of(file.media_type)}</i>'
    return f'<span class="is-thumb">{glyph}{image}</span>'


def _folders(folders: Sequence[FolderView]) -> str:
    if not folders:
        return ""
    return f'<ul class="is-folders">{"".join(map(_folder, folders))}</ul>'


def _folder(folder: FolderView) -> str:
    count = ngettext("{n} file", "{n} files", folder.file_count)
    return (
        f'<li><button type="button" data-folder="{folder.id}"><i aria-hidden="true">▸</i>'
        f'<b>{escape(folder.name)}</b> <span class="is-quiet is-small">{escape(count)}</span>'
        "</button></li>"
    )


def _tile(file: MediaView, seen: Seen) -> str:
    stands = standing_html(standing(file, today=seen.today))
    name, is_open = escape(file.name), str(file.id in seen.pressed).lower()
    pick = _pick(file) if seen.is_pickable else ""
    return (
        f'<li class="is-tile">{pick}<button type="button" data-open="{file.id}" '
        f'aria-pressed="{is_open}">{thumbnail_html(file)}<b title="{name}">{name}</b>'
        f'<span class="is-quiet is-small">{escape(facts_line(file))}</span>{stands}'
        f"{_use_mark(file)}</button></li>"
    )


def _line(file: MediaView, heads: Iterable[str], seen: Seen) -> str:
    name, is_open = escape(file.name), str(file.id in seen.pressed).lower()
    opener = (
        f'<button type="button" data-open="{file.id}" aria-pressed="{is_open}">'
        f"{thumbnail_html(file)}<b>{name}</b></button>"
    )
    cells = (
        opener,
        escape(type_word(file.media_type)),
        escape(size(file.size)),
        standing_html(standing(file, today=seen.today)),
        escape(uses_text(file)),
        escape(day(file.expires_on, with_year=True) if file.expires_on else MISSING),
        escape(instant(file.updated_at, seen.zone)),
    )
    pairs = zip(heads, cells, strict=True)
    rest = "".join(f'<td data-label="{escape(head)}">{cell}</td>' for head, cell in pairs)
    return f'<tr><td class="is-pick">{_pick(file)}</td>{rest}</tr>'


def uses_text(file: MediaView) -> str:
    """Return how often a file is planned."""
    if not file.uses:
        return _("nowhere")
    return ngettext("in {n} event", "in {n} events", file.uses)


def _use_mark(file: MediaView) -> str:
    return f'<span class="is-quiet is-small">{escape(_("Used"))} {escape(uses_text(file))}</span>'


def _pick(file: MediaView) -> str:
    label = escape(_("Select {name}", name=file.name))
    return f'<input type="checkbox" data-pick="{file.id}" aria-label="{label}">'


def _pick_all() -> str:
    label = escape(_("Select all on this page"))
    return (
        f'<label class="is-pick-all"><input type="checkbox" data-pick-all="1"> '
        f'<span class="is-quiet is-small">{label}</span></label>'
    )
