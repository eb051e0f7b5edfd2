"""Choices that stand in the page's address, so that a view can be bookmarked and sent to somebody.

Streamlit's own binding writes the translated labels there, with their counts; these write stable
words.
"""

from collections.abc import Mapping

import streamlit as st


def choose_one(label: str, options: Mapping[str, str], *, key: str, default: str) -> str:
    """Draw a row of buttons (value → label) of which one is pressed; return its value."""
    chosen = st.segmented_control(
        label,
        list(options),
        default=_valid(st.query_params.get(key), options, default),
        format_func=lambda value: options.get(value, value),
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=_write,
        args=(key, default),
    )
    return _valid(chosen, options, default)


def choose_from_list(
    label: str, options: Mapping[str, str], *, key: str, default: str, width: int
) -> str:
    """Draw a list to unfold (value → label); return the chosen value."""
    values = list(options)
    chosen = st.selectbox(
        label,
        values,
        index=values.index(_valid(st.query_params.get(key), options, default)),
        format_func=lambda value: options.get(value, value),
        key=key,
        label_visibility="collapsed",
        width=width,
        on_change=_write,
        args=(key, default),
    )
    return _valid(chosen, options, default)


def choose_many(label: str, options: Mapping[str, str], *, key: str) -> list[str]:
    """Draw a row of switches (value → label); return the values that are on."""
    wanted = st.query_params.get(key, "").split(",")
    chosen = st.pills(
        label,
        list(options),
        selection_mode="multi",
        default=[value for value in wanted if value in options],
        format_func=lambda value: options.get(value, value),
        key=key,
        label_visibility="collapsed",
        on_change=_write,
        args=(key, ""),
    )
    return [value for value in chosen if value in options]


def search_text(label: str, *, key: str, placeholder: str, width: int) -> str:
    """Draw a search field; return what is looked for, folded for comparison."""
    text = st.text_input(
        label,
        value=st.query_params.get(key, ""),
        key=key,
        placeholder=placeholder,
        label_visibility="collapsed",
        icon=":material/search:",
        width=width,
        on_change=_write,
        args=(key, ""),
    )
    return (text or "").strip().casefold()


def _valid(value: str | None, options: Mapping[str, str], default: str) -> str:
    return value if value is not None and value in options else default


def _write(key: str, default: str) -> None:
    value = st.session_state.get(key)
    text = ",".join(value) if isinstance(value, list) else str(value or "")
    if text and text != default:
        st.query_params[key] = text
    elif key in st.query_params:
        del st.query_params[key]
