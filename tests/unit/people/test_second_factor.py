"""Codes of apps by the vectors of RFC 6238, and how codes are typed."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from infoscreen_core.domain.people.second_factor import (
    RECOVERY_ALPHABET,
    grouped,
    is_recovery_code,
    typed_code,
)
from infoscreen_core.services.people.codes import totp

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
STEP = timedelta(seconds=30)


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // 30


@pytest.mark.parametrize(
    ("seconds", "code"),
    [  # RFC 6238, appendix B: the last six of its eight digits
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert totp.find_step(RFC_SECRET, code, after=None, now=now) == seconds // 30


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_a_step(steps: int, *, is_taken: bool) -> None:
    code = "050471"  # of step 37037037
    now = datetime.fromtimestamp(1111111111, UTC) - steps * STEP
    found = totp.find_step(RFC_SECRET, code, after=None, now=now)
    assert found == (37037037 if is_taken else None)


def test_a_code_is_good_once_and_older_ones_not_after_it() -> None:
    now = datetime.fromtimestamp(1111111111, UTC)
    assert totp.find_step(RFC_SECRET, "050471", after=37037036, now=now) == 37037037
    assert totp.find_step(RFC_SECRET, "050471", after=37037037, now=now) is None
    assert totp.find_step(RFC_SECRET, "081804", after=37037037, now=now) is None  # a step before


@pytest.mark.parametrize("code", ["", "05047", "0504711", "٠٥٠٤٧١", "\ud800", "x" * 10_000])
def test_anything_else_is_wrong(code: str) -> None:
    now = datetime.fromtimestamp(1111111111, UTC)
    assert totp.find_step(RFC_SECRET, code, after=None, now=now) is None


def test_the_address_tells_an_app_whose_codes_these_are() -> None:
    address = totp.address_of(RFC_SECRET, account="anna+x@schule", issuer="Infoscreen HTL: Süd")
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Infoscreen HTL  Süd:anna+x@schule"
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert (asked["secret"], asked["issuer"]) == (RFC_SECRET, "Infoscreen HTL  Süd")


def test_secrets_differ() -> None:
    assert len({totp.new_secret() for _ in range(50)}) == 50
    assert len(totp.new_secret()) == 32


def test_codes_may_be_typed_as_they_are_read() -> None:
    assert typed_code(" 287 082 ") == "287082"
    assert typed_code("abcd-efgh–jklm npqr") == "ABCDEFGHJKLMNPQR"
    assert grouped("ABCDEFGHJKLMNPQR") == "ABCD-EFGH-JKLM-NPQR"
    assert is_recovery_code("ABCDEFGHJKLMNPQR")
    assert not is_recovery_code("287082")
    assert len(set(RECOVERY_ALPHABET)) == 32
