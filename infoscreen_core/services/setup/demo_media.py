"""The demo school's files in the library: in folders, tagged with the academic period."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod
from infoscreen_core.files.incoming import Received
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.media import folders, library
from infoscreen_core.services.setup.demo_week import FOLDERS, DemoMedia


def add_files(
    session: Session,
    files: Mapping[DemoMedia, Received],
    period: AcademicPeriod | None,
    *,
    now: datetime,
) -> dict[DemoMedia, int]:
    """Add the files that there are, each to its folder; return their ids."""
    found: dict[DemoMedia, int] = {}
    for name, members in FOLDERS.items():
        there = [one for one in members if one in files]
        if not there:
            continue
        folder = folders.create_folder(session, name, parent_id=None, actor=SYSTEM, now=now)
        for one in there:
            media = library.add(session, files[one].into(folder.id), actor=SYSTEM, now=now)
            found[one] = media.id
            if period is not None:
                library.tag(
                    session,
                    media.id,
                    expires_on=None,
                    academic_period_id=period.id,
                    actor=SYSTEM,
                    now=now,
                )
    return found
