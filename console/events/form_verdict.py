"""The form's verdict: whether the typed event will be seen, and what would help, as buttons."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.form_state import OpenForm, find_form
from console.events.presenters.form import draft_of, wall_times
from console.events.presenters.verdict import (
    end_label,
    longer_end,
    longer_label,
    move_label,
    raise_label,
    verdict_text,
)
from console.i18n import _
from console.parts.write import attempt
from console.runtime import Session, now, read_session, run_again
from console.words.markdown import literal
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.contents.concerns import ConcernKind
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_endings import Ending, end_rival, ending_of
from infoscreen_core.services.events.event_verdicts import Rival, Verdict, foresee
from infoscreen_core.services.media.conversions import request_mp4


def verdict_box(form: OpenForm, groups: Mapping[int, str], zone: ZoneInfo) -> None:
    """Say whether the event will be seen as it is typed; nothing while it is no event yet."""
    try:
        draft = draft_of(form.typed.read(), form.base)
        verdict = _foresee(form, draft)
    except InvalidInputError:  # the fields say why once it is saved
        return
    if verdict is None:
        return
    kind = "good" if verdict.is_clear else "bad"
    icon = ":material/check_circle:" if verdict.is_clear else ":material/visibility_off:"
    with st.container(key=f"event-form-verdict-{kind}"):
        st.markdown(f"{icon} {literal(verdict_text(verdict, groups, zone, now=now()))}")
        if not verdict.is_clear:
            _remedies(form, draft, verdict, zone)


def _foresee(form: OpenForm, draft: EventDraft) -> Verdict | None:
    if not draft.group_ids or form.is_outdated:  # what it replaces may have moved meanwhile
        return None
    with read_session() as session:
        return foresee(session, draft, now=now(), replaces=form.replaces)


def _remedies(form: OpenForm, draft: EventDraft, verdict: Verdict, zone: ZoneInfo) -> None:
    rival = next((one.rivals[0] for g in verdict.groups for one in (g.unseen, g.cut) if one), None)
    ending = ending_of(rival) if rival else None
    with st.container(horizontal=True, gap="small"):
        if verdict.raised is not None:
            st.button(
                raise_label(verdict.raised),
                key="event-form-raise",
                on_click=_raise,
                args=(form, verdict.raised),
            )
        if verdict.shift is not None:
            st.button(
                move_label(draft, verdict.shift),
                key="event-form-shift",
                on_click=_shift,
                args=(form, verdict.shift),
            )
        if rival and ending:
            _ending(form, rival, ending, zone)
        _content_remedies(form, draft, verdict)


def _content_remedies(form: OpenForm, draft: EventDraft, verdict: Verdict) -> None:
    lacking = max((one.lacking for one in verdict.concerns), default=timedelta())
    if lacking and not draft.is_all_day:
        end = longer_end(draft, lacking)
        st.button(
            longer_label(draft, end),
            key="event-form-lengthen",
            on_click=_lengthen,
            args=(form, end),
        )
    for one in verdict.concerns:
        if one.kind is ConcernKind.UNPLAYABLE and one.media_id is not None:
            st.button(
                literal(_("Have {file} converted", file=one.file)),
                key=f"event-form-convert-{one.media_id}",
                on_click=_convert,
                args=(form, one.media_id, one.file),
            )


def _lengthen(form: OpenForm, end: datetime) -> None:
    if find_form() is form:
        form.typed.set(end_date=end.date(), end_time=end.time())


def _convert(form: OpenForm, media_id: int, name: str) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        request_mp4(session, media_id, actor=actor, now=at)
        return _("{file} is being converted; you can save meanwhile.", file=name)

    attempt(write, refuse=form.refuse)


def _raise(form: OpenForm, priority: int) -> None:
    if find_form() is form:
        form.typed.choose_priority(priority)


def _shift(form: OpenForm, shift: timedelta) -> None:
    if find_form() is not form:
        return
    start, end = (at + shift for at in wall_times(form.typed.read()))
    form.typed.set(start_time=start.time(), end_time=end.time())
    form.typed.former_start = start


def _ending(form: OpenForm, rival: Rival, ending: Ending, zone: ZoneInfo) -> None:
    """Draw how the other event would make room, done at a second click."""
    with st.popover(_("End the other …")):
        st.markdown(
            literal(
                _(
                    "“{title}” makes room at once, on all screens of the group.",
                    title=rival.title,
                )
            )
        )
        label = end_label(rival, ending, zone, now=now())
        if st.button(literal(label), key="event-form-end-other") and _end(form, rival, ending):
            run_again()


def _end(form: OpenForm, rival: Rival, ending: Ending) -> bool:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        end_rival(session, rival, ending, actor=actor, now=at)
        return _("“{title}” makes room.", title=rival.title)

    return attempt(write, refuse=form.refuse)
