"""A player's pictures: the latest one, the priority one beside it, and the kept ones as a strip."""

from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.i18n import N_, _
from console.monitoring.presenters.fleet import picture_url
from console.runtime import now, user_timezone
from console.screens.presenters.client import ClientDetail
from console.words.formatting import instant
from console.words.html import picture
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.services.screens.views import PictureView

TYPE_WORDS: Final[dict[PictureType, str]] = {
    PictureType.PERIODIC: N_("routine"),
    PictureType.EVENT_START: N_("start of an event"),
    PictureType.EVENT_STOP: N_("end of an event"),
}


def pictures(detail: ClientDetail) -> None:
    """Draw the pictures side by side, and the kept ones below as links with day and time."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.html(_titled(_("Latest picture"), detail.view.picture, detail.view.name))
    with right:
        title = (
            _("Priority picture, active")
            if detail.view.has_active_priority_picture
            else _("Latest priority picture")
        )
        st.html(_titled(title, detail.priority_picture, detail.view.name))
    if detail.pictures:
        zone, at = user_timezone(), now()
        kept = "".join(thumbnail(item, zone, now=at) for item in detail.pictures)
        st.html(f'<div class="is-strip">{kept}</div>')


def _titled(title: str, item: PictureView | None, name: str) -> str:
    zone, at = user_timezone(), now()
    kind = (
        f' <span class="is-quiet is-small">{escape(_(TYPE_WORDS[item.type]))}</span>'
        if item
        else ""
    )
    url, taken = (picture_url(item), item.as_of) if item else (None, None)
    alt = _("Picture of {name}", name=name)
    image = picture(url, alt=alt, at=taken, zone=zone, now=at, missing=_("no picture yet"))
    return f'<div class="is-titled"><b>{escape(title)}</b>{kind}{image}</div>'


def thumbnail(item: PictureView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a kept picture as a link with its day and time; the rest where the pointer is."""
    exact = instant(item.as_of, zone, now=now, with_seconds=True)
    label = escape(f"{exact} · {_(TYPE_WORDS[item.type])}")
    mark = ' class="is-priority"' if item.type.is_priority else ""
    url = escape(picture_url(item))
    taken = escape(instant(item.as_of, zone, now=now))
    time = f'<time datetime="{item.as_of.isoformat()}">{taken}</time>'
    image = f'<img src="{url}" alt="" loading="lazy">'
    return f'<a href="{url}" target="_blank" title="{label}"{mark}>{image}{time}</a>'
