"""Names that only one row may have."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from infoscreen_core.errors import ConflictError


@contextmanager
def taken_is(session: Session, error: ConflictError) -> Iterator[None]:
    """Write what the block changes; raise `error` when the database finds the name taken.

    It may know better than our own check: somebody else was faster, or its collation takes "Kuche"
    for "Küche".
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError:
        raise error from None
