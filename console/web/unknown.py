"""Addresses that are nobody's: the last of the routes, which leaves Streamlit its own."""

from typing import Final

from starlette.routing import Match, Route
from starlette.types import Scope

from console.web.visitors import is_page_visit

_STREAMLITS: Final = ("/_stcore/", "/media/", "/component/", "/static/")


class UnknownAddress(Route):
    """Whatever a person opens as a page that no other route knows."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether the address is opened as a page, and not one of Streamlit's."""
        if not is_page_visit(scope) or scope["path"].startswith(_STREAMLITS):
            return Match.NONE, {}
        return super().matches(scope)
