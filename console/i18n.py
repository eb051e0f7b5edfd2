"""The console's two languages: one gettext catalogue each, read from `.po` files at first use.

The message id is the English sentence. `_` looks the sentence up in the language of whoever is
being served: the signed-in user of the running script, or the language that a web route chose with
`use_language`.
"""

import gettext as gettext_module
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

import streamlit as st
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from streamlit.runtime.scriptrunner import get_script_run_ctx

from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS, UI_LANGUAGES

_NAMES: Final = {"de": "Deutsch", "en": "English"}
LANGUAGES: Final[Mapping[str, str]] = {code: _NAMES[code] for code in UI_LANGUAGES}
DEFAULT_LANGUAGE: Final[str] = SETTING_KEYS["ui_language"].default
_COMMA_FOR_POINT: Final = str.maketrans(",.", ".,")
_SESSION_KEY: Final = "ui_language"
_FOLDER: Final = Path(__file__).parent / "locale"
_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def _(msgid: str, /, **params: object) -> str:
    """Return the sentence in the current language, its `{places}` filled from `params`."""
    text = _translations(current_language()).gettext(msgid) if msgid else ""
    return filled(text, params) if params else text


def ngettext(singular: str, plural: str, n: int, /, **params: object) -> str:
    """Return the sentence for `n` things; `{n}` stands for the number as people write it."""
    text = _translations(current_language()).ngettext(singular, plural, n)
    return filled(text, {"n": with_marks(n), **params})


def filled(text: str, params: Mapping[str, object]) -> str:
    """Return a translated sentence with its `{places}` filled."""
    if not text.endswith("}."):
        return text.format(**params)
    return ended(text.removesuffix(".").format(**params))


def ended(text: str) -> str:
    """Return a sentence with its full stop, which a German date at its end brings along."""
    return text if text.endswith(".") else f"{text}."


def with_marks(value: float, *, digits: int = 0) -> str:
    """Return a number with the marks of the current language: `12.345,6`, `12,345.6`."""
    text = f"{value:,.{digits}f}"
    return text.translate(_COMMA_FOR_POINT) if current_language() == "de" else text


def N_(msgid: str, /) -> str:  # noqa: N802 - gettext's own name, which extraction looks for
    """Mark a sentence for translation where it is defined; `_` translates it where it is shown."""
    return msgid


def current_language() -> str:
    """Return the code of the language in which `_` answers."""
    chosen = _chosen.get()
    if chosen is None and (context := get_script_run_ctx(suppress_warning=True)) is not None:
        # Kept with the run: a page asks for each of its words, and the session's state is slow.
        chosen = vars(context).get(_SESSION_KEY)
        if chosen is None:
            chosen = vars(context)[_SESSION_KEY] = st.session_state.get(_SESSION_KEY)
    return chosen if chosen is not None and chosen in LANGUAGES else DEFAULT_LANGUAGE


def set_session_language(language: str | None) -> None:
    """Choose the language of this browser session's script runs and fragments."""
    chosen = language if language in LANGUAGES else DEFAULT_LANGUAGE
    st.session_state[_SESSION_KEY] = chosen
    if (context := get_script_run_ctx(suppress_warning=True)) is not None:
        vars(context)[_SESSION_KEY] = chosen


@contextmanager
def use_language(language: str | None) -> Iterator[None]:
    """Answer in `language` inside the block, whoever is signed in: for web routes and tests."""
    token = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(token)


def load_catalog(language: str) -> Catalog:
    """Return the language's fragments (`locale/<language>/LC_MESSAGES/*.po`) as one catalogue."""
    merged = Catalog(locale=language)
    for path in sorted((_FOLDER / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            fragment = read_po(file, locale=language, abort_invalid=True)
        for message in fragment:
            if message.id:
                merged[message.id] = message
    return merged


@cache
def _translations(language: str) -> gettext_module.NullTranslations:
    compiled = BytesIO()
    write_mo(compiled, load_catalog(language))
    compiled.seek(0)
    return gettext_module.GNUTranslations(compiled)
