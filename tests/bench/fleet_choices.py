"""What somebody chooses on the lists of a large fleet that nobody else looks at."""

from collections.abc import Iterator
from itertools import count
from typing import Final

from streamlit.testing.v1 import AppTest

from console.parts import address
from tests.support.big_fleet.fleet import Size

_ROWS: Final = 50
"""The most rows that a page of these lists has."""


class Choices:
    """What somebody chooses next on a page: a group, a page of it, a filter, an order, in turn."""

    def __init__(self, app: AppTest, choices: Iterator[dict[str, str]]) -> None:
        self._app, self._choices = app, choices
        self._opened = dict(self._settled.query)

    def choose(self) -> None:
        """Let the page's address be what a click makes of it."""
        self._write({**self._opened, **next(self._choices)})

    def take_back(self) -> None:
        """Let the page be as it was opened."""
        self._write(self._opened)

    @property
    def _settled(self) -> address.Settled:
        settled: address.Settled = self._app.session_state[address.SETTLED]
        return settled

    def _write(self, query: dict[str, str]) -> None:
        self._settled.query = query
        self._app.query_params.clear()
        for name, value in query.items():
            self._app.query_params[name] = value


def choices_of(page: str, size: Size) -> Iterator[dict[str, str]]:
    """Return what can be chosen on the page, of a list of groups or of screens."""
    return _of_groups(size) if page == "overview" else _of_screens(size)


def _of_screens(size: Size) -> Iterator[dict[str, str]]:
    for number in count():
        page = _page(size.players, number)
        yield {"group": str(1 + number % size.groups)}
        yield {"page": page}
        yield {"show": "offline", "page": _page(size.players * 3 // 100, number)}
        yield {"order": "name", "page": page}
        yield {"show": "warnings", "page": _page(size.players * 5 // 100, number)}
        yield {"order": "contact", "page": page}


def _of_groups(size: Size) -> Iterator[dict[str, str]]:
    for number in count():
        yield {"page": _page(size.groups, number)}
        yield {"show": ("offline", "warnings", "online")[number % 3]}


def _page(rows: int, number: int) -> str:
    """Return one of the later pages of a list that has so many rows."""
    return str(2 + number % max(rows // _ROWS - 1, 1))
