"""What is known of a player, for the rules that judge it."""

from datetime import datetime

from infoscreen_core.domain.monitoring.liveness import ClientFacts
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth


def facts_of_a_well_one(now: datetime) -> ClientFacts:
    """A screen in service that was heard from just now and has nothing to complain of."""
    return ClientFacts(
        is_active=True,
        is_approved=True,
        last_alive=now,
        process_status=ProcessStatus.RUNNING,
        screen_health=ScreenHealth.OK,
        service_failed_at=None,
        errors_last_hour=0,
        errors_in_window=0,
        warns_in_window=0,
        expected_event_id=None,
        current_event_id=None,
        reconnects_last_hour=0,
    )
