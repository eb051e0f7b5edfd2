"""Which pages there are, in which section, and who may open them."""

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import Final, NoReturn

import streamlit as st

from console.i18n import N_, _
from console.timings import page_run
from infoscreen_core.domain.people.roles import Role, has_at_least

_PAGES: Final = "navigation_pages"
_HOME: Final = "overview"
UNKNOWN: Final = "unknown"
"""The page that stands for every address without a page; `?address=` says which."""


@dataclass(frozen=True)
class PageEntry:
    """One page: a module of the console with its `render()`."""

    name: str
    """What links and the address call it."""
    module: str
    """The module, after `console.`."""
    section: str
    title: str
    icon: str
    role: Role
    """The least role that may open it; others are told so, and find no link to it."""
    is_listed: bool = True
    """False: reached by links only."""

    @property
    def path(self) -> str:
        """The page's address, after the slash; the first page has none."""
        return "" if self.name == _HOME else self.name


OPERATION: Final = N_("Operation")
PLANNING: Final = N_("Planning")
EVALUATION: Final = N_("Evaluation")
ADMINISTRATION: Final = N_("Administration")

REGISTRY: Final = (
    PageEntry(
        "overview", "overview.page", OPERATION, N_("Overview"), ":material/dashboard:", Role.USER
    ),
    PageEntry(
        "monitoring",
        "monitoring.page",
        OPERATION,
        N_("Monitoring"),
        ":material/monitor_heart:",
        Role.USER,
    ),
    PageEntry(
        "wall",
        "monitoring.far_wall",
        OPERATION,
        N_("Full-screen wall"),
        ":material/fullscreen:",
        Role.USER,
        is_listed=False,
    ),
    PageEntry(
        "client",
        "screens.client_page",
        OPERATION,
        N_("Screen"),
        ":material/tv:",
        Role.USER,
        is_listed=False,
    ),
    PageEntry(
        "commands",
        "commands.page",
        OPERATION,
        N_("Commands"),
        ":material/terminal:",
        Role.ADMIN,
    ),
    PageEntry(
        "calendar",
        "calendar.page",
        PLANNING,
        N_("Calendar"),
        ":material/calendar_month:",
        Role.USER,
    ),
    PageEntry(
        "timeline", "timeline.page", PLANNING, N_("Timeline"), ":material/view_timeline:", Role.USER
    ),
    PageEntry(
        "library",
        "media.page",
        PLANNING,
        N_("Media"),
        ":material/photo_library:",
        Role.EDITOR,
    ),
    PageEntry("logs", "logs.page", EVALUATION, N_("Logs"), ":material/article:", Role.USER),
    PageEntry(
        "analysis", "analysis.page", EVALUATION, N_("Analysis"), ":material/insights:", Role.USER
    ),
    PageEntry(
        "plays",
        "plays.page",
        EVALUATION,
        N_("Proof of play"),
        ":material/fact_check:",
        Role.USER,
    ),
    PageEntry(
        "clients",
        "screens.page",
        ADMINISTRATION,
        N_("Screens & groups"),
        ":material/tv_options_input_settings:",
        Role.ADMIN,
    ),
    PageEntry(
        "periods",
        "school.page",
        ADMINISTRATION,
        N_("Periods & holidays"),
        ":material/school:",
        Role.USER,
    ),
    PageEntry(
        "users",
        "people.page",
        ADMINISTRATION,
        N_("Users"),
        ":material/group:",
        Role.ADMIN,
    ),
    PageEntry(
        "audit",
        "audit.page",
        ADMINISTRATION,
        N_("Audit"),
        ":material/history:",
        Role.ADMIN,
    ),
    PageEntry(
        "settings",
        "settings.page",
        ADMINISTRATION,
        N_("Settings"),
        ":material/settings:",
        Role.ADMIN,
    ),
    PageEntry(
        "webhooks",
        "webhooks.page",
        ADMINISTRATION,
        N_("Webhooks"),
        ":material/webhook:",
        Role.ADMIN,
    ),
    PageEntry(
        "about",
        "about.page",
        ADMINISTRATION,
        N_("About this program"),
        ":material/info:",
        Role.USER,
    ),
    PageEntry(
        "account",
        "account.page",
        ADMINISTRATION,
        N_("My account"),
        ":material/account_circle:",
        Role.USER,
        is_listed=False,
    ),
    PageEntry(
        UNKNOWN,
        "parts.no_page",
        OPERATION,
        N_("No such page"),
        ":material/wrong_location:",
        Role.USER,
        is_listed=False,
    ),
)


def page_paths() -> list[str]:
    """Return the addresses under which the pages are opened."""
    return [f"/{entry.path}" for entry in REGISTRY if entry.name != UNKNOWN]


def choose_page(role: Role, fresh: Collection[str] = ()) -> st.Page:
    """Draw the navigation and return the page to run; what `role` may not open only says so.

    The pages whose names are in `fresh` have a dot: there is something new on them.
    """
    sections: dict[str, list[st.Page]] = {}
    pages: dict[str, st.Page] = {}
    for entry in REGISTRY:
        is_open = has_at_least(role, entry.role)
        page = _page(entry, is_open=is_open, is_fresh=entry.name in fresh)
        sections.setdefault(_(entry.section), []).append(page)
        if is_open:
            pages[entry.name] = page
    st.session_state[_PAGES] = pages
    return st.navigation(sections, expanded=True)


def may_open(role: Role, name: str) -> bool:
    """Whether somebody of this role may open the page of this name."""
    return any(entry.name == name and has_at_least(role, entry.role) for entry in REGISTRY)


def path_of(name: str) -> str:
    """Return the address of the page of this name, after the slash."""
    return next(entry.path for entry in REGISTRY if entry.name == name)


def link_to(name: str, label: str, *, icon: str | None = None, **query: str | int) -> None:
    """Draw a link that opens a page without reloading; nothing if the reader may not open it."""
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is not None:
        params = {key: str(value) for key, value in query.items()}
        st.page_link(page, label=label, icon=icon, query_params=params)


def go_to(name: str, **query: str) -> NoReturn:
    """Open another page, or this one with another query, as a click on `link_to` does."""
    st.switch_page(st.session_state[_PAGES][name], query_params=query)


def _page(entry: PageEntry, *, is_open: bool, is_fresh: bool) -> st.Page:
    def render() -> None:
        if is_open:
            with page_run(entry.name):
                import_module(f"console.{entry.module}").render()
        else:
            import_module("console.parts.no_page").refuse(_(entry.title), entry.role)

    return st.Page(
        render,
        title=f"{_(entry.title)} ●" if is_fresh else _(entry.title),
        icon=entry.icon,
        url_path=entry.path or None,
        default=entry.name == _HOME,
        visibility="visible" if entry.is_listed and is_open else "hidden",
    )
