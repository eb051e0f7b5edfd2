"""Which role a provider's groups give."""

import pytest

from infoscreen_core.domain.people.providers import parse_roles, role_of
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError


def test_the_highest_of_several_counts_and_a_star_is_everybody() -> None:
    roles = parse_roles(" staff = editor,it=admin , *=user")
    assert role_of([], roles) is Role.USER
    assert role_of(["choir", "staff"], roles) is Role.EDITOR
    assert role_of(["it", "staff"], roles) is Role.ADMIN
    assert role_of(["staff"], parse_roles("it=admin")) is None
    assert parse_roles("cn=it=admin") == {"cn=it": Role.ADMIN}
    assert parse_roles("") == {}


@pytest.mark.parametrize("text", ["staff", "=admin", "it=superadmin", "it=boss", "it=admin,x="])
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(InvalidInputError, match="OIDC_ROLES has"):
        parse_roles(text)
