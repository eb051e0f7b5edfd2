"""The page's address: the only truth of what is filtered, chosen and open.

Each choice is written into the address's query, as one step of the browser's history, and each run
draws the controls from it. So a view can be bookmarked and sent to somebody, and back and forward
need nothing of their own. Streamlit's binding (`bind`) is not used: it writes the translated
labels, with their counts; these write stable words.

The browser sends its query with each request, and that may be older than what was written last: a
live part may have asked before it learnt of a click. So what it sends counts where only the browser
can know: when a page is opened, and after back and forward. Else what was written here holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from console.parts import dialogs

SETTLED: Final = "address-settled"
"""Where a person's session has its `Settled`."""
_DRAWN: Final = "address-drawn"
"""On which page each control was drawn last."""
_PAGE: Final = "page"
"""The number of a list's page, which begins at 1 again when the list is another."""


@dataclass
class Settled:
    """The query that holds, and the page that it belongs to."""

    page: str
    query: dict[str, str]


def settle() -> None:
    """Take over what the browser asks for; call it in each full run, once its page is known."""
    sent, settled = st.query_params.to_dict(), _settled()  # noqa: TID251 - the one place
    if settled is None or _is_step_in_history():
        st.session_state[SETTLED] = Settled(_page(), sent)
        dialogs.close_dialog()
        if _is_step_in_history():
            _tell(sent)  # a click that was under way may have written elsewhere
        # On another page the browser may still stand at the former one's address: a word on the
        # query would change that one, and be found there on the way back.
    elif sent != settled.query:
        _tell(settled.query)


def query() -> dict[str, str]:
    """Return what the page's address asks for."""
    settled = _settled()
    return dict(settled.query) if settled else st.query_params.to_dict()  # noqa: TID251


def write(**changes: str | None) -> None:
    """Change what the address asks for, in one step of the history; None takes a name away.

    A click on a page that was left meanwhile changes nothing.
    """
    settled = _settled()
    if settled is None:
        return
    wanted = {name: value for name, value in {**settled.query, **changes}.items() if value}
    if wanted != settled.query:
        settled.query = wanted
        _tell(wanted)


def follow(key: str, value: object) -> None:
    """Make the control `key` show what the address says; call it before it is drawn.

    Only what differs is set: setting a control undoes a choice that is under way in it. But on
    another page a control of the same key is another one, and the browser is told anew.
    """
    drawn: dict[str, str] = st.session_state.setdefault(_DRAWN, {})
    is_new = drawn.get(key) != _page()
    drawn[key] = _page()
    if is_new or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def choose_one(
    label: str,
    options: Mapping[str, str],
    *,
    key: str,
    default: str,
    resets: tuple[str, ...] = (),
) -> str:
    """Draw a row of buttons (value → label) of which one is pressed; return its value.

    A choice takes the names of `resets` out of the address: what was chosen within another one.
    """
    chosen = _valid(query().get(key), options, default)
    follow(key, chosen)
    st.segmented_control(
        label,
        list(options),
        format_func=lambda value: options.get(value, value),
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=_write_choice,
        args=(key, default, resets),
    )
    return chosen


def choose_from_list(
    label: str,
    options: Mapping[str, str],
    *,
    key: str,
    default: str,
    width: int,
    resets: tuple[str, ...] = (),
) -> str:
    """Draw a list to unfold (value → label); return its choice. `resets` as in `choose_one`."""
    chosen = _valid(query().get(key), options, default)
    follow(key, chosen)
    st.selectbox(
        label,
        list(options),
        format_func=lambda value: options.get(value, value),
        key=key,
        label_visibility="collapsed",
        width=width,
        on_change=_write_choice,
        args=(key, default, resets),
    )
    return chosen


def choose_many(label: str, options: Mapping[str, str], *, key: str) -> list[str]:
    """Draw a row of switches (value → label); return the values that are on."""
    wanted = query().get(key, "").split(",")
    chosen = [value for value in dict.fromkeys(wanted) if value in options]
    follow(key, chosen)
    st.pills(
        label,
        list(options),
        selection_mode="multi",
        format_func=lambda value: options.get(value, value),
        key=key,
        label_visibility="collapsed",
        on_change=_write_choice,
        args=(key, ""),
    )
    return chosen


def search_text(label: str, *, key: str, placeholder: str, width: int) -> str:
    """Draw a search field; return what is looked for, folded for comparison."""
    text = query().get(key, "")
    follow(key, text)
    st.text_input(
        label,
        key=key,
        placeholder=placeholder,
        label_visibility="collapsed",
        icon=":material/search:",
        width=width,
        live="500ms",
        on_change=_write_choice,
        args=(key, ""),
    )
    return text.strip().casefold()


def asked_page(key: str = _PAGE) -> int:
    """Return the number of a list's page that is asked for, from 1; there may be fewer pages."""
    wanted = query().get(key, "")
    return int(wanted) if _is_page(wanted) else 1


def choose_page(count: int, *, key: str = _PAGE) -> int:
    """Draw the numbers of a list's pages, if there are several; return the chosen one, from 1."""
    if count <= 1:
        return 1
    number = min(asked_page(key), count)
    follow(key, number)
    st.pagination(count, key=key, on_change=_write_choice, args=(key, "1"))
    return number


def _write_choice(key: str, default: str, resets: tuple[str, ...] = ()) -> None:
    if _is_step_in_history():
        return  # going back was asked for after this click
    value = st.session_state.get(key)
    text = ",".join(value) if isinstance(value, list) else str(value or "")
    outdated = dict.fromkeys((_PAGE, *resets))
    write(**{**outdated, key: text if text != default else None})


def _valid(value: str | None, options: Mapping[str, str], default: str) -> str:
    return value if value is not None and value in options else default


def _is_page(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < len("1000000") and int(text) > 0


def _tell(wanted: Mapping[str, str]) -> None:
    """Let the browser's address follow; when it says so already, nothing happens there."""
    st.query_params.from_dict(wanted)  # noqa: TID251


def _settled() -> Settled | None:
    settled: Settled | None = st.session_state.get(SETTLED)
    return settled if settled and settled.page == _page() else None


def _page() -> str:
    context = get_script_run_ctx()
    return context.page_script_hash if context else ""


def _is_step_in_history() -> bool:
    context = get_script_run_ctx()
    return bool(context and context.is_history_navigation)
