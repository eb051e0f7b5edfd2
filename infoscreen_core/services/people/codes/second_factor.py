"""The second factor of an account: set up, confirmed, renewed, turned off, and reset by others.

Each of these leaves its row in the audit; secrets and codes never stand in one.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import SecondFactor, User
from infoscreen_core.db.queries.people import second_factor as queries
from infoscreen_core.db.queries.people import users as user_queries
from infoscreen_core.domain.people.roles import Role, may_manage
from infoscreen_core.domain.people.second_factor import (
    RECOVERY_ALPHABET,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    grouped,
    typed_code,
)
from infoscreen_core.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.encryption import Cipher
from infoscreen_core.services.people.codes import totp
from infoscreen_core.services.people.own_account import get_confirmed
from infoscreen_core.services.people.sign_in_steps import is_code_owed
from infoscreen_core.services.people.tokens import token_hash
from infoscreen_core.services.system_settings import get_setting

_ISSUER: Final = "Infoscreen"


@dataclass(frozen=True, slots=True)
class SecondFactorView:
    """A second factor that is asked for at each sign-in."""

    since: datetime
    codes_left: int
    """Recovery codes that were not used."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app has to be told, shown once: the secret, and the address in its picture."""

    secret: str
    address: str


def find_view(session: Session, user_id: int) -> SecondFactorView | None:
    """Return a user's second factor, None when there is none or it is only being set up."""
    factor = queries.find(session, user_id)
    if factor is None or factor.confirmed_at is None:
        return None
    return SecondFactorView(factor.confirmed_at, queries.count_codes(session, user_id))


def begin(
    session: Session, password: str, *, cipher: Cipher, actor: Actor, now: datetime
) -> Enrolment:
    """Begin to set up the actor's app; nothing is asked for before `confirm`.

    Raises what `get_confirmed` does, and `ConflictError` when one is on already.
    """
    user = get_confirmed(session, password, actor=actor, now=now)
    if is_code_owed(session, user.id):
        raise ConflictError("The second factor is on already; turn it off first.")
    queries.forget(session, user.id)
    secret = totp.new_secret()
    session.add(
        SecondFactor(user_id=user.id, secret_encrypted=cipher.encrypt(secret), created_at=now)
    )
    session.flush()
    organization = str(get_setting(session, "organization_name"))
    issuer = f"{_ISSUER} {organization}".strip()
    return Enrolment(secret, totp.address_of(secret, account=user.username, issuer=issuer))


def confirm(
    session: Session, code: str, *, cipher: Cipher, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Turn the second factor on, since the app's code is right; return the recovery codes.

    They are known nowhere else and are to be shown once. Raises `InvalidInputError` for a wrong
    code, `ConflictError` when nothing is being set up.
    """
    user = _locked_self(session, actor)
    factor = queries.find(session, user.id)
    if factor is None or factor.confirmed_at is not None:
        raise ConflictError("Nothing is being set up any more; begin again.")
    step = totp.find_step(
        cipher.decrypt(factor.secret_encrypted), typed_code(code), after=None, now=now
    )
    if step is None:
        raise InvalidInputError(
            "The code is wrong; type the one that the app shows now, and look whether the phone's "
            "clock is right.",
            field="code",
        )
    factor.confirmed_at, factor.last_step = now, step
    codes = _new_codes(session, user)
    _record(session, "user.second_factor_turned_on", user, actor, now)
    return codes


def renew_recovery_codes(
    session: Session, password: str, *, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Return new recovery codes in place of those before; raise as `turn_off` does."""
    user = _with_factor(session, password, actor, now)
    codes = _new_codes(session, user)
    _record(session, "user.recovery_codes_renewed", user, actor, now)
    return codes


def turn_off(session: Session, password: str, *, actor: Actor, now: datetime) -> None:
    """Ask the actor for no code any more.

    Raises what `get_confirmed` does, and `ConflictError` when there is none to turn off.
    """
    user = _with_factor(session, password, actor, now)
    queries.forget(session, user.id)
    _record(session, "user.second_factor_turned_off", user, actor, now)


def reset(session: Session, user_id: int, *, actor: Actor, now: datetime) -> None:
    """Turn off the second factor of another user, who has lost app and recovery codes.

    Raises `NotFoundError` for those whom the actor does not manage, `NotAllowedError` for their
    own, which `turn_off` does with the password, and `ConflictError` when there is none.
    """
    actor.require(Role.ADMIN)
    user = user_queries.find_user(session, user_id, is_locked=True)
    if user is None or not may_manage(actor.role, user.role):
        raise NotFoundError("There is no user {name}.", field="username", name=user_id)
    if user.id == actor.user_id:
        raise NotAllowedError("Turn off your own second factor under “My account”.")
    if not is_code_owed(session, user.id):
        raise ConflictError("{name} has no second factor.", name=user.username)
    queries.forget(session, user.id)
    _record(session, "user.second_factor_reset", user, actor, now)


def _with_factor(session: Session, password: str, actor: Actor, now: datetime) -> User:
    user = get_confirmed(session, password, actor=actor, now=now)
    if not is_code_owed(session, user.id):
        raise ConflictError("The second factor is off already.")
    return user


def _locked_self(session: Session, actor: Actor) -> User:
    user = user_queries.find_user(session, actor.user_id or 0, is_locked=True)
    if user is None:
        raise NotFoundError("This account is not in the list of users.")
    return user


def _new_codes(session: Session, user: User) -> tuple[str, ...]:
    codes = tuple(
        "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    )
    queries.replace_codes(session, user.id, map(token_hash, codes))
    return tuple(map(grouped, codes))


def _record(session: Session, action: str, user: User, actor: Actor, now: datetime) -> None:
    session.flush()
    audit.record(session, action, "user", user.id, actor=actor, now=now)
