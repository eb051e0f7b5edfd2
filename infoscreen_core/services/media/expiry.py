"""The day by which files expire: that of the installation's time zone."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.system_settings import get_setting


def local_day(session: Session, now: datetime) -> date:
    """Return today's date in the installation's time zone."""
    return to_local(now, load_zone(str(get_setting(session, "default_timezone")))).date()
