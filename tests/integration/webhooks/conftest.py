"""A receiver of messages, and the office that posts them."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.support.listener.telemetry import empty
from tests.support.webhooks.post import Office
from tests.support.webhooks.receiver import Receiver, receiver


@pytest.fixture
def there() -> Iterator[Receiver]:
    """A receiver that answers, and remembers what it got."""
    with receiver() as made:
        yield made


@pytest.fixture
def office(shared: sessionmaker[Session]) -> Iterator[Office]:
    """An office that nothing waits in."""
    empty(shared)
    made = Office(shared)
    yield made
    made.close()
