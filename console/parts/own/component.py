"""Parts of a page that a script of ours draws; `console/web/own.py` says of what each is made."""

from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_SCRIPT: Final = """
export default (component) => {
  const { %(script)s } = document.querySelector("script[data-words]").dataset;
  let end = () => {};
  import(new URL(%(script)s, window.location)).then((script) => {
    end = script.%(drawer)s(component) ?? end;
  });
  return () => end();
};
"""
"""The address of the script stands in the document, which `console/web/frame.py` makes."""


def own_component(name: str, script: str, drawer: str) -> "ComponentRenderer":
    """Return what draws a part of the page by `drawer`, a function in `script`."""
    js = _SCRIPT % {"script": script, "drawer": drawer}
    return st.components.v2.component(name, js=js, isolate_styles=False)
