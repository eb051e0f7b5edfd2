"""Prepares the database: schema, defaults, first superadmin, and the demo school if wanted."""

from collections.abc import Sequence
from dataclasses import dataclass

from infoscreen_core.clock import utc_now
from infoscreen_core.services.setup.bootstrap import Bootstrapped, bootstrap
from infoscreen_core.services.setup.demo import DemoSeeded, seed_demo
from infoscreen_core.services.setup.schema import SchemaUpgrade, upgrade_schema
from infoscreen_core.settings import Settings
from workers.runtime import Database, Session, in_transaction


@dataclass(frozen=True)
class Prepared:
    """What was done, for the operator."""

    schema: SchemaUpgrade
    bootstrapped: Bootstrapped
    seeded: DemoSeeded | None


def prepare_database(
    database: Database, settings: Settings, *, demo_players: Sequence[str]
) -> Prepared:
    """Bring schema and contents up to date; done again, it changes nothing."""
    schema = upgrade_schema(database.engine)

    def fill(session: Session) -> Prepared:
        now = utc_now()
        bootstrapped = bootstrap(session, settings, now=now)
        seeded = seed_demo(session, players=demo_players, now=now) if demo_players else None
        return Prepared(schema, bootstrapped, seeded)

    return in_transaction(database.sessions, fill)
