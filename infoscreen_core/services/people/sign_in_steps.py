"""Between password and code: who owes a code, and the token with which it is to follow."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import SignInStep, User
from infoscreen_core.db.queries.people import second_factor as queries
from infoscreen_core.domain.people.second_factor import STEP_LIFE
from infoscreen_core.services.people.tokens import new_token, token_hash


def is_code_owed(session: Session, user_id: int) -> bool:
    """Whether a sign-in asks this user for a code after the password."""
    factor = queries.find(session, user_id)
    return factor is not None and factor.confirmed_at is not None


def owe_code(session: Session, user: User, *, now: datetime) -> str:
    """Note that the right password was given; return the token with which the code is to follow."""
    queries.delete_steps(session, before=now - STEP_LIFE)
    token = new_token()
    session.add(SignInStep(token_hash=token_hash(token), user_id=user.id, created_at=now))
    session.flush()
    return token
