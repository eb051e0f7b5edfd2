"""Prepares the database: schema, defaults, first superadmin, and the demo school if wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.clock import utc_now
from infoscreen_core.services.setup.bootstrap import Bootstrapped, bootstrap
from infoscreen_core.services.setup.demo import DemoSeeded, seed_demo
from infoscreen_core.services.setup.schema import SchemaUpgrade, upgrade_schema
from infoscreen_core.settings import Settings
from workers.runtime import Database, Session, in_transaction
from workers.simulator.identity import PlayerIdentity
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

    def fill(session: Session) -> Prepared:
        now = utc_now()
        bootstrapped = bootstrap(session, settings, now=now)
        return Prepared(schema, bootstrapped, _seed(session, settings, demo, now) if demo else None)

    return in_transaction(database.sessions, fill)


def _seed(
    session: Session, settings: Settings, demo: Sequence[PlayerIdentity], now: datetime
) -> DemoSeeded:
    seeded = seed_demo(session, players=[player.uuid for player in demo], now=now)
    keep_past_pictures(session, demo, settings.data_dir, now=now)
    return seeded
