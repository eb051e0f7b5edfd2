"""The console's look: stylesheets, a script and marks as files."""

from functools import cache
from pathlib import Path
from typing import Final

THEME: Final = Path(__file__).parent


@cache
def stylesheet(name: str) -> str:
    """Return the text of one of the theme's files, such as `planner.css`."""
    return (THEME / name).read_text(encoding="utf-8")
