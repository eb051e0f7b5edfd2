import pytest

from infoscreen_core.domain.people.passwords import check_new_password
from infoscreen_core.errors import InvalidInputError


@pytest.mark.parametrize(
    "password",
    [
        "kurz",
        "neunzeich",
        "x" * 201,
        "Passwort123",
        "abababababab",
        "Obergärtner",
        "Oberga\u0308rtner",
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(password: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        check_new_password(password, username="obergärtner")
    assert caught.value.field == "password"
    assert password not in str(caught.value)


@pytest.mark.parametrize(
    "password", ["Regen-Lampe-7", "täglich frisches Brot", "zehn zeich", "Lampe-" * 33]
)
def test_a_decent_password_is_taken(password: str) -> None:
    check_new_password(password, username="hausmeister")
