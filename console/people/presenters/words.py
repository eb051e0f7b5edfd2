"""Accounts in words: states with their figures, orders, what can be done, and why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.errors import error_sentence
from console.words.formatting import until
from console.words.roles import role_word
from infoscreen_core.domain.people.listing import UserState
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.user_actions import UserAction
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.people.views import UserFigures, UserView


@dataclass(frozen=True)
class Deed:
    """How something that can be done is offered."""

    label: str
    icon: str


DEEDS: Final[Mapping[UserAction, Deed]] = {
    UserAction.EDIT: Deed(N_("Edit account"), ":material/edit:"),
    UserAction.SET_PASSWORD: Deed(N_("Reset password"), ":material/password:"),
    UserAction.SET_ROLE: Deed(N_("Change role"), ":material/badge:"),
    UserAction.UNLOCK: Deed(N_("Lift lockout"), ":material/lock_open:"),
    UserAction.DEACTIVATE: Deed(N_("Deactivate account"), ":material/person_off:"),
    UserAction.REACTIVATE: Deed(N_("Reactivate account"), ":material/person_check:"),
    UserAction.DELETE: Deed(N_("Delete for good"), ":material/delete_forever:"),
}


def deeds_of(user: UserView) -> Sequence[UserAction]:
    """Return what makes sense with this account, whether the reader may do it or not."""
    status = UserAction.DEACTIVATE if user.is_active else UserAction.REACTIVATE
    has_failed = user.failed_login_attempts or user.locked_until
    return (
        *(UserAction.EDIT, UserAction.SET_PASSWORD, UserAction.SET_ROLE),
        *((UserAction.UNLOCK,) if has_failed else ()),
        *(status, UserAction.DELETE),
    )


def reasons_html(
    refusals: Mapping[UserAction, InfoscreenError], shown: Sequence[UserAction]
) -> str:
    """Return why the reader may not do some of what is shown; empty if they may do it all."""
    lines = "".join(_reason(one, refusals[one]) for one in shown if one in refusals)
    return f'<ul class="is-reasons is-quiet is-small">{lines}</ul>' if lines else ""


def _reason(action: UserAction, refusal: InfoscreenError) -> str:
    label, sentence = escape(_(DEEDS[action].label)), escape(error_sentence(refusal))
    return f"<li><b>{label}:</b> {sentence}</li>"


def figures_sentence(figures: UserFigures) -> str:
    """Return how many accounts there are, and how many of them are in use."""
    count = ngettext("{n} account", "{n} accounts", figures.total)
    return _("{accounts}, {n} of them active", accounts=count, n=figures.active)


def role_options(figures: UserFigures, roles: Sequence[Role]) -> dict[str, str]:
    """Return these roles, the highest first, with how many active accounts have each."""
    return {
        role.value: f"{role_word(role)} ({figures.by_role.get(role, 0)})"
        for role in reversed(roles)
    }


def state_options(figures: UserFigures) -> dict[str, str]:
    """Return what the list can be narrowed to, with how many there are."""
    numbers = {
        UserState.ACTIVE: (_("Active"), figures.active),
        UserState.INACTIVE: (_("Deactivated"), figures.inactive),
        UserState.LOCKED: (_("Locked out"), figures.locked),
        UserState.NEW: (_("First password"), figures.new),
        UserState.NEVER: (_("Never signed in"), figures.never),
    }
    return {state.value: f"{word} ({number})" for state, (word, number) in numbers.items()}


def sort_words() -> dict[str, str]:
    """Return the orders by what the address calls them."""
    return {
        "name": _("By name"),
        "role": _("By role"),
        "recent": _("Signed in last"),
        "stale": _("Longest not signed in"),
        "newest": _("Newest first"),
    }


def role_badge(role: Role) -> str:
    """Return the role as a badge."""
    return f'<span class="is-role is-role-{role.value}">{escape(role_word(role))}</span>'


def state_html(user: UserView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what is of note about the account: icon and word, never colour alone."""
    if not user.is_active:
        return _state("offline", "○", _("Deactivated"))
    if user.locked_until and user.is_locked(now=now):
        end = until(user.locked_until, zone, now=now)
        return _state("warning", "▲", _("Locked until {time}", time=end))
    if user.must_change_password:
        return _state("unknown", "◌", _("First password"))
    return _state("healthy", "●", _("Active"))


def _state(look: str, icon: str, word: str) -> str:
    mark = f'<i aria-hidden="true">{icon}</i>'
    return f'<span class="is-status is-{look}">{mark}{escape(word)}</span>'
