"""Is the database away, or is it the data? The one is waited out, the other must not block the queue."""

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker


def is_outage(error: Exception) -> bool:
    """Whether the error may pass by itself: connection, lock, deadlock, pool."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeoutError)


def database_answers(sessions: sessionmaker[Session]) -> bool:
    """Whether the database answers the smallest question."""
    try:
        with sessions() as session:
            session.execute(select(1))
    except SQLAlchemyError:
        return False
    return True
