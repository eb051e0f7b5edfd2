"""The choice of a region and a group of schools from a file that holds several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts.choices import Listed
from console.school.periods_state import OpenPanel
from infoscreen_core.domain.school.holiday_choice import PlaceOptions
from infoscreen_core.domain.school.holiday_places import PlaceChoice

_ALL: Final = ""
_SEVERAL: Final = 2


@dataclass(frozen=True)
class PlaceInputs:
    """The selects of one file in one panel; another file begins without a choice."""

    panel: OpenPanel
    file_id: str

    @property
    def choice(self) -> PlaceChoice:
        """What is chosen, known before the selects are drawn."""
        subdivision = st.session_state.get(self._subdivision_key) or None
        return PlaceChoice(subdivision, st.session_state.get(self._group_key(subdivision)) or None)

    def draw(self, options: PlaceOptions) -> None:
        """Draw a select for what the file holds several of."""
        chosen = self.choice.subdivision
        with st.container(horizontal=True, vertical_alignment="bottom", key="import-places"):
            _select(
                _("State or region"),
                options.subdivisions,
                _("All regions"),
                self._subdivision_key,
            )
            _select(
                _("Group of schools"),
                options.school_groups,
                _("All groups of schools"),
                self._group_key(chosen),
            )

    @property
    def _subdivision_key(self) -> str:
        return self.panel.key(f"subdivision-{self.file_id}")

    def _group_key(self, subdivision: str | None) -> str:
        return self.panel.key(f"group-{self.file_id}-{subdivision or ''}")


def _select(label: str, names: Sequence[str], everything: str, key: str) -> None:
    if len(names) >= _SEVERAL:
        st.selectbox(
            label,
            [Listed(name) for name in (_ALL, *names)],
            format_func=lambda name: name or everything,
            key=key,
            width=260,
        )
