"""What the address of the proof of play asks for; page and file read it alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from console.words.groups import ANY_GROUP
from infoscreen_core.domain.text.asked import read_id
from infoscreen_core.services.monitoring.plays.report import PlayFilter

SPANS: Final = (1, 7, 28, 90)
"""How many days, the last of them today."""
DEFAULT_DAYS: Final = 7
NARROWING: Final = ("event", "media", "client")
"""Names in the address, each followed by an id."""


@dataclass(frozen=True)
class Asked:
    """Which days, and of which group, event, file or screen; None: of any."""

    days: int
    group: int | None = None
    event: int | None = None
    media: int | None = None
    client: str | None = None

    def filter_until(self, today: date) -> PlayFilter:
        """Return it as a filter of the days that end today."""
        first = today - timedelta(days=self.days - 1)
        return PlayFilter(first, today, self.group, self.client, self.event, self.media)

    def query(self) -> dict[str, str]:
        """Return it as an address says it."""
        said = {
            "group": self.group,
            "event": self.event,
            "media": self.media,
            "client": self.client,
        }
        return {
            "days": str(self.days),
            **{name: str(value) for name, value in said.items() if value is not None},
        }


def read_asked(query: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what cannot be read narrows nothing."""
    days = query.get("days", "")
    return Asked(
        int(days) if days in {str(one) for one in SPANS} else DEFAULT_DAYS,
        read_id(query.get("group", ANY_GROUP)),
        read_id(query.get("event", "")),
        read_id(query.get("media", "")),
        query.get("client") or None,
    )
