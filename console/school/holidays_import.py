"""Many holidays at once, from a file or from public-holiday data: a preview, then the import."""

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _, current_language, ngettext
from console.parts.choices import Listed
from console.parts.feedback import Caution, show_error
from console.parts.uploads import MOST_MEBIBYTES
from console.runtime import Session, current_actor, read_session
from console.school.holidays_places import PlaceInputs
from console.school.periods_state import OpenPanel, Panel, close_panel, write_and_close
from console.school.presenters.holidays import (
    country_names,
    followed_text,
    is_worth_importing,
    note_sentences,
    report_sentence,
    report_table,
)
from console.school.presenters.periods import PeriodLine
from console.words.markdown import literal
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.formats.holiday_data import (
    Choice,
    has_school_holidays,
    list_countries,
    list_subdivisions,
)
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school.holiday_import import (
    ImportReport,
    import_holidays,
    preview_import,
)
from infoscreen_core.services.school.public_holidays import fill_period, preview_fill

_COUNTRY: Final = "AT"
_EVERYWHERE: Final = ""
_HEIGHT: Final = 420
_SCROLLS_FROM: Final = 10
_NOTES_BESIDE: Final = 8
_NOTES_IN_PASSING: Final = 2
Preview = Callable[[Session, Actor], ImportReport]
Import = Callable[[Session, Actor, datetime], ImportReport]


def import_panel(panel: OpenPanel, period: PeriodLine) -> None:
    """Draw the panel that is open above the list."""
    with st.container(border=True, key="card-import"):
        if panel.panel is Panel.FILE:
            st.header(_("Import holidays into {name}", name=period.name), anchor=False)
            _from_file(panel, period)
        else:
            title = _("Fill {name} from public-holiday data", name=period.name)
            st.header(title, anchor=False)
            _from_place(panel, period)


def _from_file(panel: OpenPanel, period: PeriodLine) -> None:
    chosen = st.file_uploader(
        _("List of holidays"),
        key=panel.key("file"),
        max_upload_size=MOST_MEBIBYTES,
        help=_(
            "CSV or TXT with name, first day, last day and perhaps the region on each line; the "
            "CSV download of OpenHolidays; or a calendar file (ICS)."
        ),
    )
    if chosen is None:
        _buttons(panel, None, None)
        return
    content, name, language = chosen.getvalue(), chosen.name, current_language()
    inputs = PlaceInputs(panel, chosen.file_id)
    place = inputs.choice
    _preview_and_import(
        panel,
        lambda session, actor: preview_import(
            session,
            period.id,
            content,
            file_name=name,
            language=language,
            place=place,
            actor=actor,
        ),
        lambda session, actor, at: import_holidays(
            session,
            period.id,
            content,
            file_name=name,
            language=language,
            place=place,
            actor=actor,
            now=at,
        ),
        inputs,
    )


def _from_place(panel: OpenPanel, period: PeriodLine) -> None:
    choice, language = _choose_place(panel), current_language()
    _preview_and_import(
        panel,
        lambda session, actor: preview_fill(
            session, period.id, choice, language=language, actor=actor
        ),
        lambda session, actor, at: fill_period(
            session, period.id, choice, language=language, actor=actor, now=at
        ),
    )


def _choose_place(panel: OpenPanel) -> Choice:
    countries = country_names(list_countries())
    codes: list[str] = [Listed(code) for code in countries]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        country = st.selectbox(
            _("Country"),
            codes,
            index=codes.index(_COUNTRY),
            format_func=lambda code: countries[code],
            key=panel.key("country"),
            width=260,
        )
        parts = {part.code: part.name for part in list_subdivisions(country)}
        subdivision = st.selectbox(
            _("State or region"),
            [Listed(code) for code in (_EVERYWHERE, *parts)],
            format_func=lambda code: parts.get(code) or _("The whole country"),
            key=panel.key(f"subdivision-{country}"),
            width=260,
        )
        with_school = has_school_holidays(country) and st.toggle(
            _("With school holidays"), value=True, key=panel.key("with_school")
        )
    if with_school and parts and not subdivision:
        st.caption(_("School holidays belong to a state or region; choose one to get them."))
    return Choice(country, subdivision or None, with_school=bool(with_school))


def _preview_and_import(
    panel: OpenPanel, preview: Preview, enter: Import, inputs: PlaceInputs | None = None
) -> None:
    try:
        actor = current_actor()
        with read_session() as session:
            report = preview(session, actor)
    except InfoscreenError as error:
        show_error(error)
        _buttons(panel, None, None)
        return
    if inputs is not None:
        inputs.draw(report.options)
    st.html(f"<p><b>{escape(_('Preview'))}</b> · {escape(report_sentence(report))}</p>")
    if notes := note_sentences(report, _NOTES_BESIDE):
        st.warning("\n\n".join(map(literal, notes)), icon=":material/info:")
    is_long = len(report.rows) > _SCROLLS_FROM
    with st.container(height=_HEIGHT if is_long else "content", border=False, key="import-preview"):
        st.html(report_table(report))
    show_error(panel.error)
    _buttons(panel, report, enter)


def _buttons(panel: OpenPanel, report: ImportReport | None, enter: Import | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        count = report.inserted + report.merged if report else 0
        st.button(
            ngettext("Import {n} holiday", "Import {n} holidays", count)
            if count
            else _("Import holidays"),
            type="primary",
            icon=":material/check:",
            key="import-now",
            disabled=report is None or not is_worth_importing(report),
            on_click=_import,
            args=(panel, enter),
        )
        st.button(_("Cancel"), key="import-cancel", on_click=close_panel)
        if report and report.invalid:
            hint = _(
                "Nothing can be imported while lines are wrong; correct the file and choose it "
                "again."
            )
            st.html(f'<p class="is-quiet is-small">{escape(hint)}</p>')
        elif report and not count:
            hint = _("There is nothing to import: all of it is entered already or left out.")
            st.html(f'<p class="is-quiet is-small">{escape(hint)}</p>')


def _import(panel: OpenPanel, enter: Import) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        report = enter(session, actor, now)
        said = f"{_('Imported.')} {report_sentence(report)}.{followed_text(report.event_count)}"
        notes = note_sentences(report, _NOTES_IN_PASSING)
        return Caution(" ".join([said, *notes])) if notes else said

    write_and_close(write, panel)
