"""Where a walk leads in the library: lists, files, and what can be done with them."""

from playwright.sync_api import Page, expect

from infoscreen_core.domain.people.roles import Role
from tests.support.media.dropping import drop
from tests.support.visits.walk import Stop, button, dialog, key
from tests.support.visits.walk_library import DOCUMENT, EMPTY, FAILED, FILLED, VIDEO, WORKING

_ROLE = Role.EDITOR
_FILE = key("card-library-file")
_PATH = f"/library?file={DOCUMENT}"


def library_stops() -> tuple[Stop, ...]:
    """Return the walk in its order."""
    return (
        Stop("library", _ROLE, "/library", ".is-tile"),
        Stop(
            "library, ticked",
            _ROLE,
            "/library",
            button("library-many-move"),
            ("[data-pick]",),
            ("[data-pick]",),
        ),
        Stop("library, list", _ROLE, "/library?view=list", ".is-files tbody tr"),
        Stop("library, nothing found", _ROLE, "/library?text=Xz", "[data-testid=stAlert]"),
        Stop("library, folder", _ROLE, f"/library?folder={FILLED}", ".is-tile"),
        Stop("library, refused", _ROLE, f"/library?folder={EMPTY}", "[role=alert]", (_refused,)),
        *_folders(),
        *_files(),
    )


def _folders() -> tuple[Stop, ...]:
    path = f"/library?folder={FILLED}"
    return tuple(
        dialog(f"library, folder, {name}", _ROLE, path, button(f"library-folder-{name}-open"))
        for name in ("new", "edit", "delete")
    )


def _files() -> tuple[Stop, ...]:
    return (
        Stop("file", _ROLE, _PATH, _FILE, (f"{key('library-details')} summary",)),
        *(
            dialog(f"file, {name}", _ROLE, _PATH, button(f"library-{name}"))
            for name in ("rename", "move", "tag", "replace", "delete")
        ),
        Stop("file, failed", _ROLE, f"/library?file={FAILED}", button("library-retry")),
        Stop("file, video", _ROLE, f"/library?file={VIDEO}", button("library-mp4")),
        Stop("file, working", _ROLE, f"/library?file={WORKING}", f"{_FILE} progress"),
        Stop("file, gone", _ROLE, "/library?file=999", f"{_FILE} [data-testid=stAlert]"),
        dialog("file, delete unused", _ROLE, f"/library?file={FAILED}", button("library-delete")),
    )


def _refused(page: Page) -> None:
    drop(page, {"Xu.pdf": b"x"})
    expect(page.locator(".is-uploads [role=alert]")).to_be_visible()
