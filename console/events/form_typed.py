"""What is typed in an open form: inputs in the browser's session, under the form's own keys."""

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Final, Self

import streamlit as st

from console.events.presenters.form import FormInput, wall_times
from console.events.presenters.recurrence import Recurrence
from infoscreen_core.domain.events.event import proposed_priority

_KEY: Final = "event-form"
_SERIAL: Final = "event-form-serial"
_NAMES: Final = tuple(field.name for field in fields(FormInput))
_SCOPED_NAMES: Final = (
    *("start_date", "start_time", "end_date", "end_time"),
    *(field.name for field in fields(Recurrence)),
)
"""What belongs to one scope, and is not carried into another."""


def _next_serial() -> int:
    serial: int = st.session_state.get(_SERIAL, 0) + 1
    st.session_state[_SERIAL] = serial
    return serial


@dataclass(kw_only=True)
class Typed:
    """The inputs of one form; `serial` is part of their keys: each opening begins afresh."""

    initial: FormInput
    """What the inputs began with."""
    default_until: date
    """The last day that a series is offered first."""
    former_start: datetime
    """The start that the end belongs to."""
    serial: int = field(default_factory=_next_serial)
    drawn: FormInput | None = None
    """What stood in the inputs when they were drawn last."""
    is_priority_chosen: bool = False
    """Whether a person chose the priority; until then it is only proposed."""

    @classmethod
    def begin(
        cls, initial: FormInput, *, default_until: date, is_priority_chosen: bool = False
    ) -> Self:
        """Return new inputs that hold these values."""
        typed = cls(
            initial=initial,
            default_until=default_until,
            former_start=wall_times(initial)[0],
            is_priority_chosen=is_priority_chosen,
        )
        typed.fill(initial)
        return typed

    @property
    def has_changes(self) -> bool:
        """Whether something was typed or chosen that is not stored."""
        return self.read() != self.initial

    def key(self, name: str) -> str:
        """Return the key of one of the inputs."""
        return f"{_KEY}-{self.serial}-{name}"

    def read(self) -> FormInput:
        """Return what stands in the inputs now."""
        values: dict[str, Any] = {name: st.session_state[self.key(name)] for name in _NAMES}
        values.update(
            {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        )
        return FormInput(**values)

    def set(self, **values: Any) -> None:  # noqa: ANN401 - each input has its own type
        """Change inputs from a callback, or before they are drawn."""
        for name, value in values.items():
            st.session_state[self.key(name)] = list(value) if isinstance(value, tuple) else value

    def choose_priority(self, priority: int | None = None) -> None:
        """Keep the priority that stands there, or this one, from now on.

        It is sent back in any case: a page that is just being drawn with the proposed one would put
        that over what somebody chose meanwhile.
        """
        self.is_priority_chosen = True
        chosen = st.session_state[self.key("priority")] if priority is None else priority
        self.set(priority=chosen)

    def propose_priority(self) -> None:
        """Let the priority follow whether the event takes whole days, unless a person chose one."""
        if not self.is_priority_chosen:
            is_all_day = st.session_state[self.key("is_all_day")]
            self.set(priority=proposed_priority(is_all_day=is_all_day).value)

    def fill(self, values: FormInput) -> None:
        """Change all inputs."""
        self.set(**{name: getattr(values, name) for name in _NAMES})
        self.former_start = wall_times(values)[0]

    def begin_anew(self, values: FormInput) -> None:
        """Replace the inputs by new ones: those of this run may be drawn already."""
        self.forget()
        self.serial = _next_serial()
        self.fill(values)

    def rescope(self, initial: FormInput) -> None:
        """Take times and rule as stored in another scope; keep all else as it is typed."""
        values = replace(self.read(), **{name: getattr(initial, name) for name in _SCOPED_NAMES})
        self.initial = initial
        self.fill(values)

    def keep(self) -> None:
        """Remember what stands in the inputs; call it once they are drawn."""
        self.drawn = self.read()

    def forget(self) -> None:
        """Remove the inputs' values from the browser's session."""
        for name in _NAMES:
            st.session_state.pop(self.key(name), None)
