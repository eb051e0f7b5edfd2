"""People with a second factor, and what their app shows."""

from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from infoscreen_core.services.actor import Actor
from infoscreen_core.services.encryption import Cipher
from infoscreen_core.services.people.codes import second_factor as service

PASSWORD = "vier rote Fahrräder"
CIPHER = Cipher("a key of the tests")


@dataclass(frozen=True)
class Enrolled:
    """Somebody's app, and their paper with recovery codes."""

    secret: str
    recovery_codes: tuple[str, ...]

    def code(self, at: datetime) -> str:
        return app_code(self.secret, at)


def app_code(secret: str, at: datetime) -> str:
    """What an authenticator app shows at an instant."""
    return pyotp.TOTP(secret).at(at)


def wrong_code(secret: str, at: datetime) -> str:
    """Six digits that no app with this secret shows about then."""
    codes = {pyotp.TOTP(secret).at(at, counter_offset=step) for step in range(-3, 4)}
    return next(code for number in range(10) if (code := f"{number:06}") not in codes)


def enrol(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    password: str = PASSWORD,
    cipher: Cipher = CIPHER,
) -> Enrolled:
    """Turn on the second factor with the code of an instant."""
    begun = service.begin(session, password, cipher=cipher, actor=actor, now=now)
    code = app_code(begun.secret, now)
    codes = service.confirm(session, code, cipher=cipher, actor=actor, now=now)
    return Enrolled(begun.secret, codes)
