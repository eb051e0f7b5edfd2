"""Names, mail addresses and origins of people."""

import pytest

from infoscreen_core.domain.people.listing import UserOrder, cursor_of, read_cursor
from infoscreen_core.domain.people.names import (
    SEARCH_LIMIT,
    checked_display_name,
    checked_email,
    searched_text,
)
from infoscreen_core.domain.people.origins import site_of
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.people.tokens import new_password
from tests.support.people import NOW


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("anna@schule.at", "anna@schule.at"), ("  a.b+c@x.y.example ", "a.b+c@x.y.example")]
    + [(blank, None) for blank in (None, "", "  ")],
)
def test_a_mail_address_is_kept_or_left_out(typed: str | None, kept: str | None) -> None:
    assert checked_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["anna", "@x.at", "a@b", "a b@c.at", "a@b..at", "a@b.at, c@d.at", "a@b.at\0", "x" * 300],
)
def test_what_is_no_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        checked_email(typed)
    assert caught.value.field == "email"


def test_a_name_keeps_its_letters_and_single_spaces() -> None:
    assert checked_display_name("  Änne   Müller\n") == "Änne Müller"
    assert checked_display_name(" ") is None
    with pytest.raises(InvalidInputError) as caught:
        checked_display_name("x" * 101)
    assert caught.value.field == "display_name"


def test_people_are_searched_without_case_and_accents() -> None:
    text = searched_text("ÄNNE", "Änne Müller", None)
    assert text.startswith("anne\tanne muller")
    assert len(searched_text("x" * 64, "ß" * 100, "y" * 254)) <= SEARCH_LIMIT


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_an_address_is_counted_by_its_site(address: str, site: str) -> None:
    assert site_of(address) == site


@pytest.mark.parametrize(
    ("order", "values"),
    [
        (UserOrder.NAME, ("anna\t", 3)),
        (UserOrder.ROLE, (1, "anna\t", 3)),
        (UserOrder.LAST_LOGIN, (1, NOW, 3)),
        (UserOrder.CREATED, (NOW, 3)),
    ],
)
def test_a_cursor_is_read_as_it_was_written(order: UserOrder, values: tuple[object, ...]) -> None:
    assert read_cursor(cursor_of(values), order) == values


@pytest.mark.parametrize(
    "cursor", [(), ("a",), ("a", "b"), ("a", True), ("a", 1, 2), (None, 1), ("a", 1.5)]
)
@pytest.mark.parametrize("order", list(UserOrder))
def test_a_made_up_cursor_is_refused(cursor: tuple[object, ...], order: UserOrder) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_cursor(cursor, order)
    assert caught.value.field == "cursor"


def test_random_passwords_differ_and_can_be_read_out() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(one) == 19 and one.count("-") == 3 for one in made)
    assert not set("".join(made)) & set("0O1lIi")
