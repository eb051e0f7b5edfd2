"""What the address of the analysis asks for; page and files read it alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infoscreen_core.domain.text.asked import read_id

SPANS: Final = (4, 13, 26, 52)
"""How many weeks, the last of them the one that goes on."""
DEFAULT_WEEKS: Final = 13
WITHOUT: Final = "without"
"""The name in the address of what is left out."""
TV_OFF: Final = "tv-off"
"""Its only value: time in which TVs were meant to be off."""


@dataclass(frozen=True)
class Asked:
    """Which weeks of which screens."""

    weeks: int
    group: int | None
    """None: any."""
    without_tv_off: bool
    """Whether time in which TVs were meant to be off is left out of availability."""

    def query(self) -> dict[str, str]:
        """Return it as an address says it."""
        return {
            "weeks": str(self.weeks),
            **({} if self.group is None else {"group": str(self.group)}),
            **({WITHOUT: TV_OFF} if self.without_tv_off else {}),
        }


def read_asked(query: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what cannot be read falls back to the usual."""
    return Asked(
        weeks_of(query.get("weeks", "")),
        group_of(query.get("group", "")),
        query.get(WITHOUT) == TV_OFF,
    )


def weeks_of(word: str) -> int:
    """Return how many weeks are asked for."""
    return int(word) if word.isdecimal() and int(word) in SPANS else DEFAULT_WEEKS


def group_of(word: str) -> int | None:
    """Return the id of the group that is asked for; None: any."""
    return read_id(word)
