"""A player's pictures: the latest one, the priority one beside it, and the kept ones as a strip."""

from html import escape

import streamlit as st

from console.i18n import _
from console.monitoring.presenters.fleet import picture_url
from console.runtime import now, user_timezone
from console.screens.presenters.client import ClientDetail
from console.screens.presenters.pictures import thumbnail, type_word
from console.words.html import picture
from infoscreen_core.services.screens.views import PictureView


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
    kind = f' <span class="is-quiet is-small">{escape(type_word(item))}</span>' if item else ""
    url, taken = (picture_url(item), item.as_of) if item else (None, None)
    alt = _("Picture of {name}", name=name)
    image = picture(url, alt=alt, at=taken, zone=zone, now=at, missing=_("no picture yet"))
    return f'<div class="is-titled"><b>{escape(title)}</b>{kind}{image}</div>'
