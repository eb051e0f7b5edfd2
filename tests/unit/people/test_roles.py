from itertools import product

import pytest

from infoscreen_core.domain.people.roles import Role, has_at_least, may_manage

RISING = [Role.USER, Role.EDITOR, Role.ADMIN, Role.SUPERADMIN]


@pytest.mark.parametrize(("role", "needed"), list(product(RISING, RISING)))
def test_each_role_includes_those_before_it(role: Role, needed: Role) -> None:
    assert has_at_least(role, needed) is (RISING.index(role) >= RISING.index(needed))


@pytest.mark.parametrize(
    ("role", "manages"),
    [
        (Role.USER, []),
        (Role.EDITOR, []),
        (Role.ADMIN, [Role.USER, Role.EDITOR, Role.ADMIN]),
        (Role.SUPERADMIN, RISING),
    ],
)
def test_admins_manage_up_to_admin_and_superadmins_everybody(
    role: Role, manages: list[Role]
) -> None:
    assert [other for other in RISING if may_manage(role, other)] == manages
