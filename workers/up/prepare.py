"""Prepares the database: schema, defaults, first superadmin, and the demo school if wanted."""

from collections.abc import Sequence
from dataclasses import dataclass

from infoscreen_core.clock import utc_now
from infoscreen_core.services.setup.bootstrap import Bootstrapped, bootstrap
from infoscreen_core.services.setup.demo import DemoSeeded, seed_demo
from infoscreen_core.services.setup.schema import SchemaUpgrade, upgrade_schema
from infoscreen_core.settings import Settings
from workers.runtime import Database


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
    with database.sessions.begin() as session:
        bootstrapped = bootstrap(session, settings, now=utc_now())
        seeded = seed_demo(session, players=demo_players, now=utc_now()) if demo_players else None
    return Prepared(schema, bootstrapped, seeded)
