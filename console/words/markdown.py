"""People's words inside Streamlit's Markdown: shown as they were typed, never as markup."""

from typing import Final

_SPECIAL: Final = frozenset(r"\`*_[]<>:$~#!|")


def literal(text: str) -> str:
    """Return text whose Markdown stands for exactly these characters."""
    return "".join(f"\\{character}" if character in _SPECIAL else character for character in text)
