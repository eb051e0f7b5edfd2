"""Where people drop files: they go to the library by themselves, however large they are.

The browser sends them to `console/web/uploads`, not through the page, and shows how far they are.
What has arrived is told to the page, which learns each file's id once.
"""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from console.i18n import _, current_language
from console.parts.own.component import own_component

_component: Final = own_component("infoscreen-uploads", "media", "drawUploads")
_SEEN: Final = "uploads-seen"


def upload_area(
    folder_id: int | None, *, key: str = "uploads", replaces_id: int | None = None
) -> tuple[int, ...]:
    """Draw the area; return the ids of files that arrived in the library since the last run.

    Files go into the folder; with `replaces_id` only one is taken, as the next version of that
    file. `key` tells areas apart: a file that is on its way stays with its area, whatever page is
    open.
    """
    seen: list[int] = st.session_state.setdefault(f"{_SEEN}-{key}", [])
    data = {
        "key": key,
        "folder": folder_id,
        "replaces": replaces_id,
        "only_one": replaces_id is not None,
        "seen": list(seen),
        "language": current_language(),
        "words": _words(),
    }
    told = ask_component(data, key=key)
    arrived = tuple(one for one in told if one not in seen)
    seen.extend(arrived)
    return arrived


def ask_component(data: Mapping[str, Any], *, key: str) -> list[int]:
    """Draw the component; return the ids that it tells; tests replace this: it needs a browser."""
    told = _component(data=dict(data), key=key, on_arrived_change=_nothing)
    return [int(one) for one in told.get("arrived") or ()]


def _nothing() -> None:
    """Let Streamlit know of the value, which is looked at where the area is drawn."""


def _words() -> dict[str, str]:
    """Return what the script says; `{places}` are filled there."""
    return {
        "choose": _("Choose files"),
        "choose_one": _("Choose a file"),
        "drop": _("or drop them here"),
        "drop_one": _("or drop it here"),
        "folders": _("Folders cannot be dropped here; choose the files in them."),
        "arrived": _("{done} of {all} files are in the library.", done="{done}", all="{all}"),
        "waiting": _("{size}, waiting", size="{size}"),
        "part": _("{sent} of {size}", sent="{sent}", size="{size}"),
        "speed": _("{speed} per second", speed="{speed}"),
        "left": _("{left} left", left="{left}"),
        "checking": _("Arrived; it is being looked at"),
        "done": _("{size}, in the library", size="{size}"),
        "paused": _("paused"),
        "broken": _("no connection; it goes on by itself"),
        "signed_out": _("your session is over; sign in in another tab, and it goes on"),
        "refused": _("The file was refused."),
        "pause": _("Pause"),
        "pause_of": _("Pause {name}", name="{name}"),
        "go_on": _("Go on"),
        "go_on_with": _("Go on with {name}", name="{name}"),
        "cancel": _("Cancel"),
        "cancel_of": _("Cancel {name}", name="{name}"),
        "hide": _("Hide"),
        "hide_of": _("Hide {name}", name="{name}"),
    }
