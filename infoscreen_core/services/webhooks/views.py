"""What people see of webhooks."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.domain.webhooks.kinds import DeliveryState, EventKind, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookView:
    """A webhook, without what is secret."""

    id: int
    name: str
    address_shown: str
    kinds: tuple[EventKind, ...]
    is_active: bool
    stop: Stop | None
    stopped_at: datetime | None
    failing_since: datetime | None
    """The first failure since a message was last taken."""
    former_until: datetime | None
    """Until then messages are also signed with the secret before this one."""
    created_at: datetime
    pending: int
    """Messages that wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """A message and its last try."""

    id: int
    webhook_id: int
    message_id: str
    kind: EventKind
    body: str
    state: DeliveryState
    created_at: datetime
    tries: int
    next_at: datetime | None
    """None: it is over."""
    tried_at: datetime | None
    status: int | None
    problem: Sentence | None
    """Why there was no answer, or no further try."""
    answer: str
    """How the answer began."""
    duration_seconds: float | None


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A webhook with its secret, which is shown this once."""

    webhook: WebhookView
    secret: str
