"""The webhooks of the walked school: one that works, and one that was switched off."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Webhook, WebhookDelivery
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.domain.webhooks.kinds import CHOOSABLE, DeliveryState, EventKind, Stop
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.webhooks import webhooks
from infoscreen_core.services.webhooks.webhooks import WebhookDraft
from tests.support.exchange.subscriptions import CIPHER

WEBHOOK = 1


def add_webhooks(session: Session, now: datetime) -> None:
    """Let messages of the first have gone every way."""
    # The first is told of nothing that happens by itself: what a message says is in no language.
    for name, kinds in (("Xw 1", [EventKind.COMMAND_ENDED]), ("Xw 2", CHOOSABLE)):
        draft = WebhookDraft(name, "https://x.test/0000/00000000", kinds)
        webhooks.create_webhook(session, draft, cipher=CIPHER, actor=SYSTEM, now=now)
    stopped = session.get_one(Webhook, WEBHOOK + 1)
    stopped.is_active, stopped.stop, stopped.stopped_at = False, Stop.FAILING, now
    problem = Sentence("The receiver {host} cannot be reached.", host="x.test").kept()
    ways: tuple[tuple[DeliveryState, dict[str, Any]], ...] = (
        (DeliveryState.DELIVERED, {"status": 204, "duration_seconds": 0.042}),
        (DeliveryState.FAILED, {"status": 500, "answer": "Xe", "duration_seconds": 1.5}),
        (DeliveryState.PENDING, {"problem": problem, "duration_seconds": 0.3}),
    )
    for number, (state, facts) in enumerate(ways):
        session.add(
            WebhookDelivery(
                webhook_id=WEBHOOK,
                message_id=f"msg_{number}",
                kind=list(EventKind)[number],
                body='{"x": "X"}',
                state=state,
                created_at=now - timedelta(minutes=number),
                next_at=now + timedelta(hours=1),
                tries=number + 1,
                **facts,
            )
        )
    session.flush()
