"""Prepares the database: schema, defaults, first superadmin, and the demo school if wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.clock import utc_now
from infoscreen_core.files.incoming import Received
from infoscreen_core.services.setup.bootstrap import Bootstrapped, bootstrap
from infoscreen_core.services.setup.demo import DemoSeeded, is_school_missing, seed_demo
from infoscreen_core.services.setup.demo_week import DemoMedia
from infoscreen_core.services.setup.schema import SchemaUpgrade, upgrade_schema
from infoscreen_core.settings import Settings
from workers.runtime import Database, Session, in_transaction
from workers.simulator.identity import PlayerIdentity
from workers.up.demo_files.made import receive_files
from workers.up.past_pictures import keep_past_pictures


@dataclass(frozen=True)
class Prepared:
    """What was done, for the operator."""

    schema: SchemaUpgrade
    bootstrapped: Bootstrapped
    seeded: DemoSeeded | None


def prepare_database(
    database: Database, settings: Settings, *, demo: Sequence[PlayerIdentity]
) -> Prepared:
    """Bring schema and contents up to date; done again, it changes nothing."""
    schema = upgrade_schema(database.engine)
    with database.read_sessions() as session:
        needs_files = bool(demo) and is_school_missing(session)
    files = receive_files(settings) if needs_files else {}

    def fill(session: Session) -> Prepared:
        now = utc_now()
        bootstrapped = bootstrap(session, settings, now=now)
        seeded = _seed(session, settings, demo, files, now) if demo else None
        return Prepared(schema, bootstrapped, seeded)

    return in_transaction(database.sessions, fill)


def _seed(
    session: Session,
    settings: Settings,
    demo: Sequence[PlayerIdentity],
    files: Mapping[DemoMedia, Received],
    now: datetime,
) -> DemoSeeded:
    uuids = [player.uuid for player in demo]
    seeded = seed_demo(session, players=uuids, now=now, files=files)
    keep_past_pictures(session, demo, settings.data_dir, now=now)
    return seeded
