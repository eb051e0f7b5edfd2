"""Codes of authenticator apps (TOTP, RFC 6238): six digits, a new one every 30 seconds."""

import hmac
from datetime import datetime

from pyotp import TOTP, random_base32

from infoscreen_core.domain.people.second_factor import CODE_DIGITS, WINDOW_STEPS


def new_secret() -> str:
    """Return a secret of 160 random bits, in the letters that apps take."""
    return random_base32()


def address_of(secret: str, *, account: str, issuer: str) -> str:
    """Return the `otpauth:` address that apps read from a picture; `issuer` names us there."""
    return _codes(secret).provisioning_uri(name=account, issuer_name=issuer.replace(":", " "))


def find_step(secret: str, code: str, *, after: int | None, now: datetime) -> int | None:
    """Return the step whose code this is, None when it is none of about now.

    Steps up to `after` are not looked at: their codes, or newer ones, were used.
    """
    codes = _codes(secret)
    present = codes.timecode(now)
    steps = range(present - WINDOW_STEPS, present + WINDOW_STEPS + 1)
    # All are compared, so that the time taken tells nothing.
    found = [step for step in steps if _is_same(codes.generate_otp(step), code)]
    return next((step for step in found if after is None or step > after), None)


def _codes(secret: str) -> TOTP:
    return TOTP(secret, digits=CODE_DIGITS)


def _is_same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))
