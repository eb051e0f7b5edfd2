"""The second step of signing in: the code of an app, or a recovery code, after the password.

As with passwords, a failure is stored, so it is a result: commit in either case.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import SecondFactor, SignInStep, User
from infoscreen_core.db.queries.people import second_factor as queries
from infoscreen_core.db.queries.people import users as user_queries
from infoscreen_core.domain.people.second_factor import (
    FAILURES_ALLOWED,
    FAILURES_PAUSE,
    STEP_LIFE,
    is_recovery_code,
    typed_code,
)
from infoscreen_core.domain.text.elapsed import is_within
from infoscreen_core.errors import InfoscreenError, LimitedError, NotAllowedError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.encryption import Cipher, UnreadableSecretError
from infoscreen_core.services.people import sign_in
from infoscreen_core.services.people.codes import totp
from infoscreen_core.services.people.lockout import Visitor
from infoscreen_core.services.people.sign_in import Refused, SignedIn
from infoscreen_core.services.people.tokens import token_hash


@dataclass(frozen=True)
class StepOver(Refused):
    """The password has to be given again before any code is looked at."""


@dataclass(frozen=True)
class _Attempt:
    user: User
    factor: SecondFactor
    code: str
    address: str
    now: datetime


def give_code(
    session: Session, token: str, code: str, *, visitor: Visitor, cipher: Cipher, now: datetime
) -> SignedIn | Refused:
    """Begin the session that the right password was given for, or refuse; commit in either case.

    `token` is that of `CodeNeeded`, good for `STEP_LIFE` and one session.
    """
    step = session.get(SignInStep, token_hash(token))
    user = user_queries.find_user(session, step.user_id, is_locked=True) if step else None
    factor = queries.find(session, user.id) if user else None
    if step is None or user is None or factor is None or not _is_good(step, user, factor, now):
        return StepOver(NotAllowedError("That took too long; sign in again.", field="password"))
    attempt = _Attempt(user, factor, typed_code(code), visitor.address, now)
    refusal = _refusal(session, attempt, cipher)
    if refusal is not None:
        return Refused(refusal)
    session.delete(step)
    return sign_in.begin(session, user, visitor, now=now)


def _is_good(step: SignInStep, user: User, factor: SecondFactor, now: datetime) -> bool:
    changed_at = user.last_password_change_at
    return (
        is_within(step.created_at, STEP_LIFE, now=now)
        and user.is_active
        and factor.confirmed_at is not None
        and (changed_at is None or changed_at <= step.created_at)
    )


def _refusal(session: Session, attempt: _Attempt, cipher: Cipher) -> InfoscreenError | None:
    """Return why the code is not taken, None when it is; note either."""
    factor, now = attempt.factor, attempt.now
    if factor.paused_until and now < factor.paused_until <= now + FAILURES_PAUSE:
        return _paused(factor.paused_until, now)
    try:
        is_right = _is_right(session, attempt, cipher)
    except UnreadableSecretError:
        return NotAllowedError(
            "The codes of the app cannot be checked, since SECRET_KEY has changed; use a recovery "
            "code, or ask an administrator to reset the second factor.",
            field="code",
        )
    if is_right:
        factor.failures, factor.paused_until = 0, None
        return None
    return _note_failure(session, attempt)


def _is_right(session: Session, attempt: _Attempt, cipher: Cipher) -> bool:
    if is_recovery_code(attempt.code):
        return _is_recovery(session, attempt)
    factor = attempt.factor
    secret = cipher.decrypt(factor.secret_encrypted)
    step = totp.find_step(secret, attempt.code, after=factor.last_step, now=attempt.now)
    if step is None:
        return False
    factor.last_step = step
    if not cipher.is_current(factor.secret_encrypted):
        factor.secret_encrypted = cipher.encrypt(secret)
    return True


def _is_recovery(session: Session, attempt: _Attempt) -> bool:
    is_there = queries.take_code(session, attempt.user.id, token_hash(attempt.code))
    if is_there:
        _record(session, "user.recovery_code_used", attempt, actor_id=attempt.user.id)
    return is_there


def _note_failure(session: Session, attempt: _Attempt) -> InfoscreenError:
    factor, now = attempt.factor, attempt.now
    factor.failures += 1
    _record(session, "user.code_refused", attempt)
    if factor.failures < FAILURES_ALLOWED:
        return NotAllowedError(
            "The code is wrong, or was used before; type the one that the app shows now.",
            field="code",
        )
    factor.failures, factor.paused_until = 0, now + FAILURES_PAUSE
    _record(session, "user.codes_paused", attempt)
    return _paused(factor.paused_until, now)


def _paused(until: datetime, now: datetime) -> LimitedError:
    seconds = max(math.ceil((until - now).total_seconds()), 1)
    return LimitedError(
        "Too many wrong codes; try again in {minutes} min.",
        minutes=-(-seconds // 60),
        seconds=seconds,
    )


def _record(
    session: Session, action: str, attempt: _Attempt, *, actor_id: int | None = None
) -> None:
    """Write down what somebody did who may be anybody, unless `actor_id` says who."""
    session.flush()
    user = attempt.user
    actor = Actor(actor_id, user.username, user.role, attempt.address)
    audit.record(session, action, "user", user.id, actor=actor, now=attempt.now)
