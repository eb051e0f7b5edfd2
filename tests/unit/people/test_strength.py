"""How strong a password is: an estimate, whose order people would agree with."""

from itertools import pairwise

import pytest

from infoscreen_core.domain.people.passwords import Strength, strength_of


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("", Strength.WEAK),
        ("aaaaaaaaaaaaaaaaaaaa", Strength.WEAK),
        ("abcdefghijklmnop", Strength.WEAK),
        ("qwertzuiopasdfghjkl", Strength.WEAK),
        ("abababababababab", Strength.WEAK),
        ("schokolade", Strength.WEAK),
        ("Schokolade1", Strength.FAIR),
        ("Kx7!mQ2#vRp9", Strength.GOOD),
        ("bücherregal lampe", Strength.GOOD),
        ("vier rote Fahrräder", Strength.STRONG),
        ("9v_2Kq8PzR-4hW", Strength.STRONG),
        ("\ud800" * 3, Strength.WEAK),
    ],
)
def test_what_is_harder_to_guess_is_stronger(password: str, expected: Strength) -> None:
    assert strength_of(password) is expected


def test_more_is_never_weaker() -> None:
    text = "Kx7!mQ2#vRp9 vier rote Fahrräder"
    ranks = [list(Strength).index(strength_of(text[:length])) for length in range(len(text))]
    assert all(before <= after for before, after in pairwise(ranks))
    assert ranks[-1] == 3
