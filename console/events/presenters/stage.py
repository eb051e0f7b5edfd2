"""What the screens will show of an event, as a stage of the screens' shape.

Pages are pictures that the server draws; `console/theme/stage.js` turns them. Messages and
addresses stand there as they are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from html import escape
from typing import Any, Self
from urllib.parse import quote

from console.events.presenters.form import FormInput
from console.i18n import _
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.media.types import PICTURE_TYPES
from infoscreen_core.services.events.event_contents import ContentFile
from infoscreen_core.services.events.event_drafts import EventDraft


@dataclass(frozen=True, slots=True)
class Show:
    """What of an event, typed or stored, is to be seen."""

    event_type: EventType
    website_url: str | None
    message_text: str | None
    message_severity: Severity
    slide_interval: int | None
    page_progress: bool | None
    auto_progress: bool | None
    loop: bool | None

    @classmethod
    def of(cls, event: FormInput | EventDraft) -> Self:
        """Return what is to be seen of an event in the form, or in the plan."""
        return cls(**{field.name: getattr(event, field.name) for field in fields(cls)})


def stage_html(show: Show, files: Sequence[ContentFile]) -> str:
    """Return the stage; files that cannot be shown are left out, as on the screens."""
    match show.event_type:
        case EventType.PRESENTATION:
            return _slides(show, [file for file in files if file.empty is None])
        case EventType.VIDEO:
            return _film(show, next((file for file in files if file.empty is None), None))
        case EventType.MESSAGE:
            return _message(show)
        case EventType.WEBSITE | EventType.WEBUNTIS:
            return _website(show.website_url)
        case _:
            return _glass(_note(_("Events of this type show nothing.")))


def _slides(show: Show, files: Sequence[ContentFile]) -> str:
    if not files:
        return _elsewhere(show.website_url)
    first = escape(f"/library/{files[0].media_id}/thumbnail")
    bar = '<i class="is-stage-bar"></i>' if show.page_progress else ""
    data = {
        "files": [_pages(file) for file in files],
        "interval": max(1, show.slide_interval or 1),
        "auto": bool(show.auto_progress),
        "words": {
            "page": _("Page {page} of {pages}", page="{page}", pages="{pages}"),
            "play": _("Play"),
            "pause": _("Pause"),
            "missing": _("This page cannot be drawn."),
        },
    }
    buttons = "".join(
        f'<button type="button" data-stage="{act}" aria-label="{escape(label)}">{sign}</button>'
        for act, label, sign in (
            ("back", _("Page back"), "←"),
            ("play", _("Pause"), "❚❚"),
            ("on", _("Page on"), "→"),
        )
    )
    glass = f'<div class="is-stage-glass"><img src="{first}" alt="">{bar}</div>'
    return (
        f'<div class="is-stage" role="group" aria-label="{escape(_("Preview"))}" '
        f"data-show='{escape(json.dumps(data, ensure_ascii=False))}'>{glass}"
        f'<div class="is-stage-foot">{buttons}<span></span></div></div>'
    )


def _pages(file: ContentFile) -> dict[str, Any]:
    """Return where the pictures of a file's pages are; `pages` is None while uncounted."""
    own = f"/files/{file.media_id}"
    if file.media_type in PICTURE_TYPES:
        return {"name": file.name, "pages": 1, "at": f"{own}/{quote(file.name, safe='')}"}
    return {"name": file.name, "pages": file.pages, "at": f"{own}/pages/{{page}}.webp"}


def _film(show: Show, file: ContentFile | None) -> str:
    if file is None:
        return _elsewhere(show.website_url)
    source = escape(f"/files/{file.media_id}/{quote(file.name, safe='')}")
    poster = escape(f"/library/{file.media_id}/thumbnail")
    loop = " loop" if show.loop else ""
    film = (
        f'<video src="{source}" poster="{poster}" controls muted playsinline preload="metadata"'
        f'{loop} aria-label="{escape(file.name)}"></video>'
    )
    return _glass(film)


def _message(show: Show) -> str:
    text = (show.message_text or "").strip()
    if not text:
        return _glass(_note(_("The text that you write appears here.")))
    lines = escape(text).replace("\n", "<br>")
    look = escape(show.message_severity.value)
    size = " is-long" if len(text) > _SHORT else ""
    return _glass(f'<p class="is-stage-message is-{look}{size}">{lines}</p>')


_SHORT = 120
"""Characters that are written large."""


def _website(url: str | None) -> str:
    if not url:
        return _glass(_note(_("The address that you write appears here.")))
    hint = _(
        "The screens open this page. Some sites refuse to be shown within another page, so a "
        "preview would say nothing; open it in a tab to look at it."
    )
    link = (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(url)}</a>'
        if url.startswith(("http://", "https://"))
        else escape(url)
    )
    return _glass(f'<p class="is-stage-note"><strong>{link}</strong><br>{escape(hint)}</p>')


def _elsewhere(url: str | None) -> str:
    if url:
        return _glass(_note(_("The screens fetch it from {address}.", address=url)))
    return _glass(_note(_("There is nothing to show yet.")))


def _note(text: str) -> str:
    return f'<p class="is-stage-note">{escape(text)}</p>'


def _glass(content: str) -> str:
    return f'<div class="is-stage"><div class="is-stage-glass">{content}</div></div>'
