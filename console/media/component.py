"""Parts of a page that a script of ours draws: `media.js`, of `uploads.js` and `board.js`."""

from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_SCRIPT: Final = """
export default (component) => {
  const { media } = document.querySelector("script[data-media]").dataset;
  let end = () => {};
  import(new URL(media, window.location)).then((script) => {
    end = script.%s(component) ?? end;
  });
  return () => end();
};
"""
"""The address of the script stands in the document, which `console/web/frame.py` makes."""


def own_component(name: str, drawer: str) -> "ComponentRenderer":
    """Return what draws a part of the page by the function of this name in our script."""
    return st.components.v2.component(name, js=_SCRIPT % drawer, isolate_styles=False)
