"""Everything that is known of one account."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import LANGUAGES, _
from console.people.presenters.words import role_badge, state_html
from console.words.formatting import MISSING, instant, relative_html
from infoscreen_core.domain.people.themes import Theme
from infoscreen_core.services.people.views import UserView


def badges_html(user: UserView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return role and state, as they stand below the name."""
    state = state_html(user, zone, now=now)
    return f'<div class="is-badges">{role_badge(user.role)} {state}</div>'


def facts_html(user: UserView, zone: ZoneInfo, *, now: datetime, token_count: int) -> str:
    """Return what the account is, and what has become of it, in two lists."""

    def at(when: datetime | None, by: str | None = None) -> str:
        said = relative_html(when, zone, now=now) if when else escape(MISSING)
        return f"{said} {escape(_('by {name}', name=by))}" if when and by else said

    identity = {
        _("User name"): escape(user.username),
        _("Name"): escape(user.display_name or MISSING),
        _("Mail address"): escape(user.email or MISSING),
        _("Language"): escape(LANGUAGES.get(user.language or "", _("that of the installation"))),
        _("Appearance"): escape(_theme_word(user.theme)),
        _("API tokens"): str(token_count),
        _("Account number"): str(user.id),
    }
    audit = {
        _("Created"): at(user.created_at, user.created_by),
        _("Changed"): at(user.updated_at, user.updated_by),
        _("Last sign-in"): at(user.last_login_at) if user.last_login_at else _("never"),
        _("Password changed"): at(user.last_password_change_at),
        _("Password given by others"): at(user.password_given_at),
        _("Failed sign-ins since"): str(user.failed_login_attempts),
        _("Last failed sign-in"): at(user.last_failed_login_at),
        _("Strangers locked out until"): escape(instant(user.locked_until, zone, now=now)),
        _("Deactivated"): at(user.deactivated_at, user.deactivated_by),
    }
    return f'<div class="is-person-facts">{_list(identity)}{_list(audit)}</div>'


def _theme_word(theme: Theme | None) -> str:
    words = {Theme.LIGHT: _("light"), Theme.DARK: _("dark")}
    return words[theme] if theme else _("as the machine has it")


def _list(facts: dict[str, str]) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts.items()
    )
    return f'<dl class="is-facts">{rows}</dl>'
