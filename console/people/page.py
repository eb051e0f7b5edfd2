"""Users: who may sign in, as what, and what has become of their accounts."""

from console.i18n import _
from console.parts import address
from console.parts.page_header import page_header
from console.parts.saved_views import saved_views
from console.people.asked import FILTERS, read_user
from console.people.data import read_figures
from console.people.details import details
from console.people.dialogs import draw_dialogs
from console.people.filters import draw_filters
from console.people.presenters.words import figures_sentence
from console.people.second_factor import draw_second_factor_dialog
from console.people.table import users_table


def render() -> None:
    """Draw the list, or the account that is open."""
    user_id = read_user(address.query())
    if user_id is None:
        _list()
    else:
        details(user_id)
    draw_dialogs()
    draw_second_factor_dialog()


def _list() -> None:
    figures = read_figures()
    page_header(_("Users"), figures_sentence(figures))
    saved_views("users", FILTERS)
    draw_filters(figures)
    users_table()
