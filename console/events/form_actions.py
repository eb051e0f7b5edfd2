"""What the form's buttons do: each calls one service in one transaction, then tells the result."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from console.events.form_state import OpenForm, close_form, typed_input
from console.events.presenters.actions import OccurrenceMoved
from console.events.presenters.consequences import copied_toast, saved_toast
from console.events.presenters.form import Scope, draft_of
from console.i18n import _
from console.parts.feedback import toast
from console.runtime import current_actor, now, write_session
from infoscreen_core.db.models import Event
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.errors import ConflictError, InfoscreenError
from infoscreen_core.services.events.event_copies import copy_event
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_series import (
    delete_following,
    detach_occurrence,
    move_following,
    occurrence_draft,
    skip_occurrence,
    split_series,
)
from infoscreen_core.services.events.events import (
    create_events,
    delete_event,
    get_event,
    move_event,
    update_event,
)


@dataclass(frozen=True)
class Saved:
    """Where what was saved can be seen."""

    day: date
    group_ids: tuple[int, ...]
    period_id: int | None


def save(form: OpenForm, group_names: Mapping[int, str]) -> Saved | None:
    """Store what is typed; None when it was refused: then the form holds the error and all that was typed."""
    form.error, form.refused = None, typed_input(form)
    try:
        draft = draft_of(typed_input(form), form.base)
        events = _store(form, draft)
    except InfoscreenError as error:
        form.error = error
        return None
    toast(saved_toast(draft, is_new=form.is_new, group_names=group_names))
    close_form()
    groups = tuple(event.group_id for event in events)
    return Saved(draft.start.date(), groups, draft.academic_period_id)


def save_anyway(form: OpenForm, group_names: Mapping[int, str]) -> Saved | None:
    """Store what is typed over what somebody else stored meanwhile, whose version the conflict names."""
    if isinstance(form.error, ConflictError) and isinstance(form.error.params.get("version"), int):
        form.version = int(str(form.error.params["version"]))
    return save(form, group_names)


def delete(form: OpenForm) -> bool:
    """Delete the event in the form's scope; False when it was refused."""
    form.error = None
    try:
        _delete(form)
    except InfoscreenError as error:
        form.error, form.is_deleting = error, False
        return False
    toast(_("“{title}” was deleted.", title=form.title))
    close_form()
    return True


def copy(form: OpenForm, group_ids: tuple[int, ...], group_names: Mapping[int, str]) -> None:
    """Copy what is stored, in the form's scope, to other groups; what is typed stays in the form."""
    form.error = None
    try:
        _copy(form, group_ids)
    except InfoscreenError as error:
        form.error = error
        return
    form.is_copying = False
    toast(copied_toast(form.title, (group_names.get(group_id, "?") for group_id in group_ids)))


def move_single(moved: OccurrenceMoved, zone: ZoneInfo) -> None:
    """Move an event that does not recur to where it was dragged; raises what the service refuses."""
    actor, at = current_actor(), now()
    with write_session() as session:
        event = get_event(session, moved.event_id)
        draft = _moved_draft(EventDraft.of(event), moved, event, zone)
        update_event(session, event.id, draft, version=moved.version, actor=actor, now=at)
    toast(_("“{title}” was moved.", title=event.title))


def move_occurrence(moved: OccurrenceMoved, zone: ZoneInfo) -> None:
    """Take the dragged occurrence out of its series and put it where it was dropped."""
    actor, at = current_actor(), now()
    with write_session() as session:
        event = get_event(session, moved.event_id)
        draft = _moved_draft(occurrence_draft(event, moved.occurrence_start), moved, event, zone)
        detach_occurrence(
            session, event.id, moved.occurrence_start, draft, version=moved.version, actor=actor, now=at
        )
    toast(_("“{title}” was moved, only this once.", title=event.title))


def move_rest(moved: OccurrenceMoved, zone: ZoneInfo) -> None:
    """Move the dragged occurrence and all following by as much as it was dragged."""
    actor, at = current_actor(), now()
    with write_session() as session:
        event = get_event(session, moved.event_id)
        start, end = _own_times(moved, event, zone)
        move_following(
            session,
            event.id,
            moved.occurrence_start,
            start=start,
            end=end,
            version=moved.version,
            actor=actor,
            now=at,
        )
    toast(_("“{title}” was moved from this date on.", title=event.title))


def move_series(moved: OccurrenceMoved, zone: ZoneInfo) -> None:
    """Move the whole series by as much as the occurrence was dragged."""
    actor, at = current_actor(), now()
    with write_session() as session:
        event = get_event(session, moved.event_id)
        start, end = _own_times(moved, event, zone)
        move_event(
            session,
            event.id,
            start=start,
            end=end,
            version=moved.version,
            actor=actor,
            now=at,
            occurrence_start=moved.occurrence_start,
        )
    toast(_("The whole series “{title}” was moved.", title=event.title))


def _store(form: OpenForm, draft: EventDraft) -> list[Event]:
    actor, at = current_actor(), now()
    with write_session() as session:
        if form.event_id is None or form.version is None:
            return create_events(session, draft, actor=actor, now=at)
        if form.occurrence_start is None or form.scope is Scope.SERIES:
            return [update_event(session, form.event_id, draft, version=form.version, actor=actor, now=at)]
        change = detach_occurrence if form.scope is Scope.OCCURRENCE else split_series
        start, version = form.occurrence_start, form.version
        return [change(session, form.event_id, start, draft, version=version, actor=actor, now=at)]


def _delete(form: OpenForm) -> None:
    if form.event_id is None:
        return
    actor, at = current_actor(), now()
    with write_session() as session:
        if form.occurrence_start is None or form.scope is Scope.SERIES:
            delete_event(session, form.event_id, version=form.version, actor=actor, now=at)
        else:
            remove = skip_occurrence if form.scope is Scope.OCCURRENCE else delete_following
            start, version = form.occurrence_start, form.version
            remove(session, form.event_id, start, version=version, actor=actor, now=at)


def _copy(form: OpenForm, group_ids: tuple[int, ...]) -> None:
    is_whole = form.scope is Scope.SERIES
    actor, at = current_actor(), now()
    with write_session() as session:
        copy_event(
            session,
            form.event_id or 0,
            group_ids,
            actor=actor,
            now=at,
            occurrence_start=None if is_whole else form.occurrence_start,
            with_following=form.scope is Scope.FOLLOWING,
        )


def _moved_draft(draft: EventDraft, moved: OccurrenceMoved, event: Event, zone: ZoneInfo) -> EventDraft:
    start, end = _own_times(moved, event, zone)
    return replace(draft, start=start, end=end, is_all_day=moved.is_all_day)


def _own_times(moved: OccurrenceMoved, event: Event, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return where it was dropped as wall times of the event's own zone; a whole day is the same in any."""
    if moved.is_all_day:
        return moved.start, moved.end
    own = load_zone(event.timezone)
    return to_local(localize(moved.start, zone), own), to_local(localize(moved.end, zone), own)
