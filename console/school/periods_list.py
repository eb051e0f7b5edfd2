"""The list of periods, and the card on the chosen one: what it is, and what can be done with it."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _, ngettext
from console.parts.history_link import history_link
from console.runtime import Session
from console.school.periods_state import (
    OpenPanel,
    Panel,
    choose_period,
    close_panel,
    open_panel,
    write_and_close,
)
from console.school.presenters.periods import (
    PERIOD_TYPE_WORDS,
    BlockerLine,
    PeriodLine,
    activate_consequence,
    days_text,
    delete_consequence,
    period_html,
    periods_head,
    reasons_html,
    state_html,
)
from console.words.formatting import number
from console.words.html import facts
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school.periods import (
    activate_period,
    archive_period,
    delete_period,
    restore_period,
)

_NAME_WIDTH: Final = 144
_REASONS_AT_ONCE: Final = 2


def periods_list(lines: Sequence[PeriodLine], chosen: PeriodLine) -> None:
    """Draw every period; a click on its name chooses it."""
    with st.container(key="periods-list", gap=None):
        with st.container(horizontal=True, key="periods-head"):
            st.html(f'<div class="is-row-head">{escape(_("Period"))}</div>', width=_NAME_WIDTH)
            st.html(periods_head())
        for line in lines:
            if line.is_real or line.holiday_count or line.id == chosen.id or len(lines) == 1:
                _line(line, is_chosen=line.id == chosen.id)


def period_card(line: PeriodLine, lines: Sequence[PeriodLine], *, is_editable: bool) -> None:
    """Draw the chosen period, with an administrator's buttons if `is_editable`."""
    with st.container(border=True, key="card-period"):
        st.header(line_name(line), anchor=False)
        if not line.is_real:
            hint = _("Events that belong to no period heed these holidays.")
            st.html(f'<p class="is-quiet">{escape(hint)}</p>')
            return
        st.html(facts(_facts(line)))
        if not is_editable:
            return
        if line.is_archived:
            _archived(line)
        else:
            _in_use(line, lines)
        history_link("period", line.id)


def delete_question(panel: OpenPanel, line: PeriodLine) -> None:
    """Ask once more before a period is deleted."""
    with st.container(border=True, key="card-period-delete"):
        st.warning(delete_consequence(line), icon=":material/delete:")
        with st.container(horizontal=True):
            st.button(
                _("Delete period"),
                type="primary",
                icon=":material/delete:",
                key="period-delete-now",
                on_click=_delete,
                args=(panel, line),
            )
            st.button(_("Keep it"), key="period-keep", on_click=close_panel)


def line_name(line: PeriodLine) -> str:
    """Return a period's name, or what the holidays of no period are called."""
    return line.name if line.is_real else _("Without a period")


def _line(line: PeriodLine, *, is_chosen: bool) -> None:
    key = f"period-row-{line.id}{'-chosen' if is_chosen else ''}"
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        with st.container(width=_NAME_WIDTH, key=f"period-name-{line.id}"):
            st.button(
                line_name(line),
                type="tertiary",
                key=f"period-choose-{line.id}",
                on_click=choose_period,
                args=(line.id,),
            )
        st.html(period_html(line))


def _facts(line: PeriodLine) -> list[tuple[str, str]]:
    return [
        (_("Type"), escape(_(PERIOD_TYPE_WORDS[line.kind]))),
        (_("Days"), escape(days_text(line.first, line.last))),
        (_("State"), state_html(line)),
        (_("Events"), number(line.event_count)),
        (_("Media"), number(line.media_count)),
        (_("Holidays"), number(line.holiday_count)),
    ]


def _in_use(line: PeriodLine, lines: Sequence[PeriodLine]) -> None:
    with st.container(horizontal=True):
        st.button(
            _("Edit period"),
            icon=":material/edit:",
            key="period-edit",
            on_click=open_panel,
            args=(Panel.PERIOD_EDIT, line.id),
        )
        if not line.is_active:
            st.button(
                _("Activate period"),
                icon=":material/check_circle:",
                key="period-activate",
                help=activate_consequence(line, lines),
                on_click=_activate,
                args=(line,),
            )
        st.button(
            _("Archive period"),
            icon=":material/archive:",
            key="period-archive",
            disabled=bool(line.archive_reasons),
            on_click=_archive,
            args=(line,),
        )
    _reasons(_("It cannot be archived yet:"), line.archive_reasons)


def _archived(line: PeriodLine) -> None:
    with st.container(horizontal=True):
        st.button(
            _("Restore period"),
            icon=":material/unarchive:",
            key="period-restore",
            on_click=_restore,
            args=(line,),
        )
        st.button(
            _("Delete period …"),
            icon=":material/delete:",
            key="period-delete",
            disabled=bool(line.delete_reasons),
            on_click=open_panel,
            args=(Panel.PERIOD_DELETE, line.id),
        )
    _reasons(_("It cannot be deleted yet:"), line.delete_reasons)


def _reasons(hint: str, reasons: Sequence[BlockerLine]) -> None:
    if not reasons:
        return
    first, others = reasons[:_REASONS_AT_ONCE], reasons[_REASONS_AT_ONCE:]
    st.html(f'<p class="is-quiet is-small">{escape(hint)}</p>{reasons_html(first)}')
    if others:
        with st.expander(ngettext("{n} more reason", "{n} more reasons", len(others))):
            st.html(reasons_html(others))


def _activate(line: PeriodLine) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        activate_period(session, line.id, actor=actor, now=now)
        return _("{name} is active now.", name=line.name)

    write_and_close(write)


def _archive(line: PeriodLine) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        archive_period(session, line.id, actor=actor, now=now)
        return _("{name} is archived.", name=line.name)

    write_and_close(write)


def _restore(line: PeriodLine) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        restore_period(session, line.id, actor=actor, now=now)
        return _("{name} is restored; it is not active.", name=line.name)

    write_and_close(write)


def _delete(panel: OpenPanel, line: PeriodLine) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        delete_period(session, line.id, actor=actor, now=now)
        return _("{name} is deleted.", name=line.name)

    write_and_close(write, panel)
