"""After a drag: a single event simply moves; for a series, the person is asked how much."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.plan import Plan
from console.events.presenters.actions import OccurrenceMoved
from console.events.presenters.bells import bell_sentence, kept_sentence
from console.events.presenters.consequences import (
    MOVE_WORDS,
    gone_sentence,
    moved_sentence,
    moved_toast,
)
from console.events.presenters.verdict import verdict_text
from console.i18n import _
from console.parts.feedback import Caution, show_error, toast
from console.parts.write import attempt
from console.runtime import Session, now, read_session, run_again
from console.words.markdown import literal
from infoscreen_core.domain.events.event import Scope
from infoscreen_core.domain.events.schedule import is_on
from infoscreen_core.domain.recurrence.expansion import Occurrence
from infoscreen_core.domain.school.bell_times import dropped_span
from infoscreen_core.domain.text.local_time import localize, to_local
from infoscreen_core.errors import InfoscreenError, InvalidInputError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import event_scopes
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_scopes import Drop, Target, movable_scopes
from infoscreen_core.services.events.event_verdicts import Replaced, foresee
from infoscreen_core.services.events.readings import get_event_view, get_planned

_PENDING: Final = "event-move"
_ERROR: Final = "event-move-error"
_KEYS: Final = {
    Scope.OCCURRENCE: "event-move-one",
    Scope.FOLLOWING: "event-move-following",
    Scope.SERIES: "event-move-all",
}


def begin_move(moved: OccurrenceMoved, plan: Plan) -> None:
    """Move a single event at once; hold a series' occurrence until the person has chosen.

    What was dragged keeps to the bell times; where that is the place that it came from, it stays.
    """
    st.session_state.pop(_ERROR, None)
    try:
        with read_session() as session:
            event = get_event_view(session, moved.event_id)
    except InfoscreenError as error:
        _refuse(error)
        return
    heard = _at_bells(moved, plan)
    if heard.after == moved.before and moved.is_all_day is event.is_all_day:
        toast(kept_sentence(event.title, moved), tone="info")
    elif event.is_series:
        st.session_state[_PENDING] = heard
    else:
        move(heard, Scope.EVENT, plan)


def is_move_pending() -> bool:
    """Whether a question is open beside the calendar, or a refusal is still to be read."""
    return _PENDING in st.session_state or _ERROR in st.session_state


def pending_occurrence() -> OccurrenceMoved | None:
    """Return what was dragged and still waits for an answer."""
    moved: OccurrenceMoved | None = st.session_state.get(_PENDING)
    return moved


def forget_move() -> None:
    """Drop the question and the refusal; everything stays where it was."""
    st.session_state.pop(_PENDING, None)
    st.session_state.pop(_ERROR, None)


def move_question(plan: Plan) -> None:
    """Draw the question, or why a move was refused."""
    with st.container(border=True, key="card-event-move"):
        show_error(st.session_state.get(_ERROR))
        moved = pending_occurrence()
        if moved is None:
            st.button(_("Understood"), key="event-move-forget", on_click=forget_move)
            return
        with read_session() as session:
            event, before = get_planned(session, moved.event_id, moved.occurrence_start)
        former = (to_local(before.start, plan.zone), to_local(before.end, plan.zone))
        st.header(_("Move an event of a series"), anchor=False)
        st.markdown(
            moved_sentence(
                event.title, former, (moved.start, moved.end), is_all_day=moved.is_all_day
            )
        )
        if told := bell_sentence(moved, plan.lessons):
            st.caption(told)
        _consequences(moved, before, plan.zone)
        with st.container(gap="small"):
            for scope in movable_scopes(event, is_all_day=moved.is_all_day):
                _choice(moved, scope, plan)
            st.button(
                _("Do not move"), key="event-move-forget", on_click=forget_move, width="stretch"
            )


def move(moved: OccurrenceMoved, scope: Scope, plan: Plan) -> bool:
    """Move that much of the event as far as the occurrence was dragged; False when refused."""
    target = Target(moved.event_id, moved.occurrence_start, scope, moved.version)
    drop = Drop(moved.start, moved.end, plan.zone, is_all_day=moved.is_all_day)

    def write(session: Session, actor: Actor, now: datetime) -> str:
        was_on = is_on(get_event_view(session, moved.event_id), now)
        event = event_scopes.move(session, target, drop, actor=actor, now=now)
        told = _meetings(session, EventDraft.of(event), Replaced(event.id), plan.zone, now)
        if was_on and event.start > now:
            told.insert(0, gone_sentence())
        at_bell = bell_sentence(moved, plan.lessons)
        done = " ".join(filter(None, [moved_toast(event.title, scope), at_bell]))
        return Caution(" ".join([done, *told])) if told else done

    return attempt(write, refuse=_refuse)


def _at_bells(moved: OccurrenceMoved, plan: Plan) -> OccurrenceMoved:
    if moved.is_all_day:
        return moved
    start, end = dropped_span(moved.before, moved.after, plan.lessons)
    return replace(moved, start=start, end=end)


def _consequences(moved: OccurrenceMoved, before: Occurrence, zone: ZoneInfo) -> None:
    """Say what the new place would mean for the date that was dragged."""
    target = Target(moved.event_id, moved.occurrence_start, Scope.OCCURRENCE, moved.version)
    drop = Drop(moved.start, moved.end, zone, is_all_day=moved.is_all_day)
    with read_session() as session:
        draft = event_scopes.dropped(session, target, drop)
        told = _meetings(session, draft, event_scopes.replaced_by(target), zone, now())
    if is_on(before, now()) and localize(moved.start, zone) > now():
        told.insert(0, gone_sentence())
    if told:
        st.warning("\n\n".join(map(literal, told)), icon=":material/event_busy:")


def _meetings(
    session: Session, draft: EventDraft, replaces: Replaced, zone: ZoneInfo, now: datetime
) -> list[str]:
    """Return what it would meet; nothing where it is always seen and stands in nobody's way."""
    try:
        verdict = foresee(session, draft, now=now, replaces=replaces)
    except InvalidInputError:  # moving it says why that cannot be
        return []
    if verdict.is_clear and not verdict.displaces:
        return []
    return [verdict_text(verdict, {}, zone, now=now)]


def _choice(moved: OccurrenceMoved, scope: Scope, plan: Plan) -> None:
    if not st.button(_(MOVE_WORDS[scope]), key=_KEYS[scope], width="stretch"):
        return
    if move(moved, scope, plan):
        forget_move()
    run_again()


def _refuse(error: InfoscreenError) -> None:
    st.session_state[_ERROR] = error
