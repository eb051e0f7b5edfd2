"""The form's part about details that few events need."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from console.events.form_state import while_open
from console.events.form_typed import Typed
from console.events.form_when import period_field
from console.events.presenters.consequences import emergency_consequence
from console.events.presenters.form import PRIORITY_WORDS
from console.i18n import _
from console.parts.feedback import show_error
from console.parts.zones import zone_names
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.events.limits import LOCATION_LIMIT, TEXT_LIMIT
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.school.views import PeriodView

MORE_FIELDS: Final = frozenset(
    {"location", "description", "priority", "timezone", "academic_period_id"}
)


def more_fields(
    typed: Typed, periods: Sequence[PeriodView], error: InfoscreenError | None, *, has_period: bool
) -> None:
    """Draw what few events need, folded until it is wanted or wrong."""
    has_error = any(one.field in MORE_FIELDS for one in (error.parts if error else ()))
    with st.expander(
        _("More details"), expanded=has_error or is_emergency(typed), key=typed.key("more")
    ):
        st.text_input(
            _("Place"),
            key=typed.key("location"),
            max_chars=LOCATION_LIMIT,
            persist_state="session",
        )
        show_error(error, field="location")
        st.text_area(
            _("Description"),
            key=typed.key("description"),
            max_chars=TEXT_LIMIT,
            height=80,
            persist_state="session",
        )
        show_error(error, field="description")
        _priority_field(typed, error)
        st.selectbox(
            _("Time zone"),
            zone_names(st.session_state[typed.key("timezone")]),
            key=typed.key("timezone"),
            persist_state="session",
        )
        show_error(error, field="timezone")
        if has_period:
            period_field(typed, periods, error)
        st.toggle(
            _("Show on the screens"),
            key=typed.key("is_active"),
            persist_state="session",
            help=_("Switched off, the event stays in the plan, but no screen shows it."),
        )


def is_emergency(typed: Typed) -> bool:
    """Whether the event is to be an emergency."""
    return int(st.session_state.get(typed.key("priority")) or 0) >= Priority.EMERGENCY


@while_open
def _choose_priority(typed: Typed) -> None:
    typed.choose_priority()


def _priority_field(typed: Typed, error: InfoscreenError | None) -> None:
    st.segmented_control(
        _("Priority"),
        list(PRIORITY_WORDS),
        format_func=lambda priority: _(PRIORITY_WORDS[priority]),
        required=True,
        key=typed.key("priority"),
        on_change=_choose_priority,
        args=(typed,),
        persist_state="session",
        help=_(
            "Of events at the same time, the one with the highest priority comes first; an "
            "emergency is shown alone. What is in the background is shown when nothing else is."
        ),
    )
    show_error(error, field="priority")
    if is_emergency(typed):
        sentence = emergency_consequence(len(st.session_state[typed.key("group_ids")]))
        st.error(sentence, icon=":material/emergency_home:")
