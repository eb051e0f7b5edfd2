"""The smallest change there is: whether the database stores anything at all."""

from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ChangeCounter

_SUBJECT: Final = "write_check"


def write(session: Session) -> None:
    """Raise a counter that nobody reads; whether it is stored shows when the caller commits."""
    counter = session.get(ChangeCounter, _SUBJECT)
    if counter is None:
        session.add(ChangeCounter(subject=_SUBJECT, value=1))
    else:
        counter.value += 1
