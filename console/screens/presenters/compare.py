"""Two pictures of a screen over each other, with a slider between them (`theme/past.js`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _
from console.monitoring.presenters.fleet import picture_url
from console.screens.presenters.pictures import picture_label
from infoscreen_core.services.screens.views import PictureView


def chosen_pair(
    pictures: Sequence[PictureView], asked: Mapping[str, str]
) -> tuple[PictureView, PictureView]:
    """Return the pictures that an address asks for (`before`, `after`), of the newest first.

    Else the newest one, and before it the last one that looks different. There must be two.
    """
    by_id = {str(one.id): one for one in pictures}
    after = by_id.get(asked.get("after", ""), pictures[0])
    before = by_id.get(asked.get("before", ""))
    return before or _last_other(pictures, after), after


def compare_html(
    before: PictureView, after: PictureView, name: str, zone: ZoneInfo, *, now: datetime
) -> str:
    """Return the two pictures; arrow keys, mouse and finger move the line between them."""
    was, became = (picture_label(one, zone, now=now) for one in (before, after))
    label = _("How much of the earlier picture is seen, in percent")
    same = "" if before.md5 != after.md5 else f" · {_('The two pictures are the same.')}"
    return (
        '<figure class="is-compare" style="--cut:50%"><div class="is-compare-frame">'
        f"{_image(after, _('Picture of {name}, {when}', name=name, when=became))}"
        f"{_image(before, _('Picture of {name}, {when}', name=name, when=was), 'is-before')}"
        '<span class="is-cut" aria-hidden="true"></span>'
        f'<input type="range" min="0" max="100" value="50" step="1" aria-label="{escape(label)}">'
        "</div><figcaption>"
        f"<span>◧ {escape(_('Before: {when}', when=was))}</span>"
        f"<span>{escape(_('After: {when}', when=became))} ◨{escape(same)}</span>"
        "</figcaption></figure>"
    )


def _last_other(pictures: Sequence[PictureView], after: PictureView) -> PictureView:
    """Return the last picture before one that looks different, or any other one."""
    earlier = [one for one in pictures if one.id < after.id]
    different = (one for one in earlier if one.md5 != after.md5)
    others = earlier or [one for one in pictures if one.id != after.id]
    return next(different, others[0])


def _image(item: PictureView, alt: str, look: str = "is-after") -> str:
    address = escape(picture_url(item))
    return f'<img class="{look}" src="{address}" alt="{escape(alt)}" loading="lazy">'
