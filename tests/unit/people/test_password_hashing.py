"""Passwords at rest."""

import pytest
from argon2 import PasswordHasher

from infoscreen_core.services.people.password_hashing import (
    hash_password,
    is_password,
    needs_rehash,
)

pytestmark = [pytest.mark.slow, pytest.mark.true_passwords]


def test_a_hash_is_argon2id_and_knows_its_password() -> None:
    stored = hash_password("ein langes Geheimnis")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_password("ein langes Geheimnis", stored)
    assert not is_password("ein langes geheimnis", stored)


def test_umlauts_match_however_a_keyboard_composes_them() -> None:
    assert is_password("gru\u0308n genug", hash_password("grün genug"))


def test_lone_surrogates_and_broken_hashes_are_no_crash() -> None:
    assert is_password("\ud800", hash_password("\ud800"))
    assert not is_password("x", "not a hash")


def test_a_hash_made_with_weaker_parameters_is_due_for_renewal() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x")
    assert needs_rehash(weak)
    assert not needs_rehash(hash_password("x"))
