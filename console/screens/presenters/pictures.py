"""A screen's kept pictures: each as a link with its time, and why it was taken."""

from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.monitoring.presenters.fleet import picture_url
from console.words.formatting import instant
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.services.screens.views import PictureView

_TYPE_WORDS: Final[dict[PictureType, str]] = {
    PictureType.PERIODIC: N_("routine"),
    PictureType.EVENT_START: N_("start of an event"),
    PictureType.EVENT_STOP: N_("end of an event"),
}


def picture_label(item: PictureView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return when a picture came and why it was taken."""
    return f"{instant(item.as_of, zone, now=now, with_seconds=True)} · {type_word(item)}"


def type_word(item: PictureView) -> str:
    """Return why a picture was taken."""
    return _(_TYPE_WORDS[item.type])


def thumbnail(item: PictureView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a kept picture as a link with its day and time; the rest where the pointer is."""
    label = escape(picture_label(item, zone, now=now))
    mark = ' class="is-priority"' if item.type.is_priority else ""
    url = escape(picture_url(item))
    taken = escape(instant(item.as_of, zone, now=now))
    time = f'<time datetime="{item.as_of.isoformat()}">{taken}</time>'
    image = f'<img src="{url}" alt="" loading="lazy">'
    return f'<a href="{url}" target="_blank" title="{label}"{mark}>{image}{time}</a>'
