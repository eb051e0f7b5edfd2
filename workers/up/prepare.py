"""Makes the database fit to work with: schema, defaults, first superadmin, the demo school when wanted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_session_factory
from infoscreen_core.db.migrate import current_revision, upgrade
from infoscreen_core.services.setup.bootstrap import Bootstrapped, bootstrap
from infoscreen_core.services.setup.demo import DemoSeeded, seed_demo
from infoscreen_core.settings import Settings


@dataclass(frozen=True)
class Prepared:
    """What was done, for the operator."""

    revision_before: str | None
    revision: str | None
    bootstrapped: Bootstrapped
    seeded: DemoSeeded | None


def prepare_database(engine: Engine, settings: Settings, *, demo_players: Sequence[str]) -> Prepared:
    """Bring schema and contents up to date; done again, it changes nothing."""
    before = current_revision(engine)
    upgrade(engine)
    with make_session_factory(engine).begin() as session:
        bootstrapped = bootstrap(session, settings, now=utc_now())
        seeded = seed_demo(session, players=demo_players, now=utc_now()) if demo_players else None
    return Prepared(before, current_revision(engine), bootstrapped, seeded)
