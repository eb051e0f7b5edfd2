"""Languages and brightness in words."""

from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.people.themes import Theme

_THEMES: Final[dict[Theme | None, str]] = {
    None: N_("Like the device"),
    Theme.LIGHT: N_("Light"),
    Theme.DARK: N_("Dark"),
}


def theme_word(theme: Theme | None) -> str:
    """Return what a choice of brightness is called; None follows the machine."""
    return _(_THEMES[theme])


def language_word(language: str | None, default: str) -> str:
    """Return what a choice of language is called; None follows the installation's `default`."""
    return language or _("Like everybody here ({language})", language=default)
