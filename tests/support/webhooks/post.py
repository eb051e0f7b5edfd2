"""The part of the fetcher that sends webhooks, on a database of the test's own."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_read_session_factory
from infoscreen_core.db.models import WebhookDelivery
from infoscreen_core.domain.webhooks.kinds import CHOOSABLE, DeliveryState
from infoscreen_core.services.encryption import Cipher
from infoscreen_core.services.webhooks import webhooks
from infoscreen_core.services.webhooks.delivering import Courier
from infoscreen_core.services.webhooks.views import NewSecret
from infoscreen_core.services.webhooks.webhooks import WebhookDraft
from infoscreen_core.settings import Settings
from tests.support.people import ADMIN
from tests.support.ports import wait_until
from workers.fetcher.webhooks import WebhookPost
from workers.runtime import Database, Worker

Sessions = sessionmaker[Session]
KEY = "a key for tests, which is long enough"
CIPHER = Cipher(KEY)
LOOPBACK = "127.0.0.0/8"


class Office:
    """Sends what is due, at a time that the test tells."""

    def __init__(self, sessions: Sessions, *, allowed: str = LOOPBACK) -> None:
        with sessions() as session:
            url = session.get_bind().engine.url.render_as_string(hide_password=False)
        self.sessions = sessions
        self.ahead = timedelta()
        settings = Settings(
            db_conn=SecretStr(url),
            secret_key=SecretStr(KEY),
            webhook_allowed_hosts=allowed,
            _env_file=None,
        )
        self._engine = make_engine(url)
        database = Database(self._engine, sessions, make_read_session_factory(self._engine))
        self.worker = Worker("fetcher", settings, database)
        self.worker.clock = self.now  # type: ignore[assignment] # all that is asked of it
        self.post = WebhookPost(self.worker, Courier.of(settings))

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def until(self, condition: Callable[[], object], *, what: str) -> None:
        wait_until(lambda: (self.post.step(), condition())[1], seconds=60, what=what)

    def until_tried(self, number: int = 1) -> None:
        """Send until so many tries have been stored."""
        self.until(lambda: sum(one.tries for one in self.deliveries()) >= number, what="the tries")

    def deliveries(self) -> list[WebhookDelivery]:
        with self.sessions() as session:
            return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))

    def states(self) -> list[DeliveryState]:
        return [one.state for one in self.deliveries()]

    def close(self) -> None:
        self._engine.dispose()


def add_webhook(
    sessions: Sessions, url: str, kinds: Collection[str] = CHOOSABLE, *, name: str = "Pager"
) -> NewSecret:
    draft = WebhookDraft(name, url, kinds)
    with sessions.begin() as session:
        return webhooks.create_webhook(session, draft, cipher=CIPHER, actor=ADMIN, now=utc_now())


def send_test(sessions: Sessions, webhook_id: int) -> str:
    with sessions.begin() as session:
        return webhooks.send_test(session, webhook_id, actor=ADMIN, now=utc_now())
