"""Where a walk leads those who manage accounts."""

from secrets import token_hex
from typing import Final

from playwright.sync_api import Page

from infoscreen_core.domain.people.roles import Role
from tests.support.visits.walk import DIALOG, Stop, button, dialog, escape, fill, key

_ALERT: Final = "[data-testid=stMain] [data-testid=stAlert]"
_FORM: Final = f"{DIALOG} [data-testid=stForm]"
_CONFIRM: Final = f"{_FORM} [data-testid=stBaseButton-primaryFormSubmit]"
_FIRST: Final = "[class*=st-key-people-open-] button"
_NAME: Final = f"{DIALOG} [class*=st-key-people-username-] input"


def people_stops() -> tuple[Stop, ...]:
    """Return the walk in its order."""
    role, path = Role.SUPERADMIN, "/users"
    new = f"{path}?show=new"
    return (
        Stop("users", role, path, key("people-rows")),
        Stop("users, nothing found", role, f"{path}?text=zzz", _ALERT),
        Stop("users, unknown", role, f"{path}?user=999999", _ALERT),
        Stop(
            "users, new one refused",
            role,
            path,
            f"{DIALOG} .is-wrong",
            (button("people-new-open"), fill(_NAME, "x x"), _CONFIRM),
            (escape,),
            DIALOG,
        ),
        Stop(
            "users, password shown",
            role,
            path,
            key("people-password-value"),
            (button("people-new-open"), _fill_new_name, _CONFIRM),
            (button("people-password-done"),),
            DIALOG,
        ),
        Stop("users, one", role, new, key("people-actions"), (_FIRST,)),
        *(
            dialog(f"users, {action}", role, new, button(f"people-do-{action}"))
            for action in ("edit", "set_password", "set_role", "deactivate", "delete")
        ),
        Stop("users, not allowed", Role.ADMIN, path, ".is-reasons", (_FIRST,)),
    )


def _fill_new_name(page: Page) -> None:
    """Each walk needs a name of its own."""
    page.locator(_NAME).first.fill(f"x{token_hex(4)}")
