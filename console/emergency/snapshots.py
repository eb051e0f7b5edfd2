"""The emergencies that are on now, as all browsers share them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from console.monitoring.snapshots import FRESH_SECONDS
from console.runtime import OutageError, now, read_session, resources
from console.shared import shared
from infoscreen_core.services.playing.emergency_watch import list_emergencies
from infoscreen_core.services.playing.views import EmergencyView

_CHANGED: Final = "emergency-changed"


@dataclass(frozen=True)
class EmergencySnapshot:
    """What was on, and when."""

    taken_at: datetime
    emergencies: tuple[EmergencyView, ...]


def emergencies() -> EmergencySnapshot:
    """Return what is on; nobody sees a reading from before their own change."""
    shared_one, changed_at = shared_emergencies(), st.session_state.get(_CHANGED)
    if changed_at is None or shared_one.taken_at > changed_at:
        return shared_one
    try:
        return _read()
    except OutageError:
        return shared_one  # carries on as all readings do while the database is away


def note_change() -> None:
    """Remember that this browser's person has just changed what is on."""
    st.session_state[_CHANGED] = now()


@shared(seconds=FRESH_SECONDS, entries=1, is_kept_in_outage=True, is_renewed=True)
def shared_emergencies() -> EmergencySnapshot:
    """Return what is on, as it may have been before somebody's own change."""
    return _read()


def _read() -> EmergencySnapshot:
    taken_at, grace = now(), resources().settings.heartbeat_grace
    with read_session() as session:
        return EmergencySnapshot(taken_at, list_emergencies(session, now=taken_at, grace=grace))
